"""The arrays that somebody hands in as a cohort, checked one by one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.prognosis.engine.rows import Flags, Floats, MalformedRows, Places


def checked_outcomes(days: ArrayLike, events: ArrayLike) -> tuple[Floats, Flags]:
    """
    Check how long each row was followed, and to what end.

    Parameters
    ----------
    days : array_like, shape (n,)
        Above zero.
    events : array_like of bool, shape (n,)
        Or of 0 and 1.

    Returns
    -------
    tuple of ndarray, shape (n,)
        The same.

    Raises
    ------
    MalformedRows
        With the number of offending rows.
    """
    ends = _numbers("days", days)
    if len(ends) == 0:
        raise MalformedRows("days is empty; rows are needed")
    _refuse(~np.isfinite(ends) | (ends <= 0), "days", "not above zero and finite", ends)
    flags = _numbers("events", events)
    _same_length("events", flags, len(ends))
    _refuse((flags != 0) & (flags != 1), "events", "neither 0 nor 1", flags)
    return ends, flags.astype(np.bool_)


def checked_column(name: str, values: ArrayLike, rows: int) -> Floats:
    """
    Check the values of one covariate.

    Parameters
    ----------
    name : str
        What it is called.
    values : array_like, shape (n,)
        NaN where it is not known.
    rows : int
        How many there have to be.

    Returns
    -------
    ndarray, shape (n,)
        The same.

    Raises
    ------
    MalformedRows
        With the number of offending rows.
    """
    column = _numbers(name, values)
    _same_length(name, column, rows)
    _refuse(np.isinf(column), name, "infinite", column)
    return column


def checked_starts(starts: ArrayLike, rows: int) -> NDArray[np.datetime64]:
    """
    Check time zero of each row.

    Parameters
    ----------
    starts : array_like of datetime64, shape (n,)
        NaT where it is not known.
    rows : int
        How many there have to be.

    Returns
    -------
    ndarray of datetime64[D], shape (n,)
        The same, in days.

    Raises
    ------
    MalformedRows
        If they are no dates, or not as many as the rows.
    """
    try:
        dates = np.asarray(starts, dtype="datetime64[D]")
    except (TypeError, ValueError) as error:
        raise MalformedRows("starts holds a value that is no date") from error
    if dates.shape != (rows,):
        raise MalformedRows(f"starts has shape {dates.shape}, not ({rows},)")
    return dates


def ordered_keys(keys: Sequence[str] | None, rows: int) -> tuple[tuple[str, ...], Places]:
    """
    Put the names of the rows in order.

    Parameters
    ----------
    keys : sequence of str, length n, or None
        The rows' numbers where there is none.
    rows : int
        How many there have to be.

    Returns
    -------
    tuple of tuple of str and ndarray of int, shape (n,)
        The names, ascending, and the place of each among the given.

    Raises
    ------
    MalformedRows
        If one stands twice, or there are not as many as rows.
    """
    if keys is None:
        width = len(str(rows - 1))
        return tuple(f"{number:0{width}}" for number in range(rows)), np.arange(rows)
    names = [str(key) for key in keys]
    twice = len(names) - len(set(names))
    if len(names) != rows or twice:
        raise MalformedRows(f"{len(names)} keys for {rows} rows, {twice} of them repeated")
    order = sorted(range(rows), key=names.__getitem__)
    return tuple(names[place] for place in order), np.array(order, dtype=np.intp)


def _numbers(name: str, values: ArrayLike) -> Floats:
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise MalformedRows(f"{name} holds a value that is no number") from error
    if numbers.ndim != 1:
        raise MalformedRows(f"{name} has shape {numbers.shape}, not one number for each row")
    return numbers


def _same_length(name: str, values: Floats, rows: int) -> None:
    if len(values) != rows:
        raise MalformedRows(f"{name} holds {len(values)} values for {rows} rows")


def _refuse(offending: Flags, name: str, claim: str, values: Floats) -> None:
    places = np.flatnonzero(offending)
    if len(places):
        first = f"the first is {values[places[0]]:g} in row {places[0]}"
        raise MalformedRows(f"{len(places)} of {len(values)} {name} are {claim}; {first}")
