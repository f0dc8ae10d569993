"""Who may call, without HTTP: each way in which a key can be wrong is told apart inside."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.errors import Conflict, InvalidInput, NotFound
from app.storage import tables
from app.storage.directory import Client
from app.storage.store import writing
from app.usecases.clients import (
    AT_ONCE,
    SCOPES,
    NewClient,
    Rotation,
    WrongKey,
    add_client,
    authenticate,
    list_clients,
    post_client,
    revoke_client,
    rotate_client,
    rotate_secret,
    split_key,
)
from app.usecases.denials import Denial, record_denial
from app.usecases.limits import Guess, LimitReached
from app.usecases.service import Call, Caller, Reply, Service
from tests.owner import as_owner

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
READER = NewClient("Ward", ("patients:read", "models:read"))


@dataclass(frozen=True)
class ServiceAt(Service):
    """A service at one instant."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def at(service: Service) -> Callable[[datetime], ServiceAt]:
    """Gives the service at an instant."""
    parts = (service.settings, service.database, service.jobs, service.models, service.limits)
    return lambda instant: ServiceAt(*parts, instant)


@pytest.fixture
def noon(at: Callable[[datetime], ServiceAt]) -> ServiceAt:
    return at(NOON)


@pytest.fixture
def client(noon: ServiceAt, call: Call) -> Client:
    return made(noon, call, READER)[0]


def made(service: Service, call: Call, new: NewClient) -> tuple[Client, str]:
    with writing(service.database, call.caller.organisation_id) as store:
        return add_client(store.directory, call.caller.organisation_id, new, NOON)


def wrong(service: Service, key: str, address: str = HERE) -> WrongKey:
    with pytest.raises(WrongKey) as refusal:
        authenticate(service, key, address)
    return refusal.value


def test_the_scopes_are_those_of_the_contract_and_the_one_for_emergencies() -> None:
    assert [*SCOPES] == [
        *("results:write", "patients:read", "patients:write", "prognoses:read"),
        *("models:read", "models:write", "cohort:read"),
        *("trials:read", "trials:write", "trials:unblind", "audit:read", "clients:write"),
        "break-glass",
    ]


def test_a_right_key_names_its_caller(noon: ServiceAt, call: Call) -> None:
    client, key = made(noon, call, READER)

    caller = authenticate(noon, key, HERE)

    scopes = frozenset({"patients:read", "models:read"})
    assert caller == Caller(client.client_id, call.caller.organisation_id, "hospital", scopes)


def test_a_wrong_secret_is_a_guess_in_the_name_of_its_client(noon: ServiceAt, call: Call) -> None:
    client, key = made(noon, call, READER)

    refusal = wrong(noon, f"{key}x")

    assert refusal.caller == authenticate(noon, key, ELSEWHERE)
    assert refusal.guess == Guess(HERE, client.client_id)
    assert noon.limits.uncounted(HERE) == 1


def test_a_client_that_is_not_there_is_a_guess_in_nobody_s_name(noon: ServiceAt) -> None:
    refusal = wrong(noon, "ctc_0123456789abcdef_secret")

    assert (refusal.caller, refusal.guess) == (None, Guess(HERE, "0123456789abcdef"))


@pytest.mark.parametrize(
    "key",
    ["", "ctc", "ctc_", "ctc__x", "ctc_a", "ctc_a_", "cts_a_b", "ctc_a-b_c", f"ctc_a_{'x' * 195}"],
)
def test_what_has_not_the_form_of_a_key_is_not_looked_up(noon: ServiceAt, key: str) -> None:
    refusal = wrong(noon, key)

    assert (refusal.caller, refusal.guess) == (None, Guess(HERE, None))


def test_the_longest_key_is_taken_apart_at_its_first_two_lines() -> None:
    rest = "x_" * 97

    assert split_key(f"ctc_a_{rest}", HERE) == ("a", rest)


def test_a_secret_made_of_the_hash_of_nobody_s_is_wrong(noon: ServiceAt) -> None:
    assert wrong(noon, "ctc_0123456789abcdef_none").caller is None


@pytest.mark.parametrize(("seconds", "lasts"), [(-1, True), (0, False), (1, False)])
def test_a_key_lasts_until_it_expires(
    at: Callable[[datetime], ServiceAt], call: Call, seconds: int, lasts: bool
) -> None:
    expiry = NOON + timedelta(hours=1)
    client, key = made(at(NOON), call, replace(READER, expires_at=expiry))
    later = at(expiry + timedelta(seconds=seconds))

    if lasts:
        assert authenticate(later, key, HERE).client_id == client.client_id
    else:
        refusal = wrong(later, key)
        # It was right once: a program that was not told, and no guess.
        assert refusal.guess is None
        assert refusal.caller is not None
        assert later.limits.uncounted(HERE) == 0


