"""Programs with keys of their own, who sign statements about themselves."""

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Make an RSA key once: it takes a tenth of a second."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(curve: type[ec.EllipticCurve] = ec.SECP384R1) -> ec.EllipticCurvePrivateKey:
    """Make a key on a curve once."""
    return ec.generate_private_key(curve())


@dataclass(frozen=True)
class Signer:
    """A program: its key, how it signs, and what it calls the key."""

    algorithm: str = "ES384"
    key_id: str = "key-1"
    key: PrivateKey = field(default_factory=ec_key)

    @property
    def public(self) -> dict[str, Any]:
        """The public half, as a key set holds it."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            jwk = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        else:
            jwk = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {**jwk, "kid": self.key_id}

    @property
    def key_set(self) -> dict[str, Any]:
        """A set of this key alone."""
        return {"keys": [self.public]}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Sign claims."""
        named = {"kid": self.key_id, **header}
        named = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers=named)


def claims_of(client_id: str, audience: str, seconds: float = 300, **others: Any) -> dict[str, Any]:
    """State who a client is for so long; what is None is left out."""
    now = time.time()
    usual = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "exp": int(now + seconds),
        "jti": uuid4().hex,
    }
    claims = {**usual, **others}
    return {name: value for name, value in claims.items() if value is not None}
