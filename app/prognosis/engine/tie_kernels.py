"""The loop of a fit over the event times, with Efron's and Breslow's ties."""

# A compiled loop knows arrays and numbers, not the objects that would hold them together.
# ruff: noqa: PLR0913, PLR0917

from math import log

import numpy as np

from app.prognosis.engine.jit import compiled
from app.prognosis.engine.kernels import Longs
from app.prognosis.engine.rows import Flags, Floats

FACTORS = 32
"""Shares multiplied before one logarithm; so many of 10^9 tied deaths do not underflow."""

LEAST = 1e-150
"""Sum of a risk set whose inverse square is still finite."""


LOST_IN_ROUNDING = 1e-12
"""Share that those at risk have to have of those taken up to leave later, entered yet or not.

The sum over those at risk is a difference of the two; below this the fourth digit is lost.
"""


@compiled("void(f8[::1], f8[::1], f8)")
def _add(sums: Floats, others: Floats, sign: float) -> None:
    """Add or take off what comes to or goes from a risk set."""
    for j in range(len(sums)):
        sums[j] += sign * others[j]


@compiled("void(f8[:,::1], f8[::1], f8[::1], f8, f8, f8)")
def _add_squares(
    outer: Floats, there: Floats, tied: Floats, b: float, bf: float, bff: float
) -> None:
    """Add the squares of the means of an event time, half of each symmetric matrix."""
    for i in range(len(outer)):
        own, theirs = b * there[i + 1] - bf * tied[i + 1], bf * there[i + 1] - bff * tied[i + 1]
        for j in range(i + 1):
            outer[i, j] += own * there[j + 1] - theirs * tied[j + 1]


@compiled("UniTuple(f8, 6)(f8, f8, i8, f8, b1)")
def _tie(
    at_risk: float, dying: float, deaths: int, weight: float, efron: bool
) -> tuple[float, float, float, float, float, float]:
    """
    Take one event time's deaths in turn, with Efron's shares f = k / m or Breslow's of nought.

    Gives the sums of log d, 1/d, f/d, 1/d^2, f/d^2, f^2/d^2, each times the deaths' mean
    weight; the denominator d is the risk set's sum less f of the dying.
    """
    mean, share = weight / deaths, dying / at_risk if efron else 0.0
    logs, a, af, b, bf, bff = deaths * log(at_risk), 0.0, 0.0, 0.0, 0.0, 0.0
    for low in range(0, deaths, FACTORS):
        product = 1.0
        for k in range(low, min(low + FACTORS, deaths)):
            f = k / deaths if efron else 0.0
            left = 1.0 - f * share
            once, twice = 1.0 / left, 1.0 / (left * left)
            product *= left
            a += once
            af += f * once
            b += twice
            bf += f * twice
            bff += f * f * twice
        logs += log(product)
    once, twice = mean / at_risk, mean / at_risk / at_risk
    return mean * logs, once * a, once * af, twice * b, twice * bf, twice * bff


