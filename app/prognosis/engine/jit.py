"""How the engine's loops are compiled, and where the compiled code is kept."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])

REORDERED = {"reassoc", "contract", "nsz"}
"""Sums may be reordered for the processor's vectors; nothing else of the arithmetic is relaxed."""


EXACT = {"contract"}
"""A product and a sum may be rounded once; their order stands."""


def compiled(signature: str) -> Callable[[Kernel], Kernel]:
    """
    Compile a loop at import, or take what an earlier import compiled and kept.

    Numba keeps the code in `NUMBA_CACHE_DIR`, else beside the source, else in
    the user's cache directory, whichever it can write first. Where it can
    write none of them, the code is compiled for this process alone.

    Parameters
    ----------
    signature : str
        Types in Numba's notation, so that nothing waits for the first call.

    Returns
    -------
    callable
        A decorator; the loop it returns lets go of the interpreter's lock.
    """
    return partial(_compile, signature, REORDERED)


def exactly_compiled(signature: str) -> Callable[[Kernel], Kernel]:
    """
    Compile a loop in which the order of additions matters.

    Parameters
    ----------
    signature : str
        As of `compiled`.

    Returns
    -------
    callable
        As of `compiled`.
    """
    return partial(_compile, signature, EXACT)


def _compile(signature: str, relaxed: set[str], loop: Kernel) -> Kernel:
    try:
        return _decorator(signature, relaxed, cache=True)(loop)
    except (OSError, RuntimeError):
        return _decorator(signature, relaxed, cache=False)(loop)


def _decorator(signature: str, relaxed: set[str], *, cache: bool) -> Callable[[Kernel], Kernel]:
    decorator = njit(signature, nogil=True, fastmath=relaxed, error_model="numpy", cache=cache)
    return cast("Callable[[Kernel], Kernel]", decorator)
