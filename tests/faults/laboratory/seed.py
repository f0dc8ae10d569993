"""The one integer from which a run's operations, payloads, kills and cuts follow."""

import os
import secrets
from random import Random

VARIABLE = "LABORATORY_SEED"


def choose_seed() -> int:
    """Take the seed that is asked for, or a new one; printed, so that a failing run replays."""
    given = os.environ.get(VARIABLE)
    seed = int(given) if given else secrets.randbelow(2**32)
    print(f"{VARIABLE}={seed} has the same operations and faults again")  # noqa: T201 - pytest shows it where a test fails
    return seed


def chance_of(seed: int, *names: object) -> Random:
    """Give one part of a run its own chance, whatever the other parts draw meanwhile."""
    return Random(":".join(map(str, (seed, *names))))