def test_a_revoked_key_is_told_to_its_hospital_and_is_no_guess(noon: ServiceAt, call: Call) -> None:
    client, key = made(noon, call, READER)
    revoke_client(noon, call, client.client_id)

    for secret in (key, f"{key}x"):
        refusal = wrong(noon, secret)
        assert refusal.guess is None
        assert refusal.caller is not None
        assert refusal.caller.client_id == client.client_id


@pytest.mark.parametrize("minutes", [0, 5])
def test_rotated_keys_work_for_the_overlap(
    at: Callable[[datetime], ServiceAt], call: Call, minutes: int
) -> None:
    client, old = made(at(NOON), call, READER)
    with writing(at(NOON).database, client.organisation_id) as store:
        new = rotate_secret(store.directory, client, NOON, Rotation(timedelta(minutes=minutes)))

    end = NOON + timedelta(minutes=minutes)
    assert new != old
    assert new.startswith(f"ctc_{client.client_id}_")
    assert authenticate(at(end), new, HERE).client_id == client.client_id
    wrong(at(end), old)
    if minutes:
        authenticate(at(end - timedelta(seconds=1)), old, HERE)


def test_a_rotation_keeps_the_expiry(at: Callable[[datetime], ServiceAt], call: Call) -> None:
    expiry = NOON + timedelta(hours=1)
    client, _ = made(at(NOON), call, replace(READER, expires_at=expiry))
    with writing(at(NOON).database, client.organisation_id) as store:
        new = rotate_secret(store.directory, client, NOON)

    authenticate(at(expiry - timedelta(seconds=1)), new, HERE)
    wrong(at(expiry), new)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_key_that_has_expired_is_not_made(noon: ServiceAt, call: Call, seconds: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        made(noon, call, replace(READER, expires_at=NOON + timedelta(seconds=seconds)))

    assert refusal.value.code == "in-the-past"
    assert [each.pointer for each in refusal.value.errors] == ["/expires_at"]


@pytest.mark.parametrize("scopes", [(), ("everything",), ("patients:read", "everything")])
def test_scopes_that_nobody_knows_and_none_at_all_are_refused(
    noon: ServiceAt, call: Call, scopes: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        made(noon, call, NewClient("Ward", scopes))

    assert refusal.value.code == "unknown-scope"


def weaker(call: Call) -> Call:
    return replace(call, caller=replace(call.caller, scopes=frozenset({"clients:write"})))


def test_nobody_grants_or_rotates_what_they_lack(
    noon: ServiceAt, call: Call, client: Client
) -> None:
    attempts: tuple[Callable[[], Reply], ...] = (
        lambda: post_client(noon, weaker(call), READER),
        lambda: rotate_client(noon, weaker(call), client.client_id, AT_ONCE),
    )
    for attempt in attempts:
        with pytest.raises(InvalidInput) as refusal:
            attempt()
        assert refusal.value.code == "scope-not-yours"
        assert [each.pointer for each in refusal.value.errors] == ["/scopes"]


def test_the_clients_of_another_hospital_are_not_there(
    noon: ServiceAt, client: Client, call_of: Callable[[str], Call]
) -> None:
    other = call_of("another hospital")

    attempts: tuple[Callable[[], Reply], ...] = (
        lambda: revoke_client(noon, other, client.client_id),
        lambda: rotate_client(noon, other, client.client_id, AT_ONCE),
    )
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert list_clients(noon, other, 9, None).body == '{"items":[],"next":null}'


def test_a_client_is_revoked_once_and_then_gets_no_key(
    noon: ServiceAt, call: Call, client: Client
) -> None:
    reply = revoke_client(noon, call, client.client_id)

    assert (reply.status, reply.audit_detail) == (204, client.client_id)
    with pytest.raises(NotFound):
        revoke_client(noon, call, client.client_id)
    with pytest.raises(Conflict) as refusal:
        rotate_client(noon, call, client.client_id, AT_ONCE)
    assert refusal.value.code == "client-revoked"


def test_clients_are_listed_page_by_page(noon: ServiceAt, call: Call) -> None:
    ids = sorted(made(noon, call, READER)[0].client_id for _ in range(3))

    first = list_clients(noon, call, 2, None)
    second = list_clients(noon, call, 2, first.next_cursor)

    shown = [[client_id for client_id in ids if client_id in (page.body or "")]
             for page in (first, second)]  # fmt: skip
    assert shown == [ids[:2], ids[2:]]
    assert second.next_cursor is None
    assert list_clients(noon, call, 3, None).next_cursor is None


def test_after_sixty_wrong_secrets_not_even_the_right_one_is_looked_at(
    noon: ServiceAt, call: Call
) -> None:
    _, key = made(noon, call, READER)
    for number in range(60):
        refusal = wrong(noon, f"{key}x")
        denial = Denial(refusal.caller, "denied", 401, f"request-{number}", guess=refusal.guess)
        record_denial(noon, denial)

    with pytest.raises(LimitReached):
        authenticate(noon, key, HERE)
    assert authenticate(noon, key, ELSEWHERE).organisation == "hospital"
    assert noon.limits.uncounted(HERE) == 0


def test_a_denial_is_told_to_the_hospital_that_was_named(
    noon: ServiceAt, call: Call, client: Client
) -> None:
    record_denial(noon, Denial(call.caller, "denied", 403, "request-1"))
    record_denial(noon, Denial(None, "denied", 401, "request-2", guess=Guess(HERE, None)))

    event = tables.audit_event
    asked = (event.c.organisation_id, event.c.client_id, event.c.action, event.c.status)
    query = select(*asked, event.c.at, event.c.request_id).order_by(event.c.sequence)
    with as_owner(noon.database) as connection:
        told = [tuple(row) for row in connection.execute(query)]
    number = call.caller.organisation_id
    assert told == [
        (number, "test", "denied", 403, NOON, "request-1"),
        (None, None, "denied", 401, NOON, "request-2"),
    ]


def test_a_new_client_is_told_its_key_and_kept_without(noon: ServiceAt, call: Call) -> None:
    reply = post_client(noon, call, READER)

    told = json.loads(reply.body or "")
    key = told.pop("key")
    assert (reply.status, reply.location) == (201, f"/v1/clients/{told['client_id']}")
    assert json.loads(reply.secret_free_body or "") == told | {"key": None}
    assert told == {
        "client_id": key.split("_")[1],
        "name": "Ward",
        "scopes": ["patients:read", "models:read"],
        "created_at": "2026-01-01T12:00:00Z",
        "revoked_at": None,
        "jwks": None,
        "jwks_url": None,
        "revoked_by": None,
        "keys": [
            {
                "issued_at": "2026-01-01T12:00:00Z",
                "issued_by": "test",
                "expires_at": None,
                "ended_at": None,
                "ended_by": None,
                "last_used_at": None,
            }
        ],
    }
    # 8 bytes in hexadecimal, and 32 in base 64.
    assert re.fullmatch(r"ctc_[0-9a-f]{16}_[\w-]{43}", key)
    assert authenticate(noon, key, HERE).client_id == told["client_id"]


def test_a_rotation_tells_the_new_key_and_ends_the_old_one(noon: ServiceAt, call: Call) -> None:
    client, old = made(noon, call, replace(READER, jwks='{"keys":[]}'))

    reply = rotate_client(noon, call, client.client_id, AT_ONCE)

    told = json.loads(reply.body or "")
    assert (reply.status, reply.audit_detail) == (201, client.client_id)
    assert json.loads(reply.secret_free_body or "") == told | {"key": None}
    assert (told["client_id"], told["jwks"]) == (client.client_id, {"keys": []})
    assert re.fullmatch(rf"ctc_{client.client_id}_[\w-]{{43}}", told["key"])
    assert authenticate(noon, told["key"], HERE).client_id == client.client_id
    wrong(noon, old)


def test_a_key_given_without_an_overlap_is_the_only_one(noon: ServiceAt, call: Call) -> None:
    client, old = made(noon, call, READER)
    with writing(noon.database, client.organisation_id) as store:
        rotate_secret(store.directory, client, NOON)

    wrong(noon, old)


def test_a_list_shows_when_a_client_was_revoked(
    noon: ServiceAt, call: Call, client: Client
) -> None:
    revoke_client(noon, call, client.client_id)

    (listed,) = json.loads(list_clients(noon, call, 9, None).body or "")["items"]

    assert listed["client_id"] == client.client_id
    assert listed["revoked_at"] == listed["created_at"] == "2026-01-01T12:00:00Z"
    assert "key" not in listed


def test_every_wrong_key_is_told_the_same(noon: ServiceAt, call: Call) -> None:
    _, key = made(noon, call, READER)

    told = {str(wrong(noon, each)) for each in (f"{key}x", "nonsense", "ctc_a_b")}

    assert told == {"the key is not valid"}
