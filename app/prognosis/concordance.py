"""How well a linear predictor ranks the patients: Harrell's C and its error."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.prognosis.engine.pairs import count_outlived, count_outliving
from app.prognosis.engine.ranked import ranks_of
from app.prognosis.engine.rows import Floats, Places, SurvivalRows
from app.prognosis.engine.threads import threads_for
from app.prognosis.engine.weighted_pairs import weigh_pairs


def concordance(rows: SurvivalRows, predictor: Floats) -> tuple[float, float]:
    """
    Compute Harrell's C and its infinitesimal jackknife standard error.

    A pair is comparable when the earlier time is an event; at equal times, an
    event precedes a censoring and two events are not comparable. Pairs are
    made within strata only, of rows at risk at the event, and weigh the product
    of their weights; equal predictors count one half.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    predictor : ndarray, shape (n,)
        The higher, the earlier the event is expected.

    Returns
    -------
    tuple of float
        C between 0 and 1, and its standard error; 0.5 and 0.5 without a
        comparable pair.

    References
    ----------
    Harrell FE et al. JAMA 1982;247:2543-6. Therneau TM, Atkinson E. The
    concordance statistic. Vignette of the R package survival.
    """
    counts = _pairs(rows, predictor)
    concordant, discordant, tied = counts.T
    # Every pair stands in the sums twice, once for each of its members.
    pairs = counts.sum() / 2
    if pairs == 0:
        return 0.5, 0.5
    c = (concordant.sum() + tied.sum() / 2) / 2 / pairs
    influence = (concordant + tied / 2 - c * (concordant + discordant + tied)) / pairs
    return float(c), float(np.sqrt((influence**2).sum()))


def _alike(rows: SurvivalRows) -> bool:
    return rows.starts is None and bool((rows.weights == 1).all())


def _pairs(rows: SurvivalRows, predictor: Floats) -> NDArray[np.int64] | Floats:
    """Sum, for each row, the weights of its pairs; they are counted where all weigh one."""
    ranks = ranks_of(predictor)
    if _alike(rows):
        # Both count without the interpreter's lock.
        with ThreadPoolExecutor(threads_for(len(rows))) as pool:
            first, second = pool.map(
                partial(_counts, rows, ranks), (count_outliving, count_outlived)
            )
            return np.asarray(first + second)
    return np.concatenate([_weighed(rows, block, ranks[block]) for block in rows.blocks()])


def _weighed(rows: SurvivalRows, block: slice, ranks: Places) -> Floats:
    starts = None if rows.starts is None else rows.starts[block]
    return weigh_pairs(rows.stops[block], starts, rows.events[block], rows.weights[block], ranks)


def _counts(rows: SurvivalRows, ranks: Places, count: Callable[..., None]) -> NDArray[np.int64]:
    counts = np.zeros((len(rows), 3), dtype=np.int64)
    for block in rows.blocks():
        tree = np.zeros(int(ranks.max()) + 2, dtype=np.int64)
        count(rows.stops[block], rows.events[block], ranks[block], tree, counts[block])
    return counts
