"""A certificate of a minute for 127.0.0.1, signed by itself; made here, so that none is kept."""

from base64 import encodebytes
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from pathlib import Path
from secrets import randbelow

Point = tuple[int, int] | None

PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
"""NIST P-256 (FIPS 186-4, D.1.2.3)."""

CURVE = bytes.fromhex("06082a8648ce3d030107")
EC_KEY = bytes.fromhex("06072a8648ce3d0201")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
COMMON_NAME = bytes.fromhex("0603550403")


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate and its key, each to a file of its own that its owner alone can read."""
    private = 1 + randbelow(ORDER - 1)
    x, y = _times(private, BASE) or BASE
    public = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    body = _to_be_signed(public)
    certificate = _der(0x30, body, ECDSA_SHA256, _der(0x03, b"\0", _signature(private, body)))
    key = _der(
        0x30,
        b"\x02\x01\x01",
        _der(0x04, private.to_bytes(32, "big")),
        _der(0xA0, CURVE),
        _der(0xA1, _der(0x03, b"\0", public)),
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    labels = ("CERTIFICATE", "EC PRIVATE KEY")
    for path, label, content in zip(paths, labels, (certificate, key), strict=True):
        path.touch(mode=0o600)
        text = encodebytes(content).decode()
        path.write_text(f"-----BEGIN {label}-----\n{text}-----END {label}-----\n")
    return paths


def _to_be_signed(public: bytes) -> bytes:
    now = datetime.now(UTC)
    name = _der(0x30, _der(0x31, _der(0x30, COMMON_NAME, _der(0x0C, b"test"))))
    validity = (f"{now + timedelta(days=days):%y%m%d%H%M%S}Z".encode() for days in (-1, 1))
    return _der(
        0x30,
        b"\xa0\x03\x02\x01\x02",
        _integer(randbelow(2**64)),
        ECDSA_SHA256,
        name,
        _der(0x30, *(_der(0x17, instant) for instant in validity)),
        name,
        _der(0x30, _der(0x30, EC_KEY, CURVE), _der(0x03, b"\0", public)),
        _der(0xA3, _der(0x30, *_extensions(public))),
    )


def _extensions(public: bytes) -> tuple[bytes, ...]:
    critical = b"\x01\x01\xff"
    names = _der(0x30, _der(0x82, b"localhost"), _der(0x87, bytes((127, 0, 0, 1))))
    identifier = _der(0x04, sha1(public, usedforsecurity=False).digest())
    return (
        _der(0x30, b"\x06\x03\x55\x1d\x11", _der(0x04, names)),
        _der(0x30, b"\x06\x03\x55\x1d\x0e", _der(0x04, identifier)),
        _der(0x30, b"\x06\x03\x55\x1d\x0f", critical, b"\x04\x04\x03\x02\x02\x84"),
        _der(0x30, b"\x06\x03\x55\x1d\x13", critical, b"\x04\x05\x30\x03\x01\x01\xff"),
    )


def _signature(private: int, content: bytes) -> bytes:
    digest = int.from_bytes(sha256(content).digest(), "big")
    once = 1 + randbelow(ORDER - 1)
    r = (_times(once, BASE) or BASE)[0] % ORDER
    s = pow(once, -1, ORDER) * (digest + r * private) % ORDER
    return _der(0x30, _integer(r), _integer(s))


def _times(number: int, point: Point) -> Point:
    product: Point = None
    for bit in f"{number:b}":
        product = _plus(product, product)
        product = _plus(product, point) if bit == "1" else product
    return product


def _plus(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % PRIME == 0:
        return None
    slope = (
        3 * (x1 * x1 - 1) * pow(2 * y1, -1, PRIME)
        if one == other
        else (y2 - y1) * pow(x2 - x1, -1, PRIME)
    )
    x = (slope * slope - x1 - x2) % PRIME
    return x, (slope * (x1 - x) - y1) % PRIME


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    count = (length.bit_length() + 7) // 8
    return bytes((tag, 128 + count)) + length.to_bytes(count, "big") + content


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