@compiled(
    "f8(f8[:,::1], i8[::1], b1[::1], i8[::1], i8[::1], f8[::1], i8[::1], f8[:,::1], i8[::1],"
    " i8[::1], b1, f8[::1], f8[::1], f8[:,::1], f8[::1], f8[:,::1])"
)
def walk_back(
    sums: Floats,
    sizes: Longs,
    dying: Flags,
    times: Longs,
    deaths: Longs,
    weights: Floats,
    strata: Longs,
    entries: Floats,
    entry_sizes: Longs,
    entry_times: Longs,
    efron: bool,
    hazard: Floats,
    spared: Floats,
    outer: Floats,
    variance: Floats,
    drift: Floats,
) -> float:
    """
    Walk from the last event time to the first with the running sums of the risk set.

    Sets each event time's hazard and the part of it that its own dead are spared, adds the
    squares of the mean covariates to `outer`, and gives the sum of log denominators; infinity
    where a risk set weighs next to nothing, or nothing beside those who leave later.

    Parameters
    ----------
    sums : ndarray, shape (pieces, p + 1)
        Of risk and of risk times x, of each piece of rows.
    sizes : ndarray of int, shape (pieces,)
        Its rows.
    dying : ndarray of bool, shape (pieces,)
        Whether they die.
    times : ndarray of int, shape (pieces,)
        The event time that they live to see last; -1 for none.
    deaths : ndarray of int, shape (times,)
        How many die at each event time.
    weights : ndarray, shape (times,)
        Their summed weights.
    strata : ndarray of int, shape (times,)
        Their stratum.
    entries : ndarray, shape (late, p + 1)
        Sums of each piece of rows that enter late.
    entry_sizes, entry_times : ndarray of int, shape (late,)
        Its rows, and the first event time that they see.
    efron : bool
        Efron's ties, or else Breslow's.
    hazard, spared : ndarray, shape (times,)
        Room for the results.
    outer : ndarray, shape (p, p)
        Nought, for the lower half of the sum of squares.
    variance : ndarray, shape (times,) or (0,)
        Room for each event time's sum of weight over squared denominator, where that is asked for.
    drift : ndarray, shape (times, p) or (0, p)
        Room for the sums of the same times the numerator of the mean covariates.

    Returns
    -------
    float
        Sum of the log denominators.
    """
    p = len(outer)
    there, tied = np.zeros(p + 1), np.zeros(p + 1)
    logs, leaving, stratum, count, entry = 0.0, 0.0, -1, 0, len(entry_times) - 1
    for piece in range(len(times) - 1, -1, -1):
        k = times[piece]
        if k < 0:
            continue
        while entry >= 0 and entry_times[entry] > k:
            _add(there, entries[entry], -1.0)
            count -= entry_sizes[entry]
            entry -= 1
        if count == 0 or strata[k] != stratum:
            # An empty risk set weighs exactly nothing, whatever rounding has left of it.
            there[:] = 0.0
            leaving, stratum, count = 0.0, strata[k], 0
        count += sizes[piece]
        leaving += sums[piece, 0]
        _add(there, sums[piece], 1.0)
        if not dying[piece]:
            continue
        _add(tied, sums[piece], 1.0)
        if piece > 0 and dying[piece - 1] and times[piece - 1] == k:
            continue
        if not there[0] > max(LEAST, LOST_IN_ROUNDING * leaving):
            return np.inf
        log_den, a, af, b, bf, bff = _tie(there[0], tied[0], deaths[k], weights[k], efron)
        logs += log_den
        hazard[k], spared[k] = a, af
        _add_squares(outer, there, tied, b, bf, bff)
        if len(variance):
            variance[k] = b
            for j in range(p):
                drift[k, j] = b * there[j + 1] - bf * tied[j + 1]
        tied[:] = 0.0
    return logs


@compiled("void(f8[::1], f8[::1], i8[::1], i8[::1], b1[::1], f8[::1], f8[::1])")
def accumulate(
    hazard: Floats,
    spared: Floats,
    strata: Longs,
    times: Longs,
    dying: Flags,
    before: Floats,
    lived: Floats,
) -> None:
    """
    Sum each stratum's hazard up to before each event time, and over what each piece lives.

    Parameters
    ----------
    hazard, spared : ndarray, shape (times,)
        Of each event time, and what its own dead are spared of it.
    strata : ndarray of int, shape (times,)
        Its stratum.
    times : ndarray of int, shape (pieces,)
        The event time that the rows of each piece live to see last; -1 for none.
    dying : ndarray of bool, shape (pieces,)
        Whether its rows die.
    before : ndarray, shape (times,)
        Nought, for the hazard up to before each event time.
    lived : ndarray, shape (pieces,)
        Nought, for the hazard that the rows of each piece live through.
    """
    for k in range(1, len(hazard)):
        same = strata[k] == strata[k - 1]
        before[k] = before[k - 1] + hazard[k - 1] if same else 0.0
    for piece in range(len(times)):
        k = times[piece]
        if k >= 0:
            lived[piece] = before[k] + hazard[k] - (spared[k] if dying[piece] else 0.0)
