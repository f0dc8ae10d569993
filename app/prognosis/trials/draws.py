"""Whole numbers by chance: the stream of a sealed seed, reproducible by who holds the seed."""

import hashlib
import hmac
from collections.abc import Callable
from itertools import count

from app.prognosis.trials.refusals import TrialRefused

Draw = Callable[[int], int]
"""Gives a whole number from 0 to below the one given, each with the same probability."""

SEED_BYTES = 32
"""As many as the digest has; a shorter seed could be searched for."""

_SPAN = 1 << 256


def sealed_draws(seed: bytes, number: int) -> Draw:
    """
    Make the draws of one enrolment from a trial's sealed seed.

    The stream is HMAC-SHA256 of the enrolment's number and a counter under the
    seed, each digest read as a whole number; digests that would make some
    remainders more probable are passed over.

    Parameters
    ----------
    seed : bytes
        32 or more, from the operating system.
    number : int
        The enrolment's place in its trial, from 0 to 2**64 - 1; two enrolments of
        one number get the same draws.

    Returns
    -------
    callable
        From n, 1 or more, to a whole number from 0 to n - 1.

    Raises
    ------
    TrialRefused
        If the seed is shorter than 32 bytes.

    References
    ----------
    Krawczyk H et al. RFC 2104, 1997.
    """
    if len(seed) < SEED_BYTES:
        raise TrialRefused(
            "seed-too-short", f"a seed of {len(seed)} bytes; {SEED_BYTES} or more needed"
        )
    return _Stream(seed, number).below


class _Stream:
    def __init__(self, seed: bytes, number: int) -> None:
        self._seed, self._place, self._counter = seed, number.to_bytes(8, "big"), count()

    def below(self, below: int) -> int:
        if not 1 <= below <= _SPAN:
            raise ValueError(f"a draw below {below}")
        fair = _SPAN - _SPAN % below
        while (value := self._next()) >= fair:
            pass
        return value % below

    def _next(self) -> int:
        message = self._place + next(self._counter).to_bytes(8, "big")
        return int.from_bytes(hmac.digest(self._seed, message, hashlib.sha256), "big")
