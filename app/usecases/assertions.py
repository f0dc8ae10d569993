"""Signed statements of programs about themselves: JSON Web Tokens (RFC 7519, RFC 7523).

What can be told of one without a database: whose it says it is, whether one of some public keys
signed it, and whether its claims hold here and now.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP384R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

PublicKey = RSAPublicKey | EllipticCurvePublicKey

ALGORITHMS = {"RS384": "RSA", "ES384": "EC"}
"""How a statement may be signed, and with which type of key: the signer chooses of these only."""

LONGEST = 16 * 1024
"""Characters of a statement that is looked at; real ones have a thousand."""

SKEW = timedelta(seconds=60)
"""By how much a program's clock may be wrong."""

RSA_BITS = (2048, 8192)
"""Shorter keys are weak (NIST SP 800-131A); longer ones would only cost time."""

EXPONENT_BITS = 33
"""Of an RSA key: all in use is 65537, and a long one would only cost time."""

_JWS = jwt.PyJWS()

# Nobody learns from the time it takes whether there is such a client or such a key.
_STAND_INS: Mapping[str, Mapping[str, Any]] = {
    "RS384": RSAAlgorithm.to_jwk(
        RSAPublicNumbers(65537, secrets.randbits(2048) | 1 << 2047 | 1).public_key(), as_dict=True
    ),
    "ES384": ECAlgorithm.to_jwk(generate_private_key(SECP384R1()).public_key(), as_dict=True),
}


class Unreadable(ValueError):
    """It is no signed statement of the kind that is taken."""


@dataclass(frozen=True)
class Statement:
    """A signed statement as it came: read, and not believed yet."""

    text: str
    algorithm: str
    key_id: str
    key_set_url: str | None
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Expected:
    """Who has to state it, to whom, and for how long at most it may hold."""

    issuer: str
    audience: str
    longest: timedelta


def read_statement(text: str) -> Statement:
    """Read a statement without believing it."""
    if len(text) > LONGEST or not text.isascii():
        raise Unreadable("it is too long")
    try:
        whole = jwt.decode_complete(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError):
        raise Unreadable("it is no JSON Web Token") from None
    header = whole["header"]
    algorithm, key_id, url = (header.get(name) for name in ("alg", "kid", "jku"))
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Unreadable("it is not signed with RS384 or ES384")
    if not isinstance(key_id, str) or not key_id:
        raise Unreadable("its header names no key")
    if str(header.get("typ", "JWT")).upper() != "JWT" or "crit" in header:
        raise Unreadable("its header asks for something else")
    if url is not None and not isinstance(url, str):
        raise Unreadable("its header names no key set")
    return Statement(text, algorithm, key_id, url, whole["payload"])


def is_signed_by_one_of(statement: Statement, keys: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the one key that it names signed it; of two of one name neither did."""
    named = list(_named(statement, keys))
    is_one = len(named) == 1
    key = _public_key(named[0] if is_one else _STAND_INS[statement.algorithm], statement.algorithm)
    if key is None:
        return False
    try:
        _JWS.decode(statement.text, key, algorithms=[statement.algorithm])
    except (jwt.PyJWTError, ValueError, TypeError):
        return False
    return is_one


def _named(statement: Statement, keys: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    use = {"use": "sig", "alg": statement.algorithm}
    wanted = {"kid": statement.key_id, "kty": ALGORITHMS[statement.algorithm], **use}
    for key in keys:
        # A key that does not say what it is for is for anything.
        said = {**use, **key}
        if all(said.get(name) == value for name, value in wanted.items()):
            yield key


def _public_key(jwk: Mapping[str, Any], algorithm: str) -> PublicKey | None:
    try:
        key = jwt.PyJWK.from_dict(dict(jwk), algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, EllipticCurvePublicKey):
        return key if isinstance(key.curve, SECP384R1) else None
    if not isinstance(key, RSAPublicKey):
        return None
    exponent = key.public_numbers().e.bit_length()
    least, most = RSA_BITS
    return key if least <= key.key_size <= most and exponent <= EXPONENT_BITS else None


def why_not(claims: Mapping[str, Any], expected: Expected, now: datetime) -> str | None:
    """Say why a statement does not hold here and now; None: it does. No value of it is told."""
    audience = claims.get("aud")
    if claims.get("iss") != expected.issuer or claims.get("sub") != expected.issuer:
        return "iss and sub have to be the identifier of the client"
    if expected.audience not in (audience if isinstance(audience, list) else [audience]):
        return "aud has to be the address that this was sent to, as the service names it"
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        return "jti is missing"
    return _why_not_now(claims, expected.longest, now)


def _why_not_now(claims: Mapping[str, Any], longest: timedelta, now: datetime) -> str | None:
    at, skew = now.timestamp(), SKEW.total_seconds()
    ends, begins, issued = (_instant(claims.get(name)) for name in ("exp", "nbf", "iat"))
    if ends is None:
        return "exp is missing"
    if ends <= at - skew:
        return "exp is past"
    if ends > at + longest.total_seconds() + skew:
        return f"exp is more than {longest.total_seconds():.0f} seconds ahead"
    if "nbf" in claims and (begins is None or begins > at + skew):
        return "nbf is ahead"
    if "iat" in claims and (issued is None or issued > at + skew):
        return "iat is ahead"
    return None


def _instant(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Beyond these it is no instant, and the largest integers are no floats.
    return float(value) if 0 <= value < 1e12 and isfinite(value) else None


def ends_at(statement: Statement) -> float:
    """Tell in seconds since 1970 when a statement that holds holds no more."""
    return float(statement.claims["exp"]) + SKEW.total_seconds()
