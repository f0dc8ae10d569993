"""Public keys of programs: the sets they are registered with, and those at listed addresses."""

import json
import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from math import inf
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from app.errors import FieldError, InvalidInput

PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members of a JSON Web Key that no other than its owner may know (RFC 7518, section 6)."""

MOST_KEYS = 32

LARGEST = 64 * 1024
"""Bytes of a set: it is read at every call of its client; one of 32 RSA keys has 20,000."""

FETCH_S = 3.0
"""Seconds in which a set has to be there."""

FRESH_S = 300.0
"""For so long a set that was fetched is believed: so long a key that was taken out may work on."""

STALE_S = 3600.0
"""For so long a set that cannot be fetched again is believed."""

AGAIN_S = 30.0
"""Until an address is asked again, whoever names whatever key."""

KeySet = Sequence[Mapping[str, Any]]

log = logging.getLogger(__name__)


def read_key_set(content: Any) -> KeySet:
    """Read a JSON Web Key Set that holds public keys only, and at least one."""
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_KEYS:
        raise _unreadable(f"a JSON Web Key Set of 1 to {MOST_KEYS} keys is required")
    if not all(isinstance(key, dict) and isinstance(key.get("kty"), str) for key in keys):
        raise _unreadable("every key needs its kty")
    if any(PRIVATE & key.keys() for key in keys):
        raise _unreadable("a private key was sent: make a new one, and send its public half")
    try:
        size = len(json.dumps(keys, allow_nan=False))
    except ValueError:
        raise _unreadable("a number of the key set is not finite") from None
    if size > LARGEST:
        raise _unreadable(f"the key set is larger than {LARGEST} bytes")
    return keys


def _unreadable(detail: str) -> InvalidInput:
    error = FieldError("/jwks", "key-set-unreadable", detail)
    return InvalidInput(detail, code=error.code, errors=(error,))


@dataclass(frozen=True)
class Fetched:
    """A set as it was fetched, when, and when that was tried last; monotonic seconds."""

    keys: KeySet
    at: float
    tried_at: float


NEVER = Fetched((), -inf, -inf)


class KeySets:
    """The sets at addresses that are listed in the settings; each process has its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._fetched: dict[str, Fetched] = {}

    def find(self, url: str, key_id: str) -> KeySet | None:
        """Find a set of which a key is asked; None: it has to be fetched before."""
        now = monotonic()
        kept = self._fetched.get(url, NEVER)
        keys = kept.keys if now - kept.at < STALE_S else ()
        has_key = any(key.get("kid") == key_id for key in keys)
        if (has_key and now - kept.at < FRESH_S) or now - kept.tried_at < AGAIN_S:
            return keys
        return None

    def fetch(self, url: str) -> None:
        """Fetch a set, unless somebody else has just tried; what was there stays if it fails."""
        with self._lock:
            now = monotonic()
            kept = self._fetched.get(url, NEVER)
            if now - kept.tried_at < AGAIN_S:
                return
            self._fetched[url] = replace(kept, tried_at=now)
        try:
            keys = read_key_set(json.loads(_body(url)))
        except (OSError, HTTPException, ValueError, RecursionError, InvalidInput) as error:
            log.warning("a key set was not fetched", extra={"error": type(error).__name__})
            return
        self._fetched[url] = Fetched(keys, monotonic(), now)


def _body(url: str) -> bytes:
    address = urlsplit(url)
    if address.scheme == "https":
        context = ssl.create_default_context()
        connection: HTTPConnection = HTTPSConnection(
            address.netloc, timeout=FETCH_S, context=context
        )
    else:
        connection = HTTPConnection(address.netloc, timeout=FETCH_S)
    deadline = monotonic() + FETCH_S
    try:
        path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
        connection.request("GET", path, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        # Another status sends elsewhere or has no keys: nobody follows.
        if answer.status != 200:
            raise HTTPException("the answer has another status than 200")
        found = b""
        while len(found) <= LARGEST and (part := answer.read1(LARGEST)):
            found += part
            if monotonic() > deadline:
                raise TimeoutError("the key set did not come in time")
        if len(found) > LARGEST:
            raise HTTPException("the answer is too large")
        return found
    finally:
        connection.close()
