"""The rows of a fit as its loops take them: in blocks, pieces and event times."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.prognosis.engine.kernels import Edges, Longs
from app.prognosis.engine.rows import Flags, Floats, SurvivalRows
from app.prognosis.engine.threads import threads_allowed

BLOCK = 8192
"""Rows whose sums one thread adds up; fixed, so that no sum depends on the number of threads."""

WORTH_A_THREAD = 8
"""Blocks below which handing them to threads takes longer than they do."""


@dataclass(frozen=True, eq=False)
class Exits:
    """
    Runs of rows that die at one event time, or leave unharmed until the next.

    Attributes
    ----------
    edges : ndarray of int, shape (pieces + 1,)
        Where each begins among the rows; each lies within a block.
    sizes, strata, times : ndarray of int, shape (pieces,)
        Its rows, their stratum, and the event time that they live to see last; -1 for none.
    dying : ndarray of bool, shape (pieces,)
        Whether its rows die.
    blocks : ndarray of int, shape (blocks + 1,)
        Where each block begins among the pieces.
    """

    edges: Edges
    sizes: Longs
    strata: Longs
    times: Longs
    dying: Flags
    blocks: Longs


@dataclass(frozen=True, eq=False)
class Times:
    """
    The distinct event times of each stratum, ascending.

    Attributes
    ----------
    strata, deaths : ndarray of int, shape (times,)
        Their stratum, and how many die then.
    weights : ndarray, shape (times,)
        Summed weights of those.
    stops : ndarray, shape (times,)
        The times themselves.
    """

    strata: Longs
    deaths: Longs
    weights: Floats
    stops: Floats


@dataclass(frozen=True, eq=False)
class Entries:
    """
    Runs of rows that come under observation between two event times.

    Attributes
    ----------
    first : ndarray of int, shape (n,) or (0,)
        The first event time after each row's entry; empty where all enter at the start.
    rows : ndarray of int
        Those that miss an event time of their stratum, by entry.
    edges : ndarray of int, shape (pieces + 1,)
        Where each piece begins among those.
    sizes, times : ndarray of int, shape (pieces,)
        Its rows and the first event time that they see.
    """

    first: Longs
    rows: Longs
    edges: Longs
    sizes: Longs
    times: Longs


@dataclass(frozen=True, eq=False)
class RiskSets:
    """
    Everything of a fit that stays the same from one coefficient to the next.

    Attributes
    ----------
    columns : ndarray, shape (p, n)
        Covariates less their means.
    offset, weights : ndarray, shape (n,)
        As of the rows; a row that is at risk at no event weighs nought.
    exits, times, entries : Exits, Times, Entries
        How the rows leave, when events are, and how the rows enter.
    died : ndarray, shape (p,)
        Weighted sum of the covariates over the events.
    died_offset : float
        Weighted sum of the offset over the events.
    risk : ndarray, shape (n,)
        Room for the loops.
    """

    columns: Floats
    offset: Floats
    weights: Floats
    exits: Exits
    times: Times
    entries: Entries
    died: Floats
    died_offset: float
    risk: Floats = field(repr=False)

    @cached_property
    def lowest(self) -> Floats:
        """Least of each covariate less its mean, shape (p,)."""
        return np.asarray(self.columns.min(axis=1))

    @cached_property
    def highest(self) -> Floats:
        """Largest of each covariate less its mean, shape (p,)."""
        return np.asarray(self.columns.max(axis=1))

    @cached_property
    def reach(self) -> Floats:
        """Largest distance of each covariate from its mean, shape (p,)."""
        return np.maximum(self.highest, -self.lowest)

    @cached_property
    def deviations(self) -> Floats:
        """Root mean square of each covariate less its mean, shape (p,)."""
        # Not BLAS products, whose last bit hangs on the number of threads.
        squares = np.einsum("ij,ij->i", self.columns, self.columns)
        return np.asarray(np.sqrt(squares / self.columns.shape[1]))

    @cached_property
    def largest_offset(self) -> float:
        """Largest offset, by amount."""
        return float(max(self.offset.max(), -self.offset.min()))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(threads_allowed())

    def spread(self, loop: Callable[..., None], parts: int, *arguments: object) -> None:
        """
        Run a loop over all its parts, on as many threads as are allowed.

        Parameters
        ----------
        loop : callable
            Takes the first part, the one after the last, and the arguments.
        parts : int
            How many there are.
        *arguments : object
            Passed on.
        """
        threads = threads_allowed()
        if threads == 1 or parts < WORTH_A_THREAD:
            loop(0, parts, *arguments)
            return
        edges = np.linspace(0, parts, min(parts, 4 * threads) + 1).astype(np.int64)
        list(self._pool.map(lambda low, high: loop(low, high, *arguments), edges[:-1], edges[1:]))


def risk_sets(rows: SurvivalRows) -> RiskSets:
    """
    Part the rows into blocks, pieces and event times.

    Parameters
    ----------
    rows : SurvivalRows
        At least one of them with an event.

    Returns
    -------
    RiskSets
        For any number of passes.
    """
    columns = np.ascontiguousarray(rows.x.T)
    exits, times = _exits(rows)
    seen = np.repeat(exits.times, exits.sizes) if rows.starts is not None else exits.times[:0]
    entries, weights = _entries(rows, times, seen)
    died = np.where(rows.events, rows.weights, 0.0)
    return RiskSets(
        columns=columns,
        offset=rows.offset,
        weights=weights,
        exits=exits,
        times=times,
        entries=entries,
        died=np.einsum("ij,j->i", columns, died),
        died_offset=float(np.einsum("i,i->", rows.offset, died)),
        risk=np.zeros(len(rows)),
    )


def _exits(rows: SurvivalRows) -> tuple[Exits, Times]:
    n = len(rows)
    new_stratum = changes(rows.strata)
    events = rows.events
    first_deaths = events & (changes(rows.stops) | new_stratum)
    # Events come first at their time, so a tie ends where the next row lives or dies later.
    turns = first_deaths | new_stratum | changes(events)
    turns[::BLOCK] = True
    edges = np.append(np.flatnonzero(turns), n)
    low = edges[:-1]
    strata, dying = rows.strata[low].astype(np.int64), events[low]
    first = np.flatnonzero(first_deaths)
    time_strata = rows.strata[first].astype(np.int64)
    times = np.cumsum(first_deaths[low]) - 1
    # A stratum's rows that leave before its first event belong to no event time.
    times[(times < 0) | (time_strata[times] != strata)] = -1
    sizes = np.diff(edges)
    exits = Exits(
        edges=edges.astype(np.uint64),
        sizes=sizes,
        strata=strata,
        times=times,
        dying=dying,
        blocks=np.append(np.searchsorted(edges, np.arange(0, n, BLOCK)), len(low)),
    )
    loads = np.add.reduceat(rows.weights, low)
    here = times[dying]
    return exits, Times(
        strata=time_strata,
        deaths=np.bincount(here, sizes[dying], len(first)).astype(np.int64),
        weights=np.bincount(here, loads[dying], len(first)).astype(np.float64),
        stops=rows.stops[first],
    )


def changes(values: Floats | Flags | Longs) -> Flags:
    """
    Tell where a run of equal values begins.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Any.

    Returns
    -------
    ndarray of bool, shape (n,)
        The first among them.
    """
    begins = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def _entries(rows: SurvivalRows, times: Times, seen: Longs) -> tuple[Entries, Floats]:
    nothing = np.zeros(0, dtype=np.int64)
    if rows.starts is None:
        return Entries(nothing, nothing, nothing, nothing, nothing), rows.weights
    first, base = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for block in rows.blocks():
        low, high = np.searchsorted(times.strata, rows.strata[block.start] + np.arange(2))
        base[block] = low
        first[block] = low + np.searchsorted(
            times.stops[low:high], rows.starts[block], side="right"
        )
    never = first > seen
    first[never] = 0
    late = np.flatnonzero((first > base) & ~never)
    late = late[np.argsort(first[late], kind="stable")]
    edges = np.append(np.flatnonzero(changes(first[late])), len(late))
    weights = np.where(never, 0.0, rows.weights)
    return Entries(first, late, edges, np.diff(edges), first[late][edges[:-1]]), weights
