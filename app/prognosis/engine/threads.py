"""How many threads a fit may use."""

import os

WORTH_THREADS = 200_000
"""Rows from which a second thread gains more than it costs."""

_threads = [len(os.sched_getaffinity(0))]


def set_threads(threads: int) -> None:
    """
    Say how many threads a fit may use from now on; no number changes with it.

    Parameters
    ----------
    threads : int
        At least one; as many as the process has processors unless set.
    """
    if threads < 1:
        raise ValueError(f"{threads} threads; at least 1 needed")
    _threads[0] = threads


def threads_allowed() -> int:
    """
    Tell how many threads a fit may use.

    Returns
    -------
    int
        At least one.
    """
    return _threads[0]


def threads_for(rows: int) -> int:
    """
    Tell how many threads a loop over rows is worth.

    Parameters
    ----------
    rows : int
        How many rows.

    Returns
    -------
    int
        One for few rows.
    """
    return threads_allowed() if rows >= WORTH_THREADS else 1
