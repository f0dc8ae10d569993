"""The rows of one fit: checked once, sorted once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.prognosis.engine.threads import threads_for

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

Ties = Literal["efron", "breslow"]
"""What events at the same time share."""


class MalformedRows(ValueError):
    """Rows of which no fit can be asked, with the number of the offenders."""


@dataclass(frozen=True, eq=False)
class SurvivalRows:
    """
    Rows by stratum, end of follow-up, and events first; made by `survival_rows`.

    A row is at risk on (start, stop]: an event on the day of another's entry
    finds that other not yet at risk, as in R.

    Attributes
    ----------
    x : ndarray, shape (n, p)
        Covariates less `means`, in Fortran order.
    means : ndarray, shape (p,)
        Weighted means of the covariates, in each one's unit.
    starts : ndarray, shape (n,), or None
        Entry; None where everybody is at risk from the beginning.
    stops : ndarray, shape (n,)
        End of follow-up, ascending within a stratum.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event; at the same time, events come first.
    weights : ndarray, shape (n,)
        Case weights, above zero.
    offset : ndarray, shape (n,)
        Log hazard ratio known beforehand.
    strata : ndarray of int, shape (n,)
        Code of each row's stratum, ascending from 0 without a gap.
    order : ndarray of int, shape (n,)
        The place of each row among those that were given.
    """

    x: Floats
    means: Floats
    starts: Floats | None
    stops: Floats
    events: Flags
    weights: Floats
    offset: Floats
    strata: Places
    order: Places

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.stops)

    def blocks(self) -> list[slice]:
        """
        Part the rows by stratum.

        Returns
        -------
        list of slice
            One for each stratum, in the order of their codes.
        """
        edges = np.flatnonzero(np.diff(self.strata, prepend=-1, append=self.strata[-1] + 1))
        return [slice(int(low), int(high)) for low, high in pairwise(edges)]

    def given_order(self, values: Floats) -> Floats:
        """
        Put values of the sorted rows in the order in which the rows were given.

        Parameters
        ----------
        values : ndarray, shape (n, ...)
            One for each row of this object.

        Returns
        -------
        ndarray, shape (n, ...)
            One for each row as given.
        """
        given = np.empty_like(values)
        given[self.order] = values
        return given


def survival_rows(
    x: ArrayLike,
    stops: ArrayLike,
    events: ArrayLike,
    *,
    starts: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> SurvivalRows:
    """
    Check and sort the rows of a fit.

    Parameters
    ----------
    x : array_like, shape (n, p)
        Covariates, each in its unit.
    stops : array_like, shape (n,)
        End of follow-up, above zero and above the entry.
    events : array_like of bool, shape (n,)
        Whether it ended with the event; numbers have to be 0 and 1.
    starts : array_like, shape (n,), optional
        Entry, at least zero.
    weights : array_like, shape (n,), optional
        Case weights, above zero; one each unless given.
    offset : array_like, shape (n,), optional
        Log hazard ratio known beforehand; zero unless given.
    strata : array_like of int, shape (n,), optional
        Which baseline hazard a row has; one for all unless given.

    Returns
    -------
    SurvivalRows
        The same rows, sorted.

    Raises
    ------
    MalformedRows
        If there is no row, shapes differ, a number is not finite, a time is
        not above zero and above the entry, a weight is not above zero, or an
        event is neither 0 nor 1.
    """
    columns = np.asarray(x, dtype=np.float64)
    ends = np.asarray(stops, dtype=np.float64)
    n = len(ends)
    if n == 0 or columns.ndim != 2 or ends.ndim != 1 or len(columns) != n:
        raise MalformedRows(f"x has shape {columns.shape} and stops {ends.shape}; rows are needed")
    entries = None if starts is None else _vector(starts, n, "starts")
    loads = None if weights is None else _vector(weights, n, "weights")
    known = None if offset is None else _vector(offset, n, "offset")
    codes = np.zeros(n, dtype=np.intp) if strata is None else _codes(strata, n)
    ended = _flags(events, n)
    # A sum that is finite has finite terms; only where it is not are they looked at one by one.
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite(columns.sum()):
            _refuse(~np.isfinite(columns).all(axis=1), "hold a covariate that is not finite")
    _refuse(~np.isfinite(ends) | (ends <= 0), "end at a time that is not above zero")
    if loads is not None:
        _refuse(~(np.isfinite(loads) & (loads > 0)), "have a weight that is not above zero")
    if known is not None:
        _refuse(~np.isfinite(known), "have an offset that is not finite")
    if entries is not None:
        _refuse(~(np.isfinite(entries) & (entries >= 0)), "enter at a time below zero")
        _refuse(entries >= ends, "end no later than they enter")
    order = _order(codes, ends, ended)
    loads = np.ones(n) if loads is None else loads[order]
    x, means = _centred(columns, order, loads)
    return SurvivalRows(
        x=x,
        means=means,
        starts=None if entries is None else entries[order],
        stops=ends[order],
        events=ended[order],
        weights=loads,
        offset=np.zeros(n) if known is None else known[order],
        strata=codes if strata is None else codes[order],
        order=order,
    )


def _order(codes: Places, ends: Floats, ended: Flags) -> Places:
    """Sort by stratum, time, events first, and place; whole and half times by one number each."""
    halves, n, bits = 2 * ends, len(ends), len(ends).bit_length()
    span = float(halves.max()) + 1
    short = (int(codes.max()) + 1) * span * 2 ** (bits + 1) < 2.0**62
    if short and (halves == np.floor(halves)).all():
        keys = halves.astype(np.int64) + codes * int(span)
        keys = (keys << (bits + 1)) + (~ended * np.int64(1 << bits)) + np.arange(n)
        keys.sort()
        return np.asarray(keys & ((1 << bits) - 1), dtype=np.intp)
    first = np.concatenate([np.flatnonzero(ended), np.flatnonzero(~ended)])
    order = first[np.argsort(ends[first], kind="stable")]
    return order[np.argsort(codes[order], kind="stable")] if codes.any() else order


def _centred(columns: Floats, order: Places, weights: Floats) -> tuple[Floats, Floats]:
    """Take column by column, so that no second copy of all is ever held."""
    x, total = np.empty(columns.shape, order="F"), weights.sum()
    places = range(columns.shape[1])

    def centre(place: int) -> float:
        column = x[:, place]
        np.take(columns[:, place], order, out=column, mode="clip")
        # Not a BLAS product, whose last bit hangs on the number of threads.
        mean = float(np.einsum("i,i->", weights, column) / total)
        column -= mean
        return mean

    threads = threads_for(len(order))
    if threads == 1:
        return x, np.array([centre(place) for place in places])
    with ThreadPoolExecutor(threads) as pool:
        return x, np.array(list(pool.map(centre, places)))


def _vector(values: ArrayLike, n: int, name: str) -> Floats:
    vector = np.asarray(values, dtype=np.float64)
    if vector.shape != (n,):
        raise MalformedRows(f"{name} has shape {vector.shape}, not ({n},)")
    return vector


def _codes(strata: ArrayLike, n: int) -> Places:
    codes = np.asarray(strata)
    if codes.shape != (n,):
        raise MalformedRows(f"strata has shape {codes.shape}, not ({n},)")
    return np.unique(codes, return_inverse=True)[1].astype(np.intp)


def _flags(events: ArrayLike, n: int) -> Flags:
    flags = _vector(events, n, "events")
    _refuse((flags != 0) & (flags != 1), "have an event that is neither 0 nor 1")
    return flags.astype(np.bool_)


def _refuse(offending: ArrayLike, claim: str) -> None:
    flags = np.asarray(offending)
    found = int(flags.sum())
    if found:
        raise MalformedRows(f"{found} of {len(flags)} rows {claim}")
