"""Names of rows, of which a fit needs none: they are made out when somebody asks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray


class Labels(Sequence[str]):
    """
    One name for each row, made out when the first is asked for.

    Parameters
    ----------
    count : int
        How many there are.
    make_out : callable
        Gives them in the order of the rows.
    """

    def __init__(self, count: int, make_out: Callable[[], Iterable[str]]) -> None:
        self._count, self._make_out = count, make_out

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(self._make_out())

    def __len__(self) -> int:
        """Count the rows."""
        return self._count

    def __iter__(self) -> Iterator[str]:
        """Go through the names in the order of the rows."""
        return iter(self._labels)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        """Give the names of some rows."""
        return self._labels[place]


def labels_at(labels: Sequence[str], places: NDArray[np.intp]) -> Labels:
    """
    Take the names of some rows.

    Parameters
    ----------
    labels : sequence of str, length n
        One for each row.
    places : ndarray of int, shape (k,)
        Which rows.

    Returns
    -------
    Labels
        In that order.
    """
    return Labels(len(places), lambda: map(labels.__getitem__, places.tolist()))
