"""Keys that are stolen in part, forged, worn out or put elsewhere: each is refused and told."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.storage import tables
from app.storage.store import writing
from app.usecases.clients import rotate_secret
from tests.api.conftest import Hospital
from tests.owner import as_owner

PATH = "/v1/patients"


@dataclass(frozen=True)
class Stolen:
    """What an attacker could have got hold of."""

    key: str
    theirs: str
    expired: str
    revoked: str
    rotated: str
    hashes: tuple[bytes, ...]
    token: str
    ended_token: str
    revoked_token: str

    @property
    def client_id(self) -> str:
        """The public half."""
        return self.key.split("_")[1]

    @property
    def secret(self) -> str:
        """The half that nobody else has."""
        return self.key.split("_", 2)[2]


def bearer(key: str) -> str:
    return f"Authorization: Bearer {key}\n"


def token(header: str, payload: str, signature: bytes = b"") -> str:
    parts = (header.encode(), payload.encode(), signature)
    return ".".join(b64encode(part).decode().rstrip("=") for part in parts)


UNSIGNED = '{"alg":"none"}'
CLAIMS = '{"sub":"client","scope":"patients:read","exp":4102444800}'

ATTACKS: dict[str, Callable[[Stolen], str]] = {
    "no key": lambda _: "",
    "an empty header": lambda _: "Authorization:\n",
    "a scheme alone": lambda _: "Authorization: Bearer\n",
    "a key without its scheme": lambda s: f"Authorization: {s.key}\n",
    "the scheme twice": lambda s: bearer(f"Bearer {s.key}"),
    "the key as a password": lambda s: (
        f"Authorization: Basic {b64encode(f'{s.client_id}:{s.secret}'.encode()).decode()}\n"
    ),
    "the key as a token": lambda s: f"Authorization: Token {s.key}\n",
    "the key in a cookie": lambda s: f"Cookie: key={s.key}; Authorization=Bearer {s.key}\n",
    "the key in another header": lambda s: f"X-API-Key: {s.key}\n",
    "the key in the proxy's header": lambda s: f"Proxy-Authorization: Bearer {s.key}\n",
    "a right key before a wrong one": lambda s: bearer(s.key) + bearer("ctc_a_b"),
    "a wrong key before a right one": lambda s: bearer("ctc_a_b") + bearer(s.key),
    "two keys in one header": lambda s: bearer(f"{s.key}, Bearer {s.theirs}"),
    "a client that is not there": lambda s: bearer(f"ctc_{'0' * 16}_{s.secret}"),
    "the client without a secret": lambda s: bearer(f"ctc_{s.client_id}_"),
    "the secret without a client": lambda s: bearer(f"ctc__{s.secret}"),
    "another prefix": lambda s: bearer(s.key.replace("ctc_", "CTC_", 1)),
    "the first half of the secret": lambda s: bearer(s.key[: -len(s.secret) // 2]),
    "a secret one letter short": lambda s: bearer(s.key[:-1]),
    "a secret one letter long": lambda s: bearer(f"{s.key}A"),
    "a secret in other case": lambda s: bearer(f"ctc_{s.client_id}_{s.secret.swapcase()}"),
    "a secret backwards": lambda s: bearer(f"ctc_{s.client_id}_{s.secret[::-1]}"),
    "a client in other case": lambda s: bearer(f"ctc_{s.client_id.upper()}x_{s.secret}"),
    "a wildcard for a client": lambda s: bearer(f"ctc_%_{s.secret}"),
    "a condition for a client": lambda s: bearer(f"ctc_{s.client_id}'or'1'='1_{s.secret}"),
    "digits of another script": lambda s: bearer(f"ctc_{s.client_id[:-1]}\u00b2_{s.secret}"),
    "the stored hash as a secret": lambda s: bearer(f"ctc_{s.client_id}_{s.hashes[0].hex()}"),
    "the other hospital's secret": lambda s: bearer(
        f"ctc_{s.client_id}_{s.theirs.split('_', 2)[2]}"
    ),
    "one's secret for the other hospital": lambda s: bearer(
        f"ctc_{s.theirs.split('_')[1]}_{s.secret}"
    ),
    "an expired key": lambda s: bearer(s.expired),
    "a revoked key": lambda s: bearer(s.revoked),
    "a rotated key": lambda s: bearer(s.rotated),
    "a key of a megabyte": lambda s: bearer(s.key + "A" * 1_000_000),
    "a token without a signature": lambda _: bearer(token(UNSIGNED, CLAIMS)),
    "a token signed with nothing": lambda _: bearer(
        token('{"alg":"HS256","typ":"JWT"}', CLAIMS, bytes(32))
    ),
    "a token with zeros for a signature": lambda _: bearer(
        token('{"alg":"ES384"}', CLAIMS, bytes(96))
    ),
    "a token with its own key": lambda _: bearer(
        token('{"alg":"RS384","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}', CLAIMS, b"x")
    ),
    "a token with a key elsewhere": lambda _: bearer(
        token('{"alg":"RS384","jku":"https://example.org/keys"}', CLAIMS, b"x")
    ),
    "a key's secret as an access token": lambda s: bearer(f"ctt_{s.client_id}_{s.secret}"),
    "an access token as a key": lambda s: bearer(s.token.replace("ctt_", "ctc_", 1)),
    "an access token of another client": lambda s: bearer(
        f"ctt_{s.theirs.split('_')[1]}_{s.token.split('_', 2)[2]}"
    ),
    "an access token one letter short": lambda s: bearer(s.token[:-1]),
    "an access token without a secret": lambda s: bearer(f"ctt_{s.client_id}_"),
    "an access token before the rotation": lambda s: bearer(s.ended_token),
    "an access token of who was revoked": lambda s: bearer(s.revoked_token),
    "an access token as a password": lambda s: (
        f"Authorization: Basic {b64encode(f'{s.client_id}:{s.token}'.encode()).decode()}\n"
    ),
    "a token in a key's clothes": lambda s: bearer(f"ctc_{s.client_id}_{token(UNSIGNED, CLAIMS)}"),
}


@pytest.fixture
def stolen(hospital: Hospital, other_hospital: Hospital) -> Stolen:
    service = hospital.service
    now = datetime.now(UTC)
    key, expired, revoked, rotated = (service.key(hospital.name) for _ in range(4))
    tokens = [token_for(hospital, each) for each in (key, revoked, rotated)]
    with writing(service.database, service.number_of(hospital.name)) as store:
        directory = store.directory
        directory.retire_secrets(expired.split("_")[1], now - timedelta(seconds=1))
        directory.revoke(revoked.split("_")[1], now)
        client = directory.client(rotated.split("_")[1])
        assert client is not None
        rotate_secret(directory, client, now - timedelta(seconds=1))
    return Stolen(
        key=key,
        theirs=service.key(other_hospital.name),
        expired=expired,
        revoked=revoked,
        rotated=rotated,
        hashes=hashes_of(hospital, key.split("_")[1]),
        token=tokens[0],
        revoked_token=tokens[1],
        ended_token=tokens[2],
    )


def token_for(hospital: Hospital, key: str) -> str:
    """Get an access token for a key."""
    _, *shown = key.split("_", 2)
    anybody = hospital.service.client_with(None)
    form = {"grant_type": "client_credentials"}
    answer = anybody.post("/oauth2/token", data=form, auth=(shown[0], shown[1]))
    token: str = answer.raise_for_status().json()["access_token"]
    return token


def hashes_of(hospital: Hospital, client_id: str) -> tuple[bytes, ...]:
    secret = tables.client_secret
    with as_owner(hospital.service.database) as connection:
        query = select(secret.c.secret_hash).where(secret.c.client_id == client_id)
        return tuple(connection.execute(query).scalars())


def denials(hospital: Hospital) -> int:
    event = tables.audit_event
    count = select(func.count()).where(event.c.status == 401, event.c.action == "denied")
    with as_owner(hospital.service.database) as connection:
        return connection.execute(count).scalar_one()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_with_a_key_is_refused_and_told(
    hospital: Hospital, stolen: Stolen, name: str
) -> None:
    before = denials(hospital)

    answer = hospital.service.raw(
        f"GET {PATH} HTTP/1.1\nHost: x\n{ATTACKS[name](stolen)}Connection: close\n\n"
    )

    assert answer.split()[1] == b"401", answer[:300]
    assert b"P-" not in answer
    assert denials(hospital) == before + 1


def test_the_key_in_the_address_is_no_key(hospital: Hospital, stolen: Stolen) -> None:
    answer = hospital.service.raw(
        f"GET {PATH}?access_token={stolen.key}&key={stolen.key} HTTP/1.1\nHost: x\n"
        "Connection: close\n\n"
    )

    assert answer.split()[1] == b"401"


def test_what_the_attacks_are_made_of_is_right(hospital: Hospital, stolen: Stolen) -> None:
    for right in (stolen.key, stolen.token):
        answer = hospital.service.raw(
            f"GET {PATH} HTTP/1.1\nHost: x\n{bearer(right)}Connection: close\n\n"
        )

        assert answer.split()[1] == b"200"
