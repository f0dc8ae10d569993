"""Signed statements: whose key signed them, and whether they hold here and now."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.assertions import (
    Expected,
    Unreadable,
    is_signed_by_one_of,
    read_statement,
    why_not,
)
from tests.signing import Signer, ec_key, rsa_key

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
AT = int(NOON.timestamp())
HERE = "https://prognosis.example.org/oauth2/token"
EXPECTED = Expected("c1", HERE, timedelta(seconds=300))
CLAIMS = {"iss": "c1", "sub": "c1", "aud": HERE, "exp": AT + 300, "jti": "1"}
EC, RSA = Signer(), Signer("RS384", key=rsa_key())


def is_taken(text: str, *keys: dict[str, Any]) -> bool:
    try:
        return is_signed_by_one_of(read_statement(text), keys)
    except Unreadable:
        return False


def by_hand(header: dict[str, Any], signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(CLAIMS).encode(), signature)
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@pytest.mark.parametrize("signer", [EC, RSA], ids=["ES384", "RS384"])
def test_a_statement_is_signed_by_the_key_that_it_names(signer: Signer) -> None:
    text = signer.sign(CLAIMS)

    assert read_statement(text).claims == CLAIMS
    assert is_taken(text, signer.public)
    assert is_taken(text, Signer(key_id="another").public, signer.public)
    assert is_taken(text, {**signer.public, "use": "sig", "alg": signer.algorithm})


FORGED: dict[str, Callable[[], tuple[str, list[dict[str, Any]]]]] = {
    "no key": lambda: (EC.sign(CLAIMS), []),
    "another key of the same name": lambda: (
        Signer(key=ec.generate_private_key(ec.SECP384R1())).sign(CLAIMS),
        [EC.public],
    ),
    "two keys of one name": lambda: (EC.sign(CLAIMS), [EC.public, EC.public]),
    "two different keys of one name": lambda: (
        EC.sign(CLAIMS),
        [EC.public, Signer(key=ec.generate_private_key(ec.SECP384R1())).public],
    ),
    "no kid": lambda: (EC.sign(CLAIMS, kid=None), [EC.public]),
    "an empty kid": lambda: (EC.sign(CLAIMS, kid=""), [EC.public]),
    "no kid on either side": lambda: (
        EC.sign(CLAIMS, kid=None),
        [{name: value for name, value in EC.public.items() if name != "kid"}],
    ),
    "a kid that is not there": lambda: (EC.sign(CLAIMS, kid="other"), [EC.public]),
    "a key of another type": lambda: (EC.sign(CLAIMS), [RSA.public]),
    "a key that says another type": lambda: (EC.sign(CLAIMS), [{**EC.public, "kty": "RSA"}]),
    "a key for encryption": lambda: (EC.sign(CLAIMS), [{**EC.public, "use": "enc"}]),
    "a key for another algorithm": lambda: (EC.sign(CLAIMS), [{**EC.public, "alg": "ES256"}]),
    "a curve that is too short": lambda: (
        EC.sign(CLAIMS),
        [Signer(key=ec_key(ec.SECP256R1)).public],
    ),
    "an RSA key that is too short": lambda: (
        Signer("RS384", key=rsa_key(1024)).sign(CLAIMS),
        [Signer("RS384", key=rsa_key(1024)).public],
    ),
    "RS256": lambda: (Signer("RS256", key=rsa_key()).sign(CLAIMS), [RSA.public]),
    "PS384": lambda: (Signer("PS384", key=rsa_key()).sign(CLAIMS), [RSA.public]),
    "ES256": lambda: (
        Signer("ES256", key=ec_key(ec.SECP256R1)).sign(CLAIMS),
        [Signer(key=ec_key(ec.SECP256R1)).public],
    ),
    "none": lambda: (by_hand({"alg": "none", "kid": "key-1"}), [EC.public]),
    "None in other case": lambda: (by_hand({"alg": "nOnE", "kid": "key-1"}), [EC.public]),
    "no algorithm": lambda: (by_hand({"kid": "key-1"}), [EC.public]),
    "an algorithm that is a list": lambda: (
        by_hand({"alg": ["ES384"], "kid": "key-1"}),
        [EC.public],
    ),
    "HS256 with the public key as a secret": lambda: (
        by_hand({"alg": "HS256", "kid": "key-1"}, bytes(32)),
        [RSA.public],
    ),
    "a signature of zeros": lambda: (
        by_hand({"alg": "ES384", "kid": "key-1"}, bytes(96)),
        [EC.public],
    ),
    "no signature": lambda: (EC.sign(CLAIMS).rpartition(".")[0] + ".", [EC.public]),
    "other claims under a signature": lambda: (
        ".".join(
            [
                EC.sign(CLAIMS).split(".")[0],
                EC.sign({**CLAIMS, "sub": "c2"}).split(".")[1],
                EC.sign(CLAIMS).split(".")[2],
            ]
        ),
        [EC.public],
    ),
    "its own key": lambda: (
        Signer(key=ec.generate_private_key(ec.SECP384R1())).sign(CLAIMS, jwk=EC.public),
        [EC.public],
    ),
    "what has to be understood": lambda: (EC.sign(CLAIMS, crit=["b64"], b64=True), [EC.public]),
    "another type of token": lambda: (EC.sign(CLAIMS, typ="at+jwt"), [EC.public]),
    "two parts": lambda: (EC.sign(CLAIMS).rpartition(".")[0], [EC.public]),
    "a megabyte": lambda: (EC.sign({**CLAIMS, "more": "A" * 1_000_000}), [EC.public]),
    "a deep header": lambda: (
        f"{urlsafe_b64encode(b'[' * 9000).decode()}.e30.AAAA",
        [EC.public],
    ),
    "a broken key": lambda: (EC.sign(CLAIMS), [{**EC.public, "x": "!", "y": 7}]),
    "a key that is not on its curve": lambda: (
        EC.sign(CLAIMS),
        [{**EC.public, "x": EC.public["y"], "y": EC.public["x"]}],
    ),
}


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.filterwarnings("ignore:The RSA key")
def test_what_is_not_signed_by_the_one_key_that_it_names_is_refused(name: str) -> None:
    text, keys = FORGED[name]()

    assert not is_taken(text, *keys)


@given(st.text(max_size=200))
def test_whatever_is_sent_is_a_statement_or_unreadable(text: str) -> None:
    assert not is_taken(text, EC.public)


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "jku", "crit", "b64"]), st.none()))
def test_whatever_a_header_says_is_read_or_refused(header: dict[str, None]) -> None:
    assert not is_taken(by_hand({"alg": "ES384", "kid": "key-1", **header}, bytes(96)), EC.public)


@pytest.mark.parametrize(
    "claims",
    [
        CLAIMS,
        {**CLAIMS, "aud": [HERE]},
        {**CLAIMS, "aud": ["https://elsewhere.example.org", HERE]},
        # SMART Backend Services: five minutes at most; a minute for clocks that differ.
        {**CLAIMS, "exp": AT + 360},
        {**CLAIMS, "exp": AT + 300.5},
        {**CLAIMS, "exp": AT - 59},
        {**CLAIMS, "iat": AT + 60, "nbf": AT + 60},
    ],
)
def test_a_statement_holds_here_and_now(claims: dict[str, Any]) -> None:
    assert why_not(claims, EXPECTED, NOON) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "c2"}, "iss"),
        ({"sub": "c2"}, "iss"),
        ({"iss": None}, "iss"),
        ({"sub": None}, "iss"),
        ({"aud": "https://elsewhere.example.org/oauth2/token"}, "aud"),
        ({"aud": f"{HERE}/"}, "aud"),
        ({"aud": HERE.upper()}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {HERE: 1}}, "aud"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"exp": None}, "exp is missing"),
        ({"exp": "2999-01-01"}, "exp is missing"),
        ({"exp": True}, "exp is missing"),
        ({"exp": float("nan")}, "exp is missing"),
        ({"exp": float("inf")}, "exp is missing"),
        ({"exp": 10**400}, "exp is missing"),
        ({"exp": AT - 60}, "exp is past"),
        ({"exp": AT + 361}, "exp is more than 300 seconds ahead"),
        ({"exp": AT + 3600}, "exp is more than 300 seconds ahead"),
        ({"nbf": AT + 61}, "nbf"),
        ({"nbf": None}, "nbf"),
        ({"iat": AT + 61}, "iat"),
        ({"iat": "now"}, "iat"),
    ],
)
def test_a_statement_that_does_not_hold_is_refused(changed: dict[str, Any], why: str) -> None:
    found = why_not({**CLAIMS, **changed}, EXPECTED, NOON)

    assert found is not None
    assert found.startswith(why)
    assert not any(str(value) in found for value in changed.values() if len(str(value)) > 4)
