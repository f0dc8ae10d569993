"""Many simulated trials allocated beside each other, by the same rules as one."""

import numpy as np
from numpy.typing import NDArray

from app.prognosis.trials.allocation import by_ratio_alone
from app.prognosis.trials.design import Design

Places = NDArray[np.intp]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

DRAWS = 3
"""Chances that one patient's allocation takes at most."""


def allocate_many(design: Design, levels: Places, chances: Floats) -> Places:
    """
    Allocate the patients of many trials, all trials at once and patient by patient.

    Parameters
    ----------
    design : Design
        Of every trial.
    levels : ndarray of int, shape (trials, patients, factors)
        The place of each patient's level of each factor.
    chances : ndarray, shape (trials, patients, 3)
        From 0 to below 1; a draw below n of `allocate` is the whole part of n times
        the patient's next chance, and so gives the same arm.

    Returns
    -------
    ndarray of int, shape (trials, patients)
        The place of each patient's arm.
    """
    if design.method == "simple":
        ratio = _ratio(design)
        return _pick(np.broadcast_to(ratio, (*chances.shape[:2], len(ratio))), chances[..., 0])
    if design.method == "permuted-blocks":
        return _in_blocks(design, strata_of(design, levels), chances)
    return _minimised(design, levels, chances)


def strata_of(design: Design, levels: Places) -> Places:
    """
    Number the strata.

    Parameters
    ----------
    design : Design
        Whose factors make the strata.
    levels : ndarray of int, shape (..., factors)
        The place of each level.

    Returns
    -------
    ndarray of int, shape (...)
        From 0 to one less than the design's strata.
    """
    strata = np.zeros(levels.shape[:-1], dtype=np.intp)
    for place, factor in enumerate(design.factors):
        strata = strata * len(factor.levels) + levels[..., place]
    return strata


def _ratio(design: Design) -> Counts:
    return np.array([arm.ratio for arm in design.arms], dtype=np.int64)


def _pick(weights: Counts, chances: Floats) -> Places:
    upto = weights.cumsum(axis=-1)
    drawn = np.floor(chances * upto[..., -1])
    return np.asarray((upto <= drawn[..., np.newaxis]).sum(axis=-1), dtype=np.intp)


def _in_blocks(design: Design, strata: Places, chances: Floats) -> Places:
    trials, patients = strata.shape
    everyone, ratio = np.arange(trials), _ratio(design)
    blocks = np.array([ratio * (size // design.ratio_sum) for size in design.block_sizes])
    left = np.zeros((trials, design.strata, len(ratio)), dtype=np.int64)
    arms = np.empty((trials, patients), dtype=np.intp)
    for patient in range(patients):
        stratum = strata[:, patient]
        open_block = left[everyone, stratum]
        begins = open_block.sum(axis=1) == 0
        size = np.floor(chances[:, patient, 0] * len(blocks)).astype(np.intp)
        open_block[begins] = blocks[size[begins]]
        # A single size is not drawn.
        next_chance = np.where(begins & (len(blocks) > 1), 1, 0)
        arms[:, patient] = _pick(open_block, chances[everyone, patient, next_chance])
        open_block[everyone, arms[:, patient]] -= 1
        left[everyone, stratum] = open_block
    return arms


def _minimised(design: Design, levels: Places, chances: Floats) -> Places:
    trials, patients, _ = levels.shape
    everyone = np.arange(trials)
    sizes = [len(factor.levels) for factor in design.factors]
    rows = levels + np.concatenate(([0], np.cumsum(sizes)[:-1]))
    margins = np.zeros((trials, sum(sizes), len(design.places)), dtype=np.int64)
    chance = by_ratio_alone(design)
    found = np.empty((trials, patients), dtype=np.intp)
    for patient in range(patients):
        here = everyone[:, np.newaxis], rows[:, patient]
        leaves = _left_imbalance(design, margins[here])
        tied = leaves == leaves.min(axis=1, keepdims=True)
        preferred = _pick(tied.astype(np.int64), chances[:, patient, 0])
        # Where one place alone is preferred, nothing is drawn for it.
        coin = (tied.sum(axis=1) > 1).astype(np.intp)
        tossed = np.floor(chances[everyone, patient, coin] * chance.denominator)
        of_all = np.floor(chances[everyone, patient, coin + 1] * len(design.places))
        found[:, patient] = np.where(tossed < chance.numerator, of_all, preferred)
        margins[(*here, found[:, patient, np.newaxis])] += 1
    return np.array(design.places, dtype=np.intp)[found]


def _left_imbalance(design: Design, margins: Counts) -> Counts:
    # One axis each for the trial, the factor and the place.
    if design.imbalance == "variance":
        return np.asarray(margins.sum(axis=1), dtype=np.int64)
    least = margins.min(axis=-1, keepdims=True)
    lowest = margins == least
    alone = lowest & (lowest.sum(axis=-1, keepdims=True) == 1)
    most = np.maximum(margins.max(axis=-1, keepdims=True), margins + 1)
    return np.asarray((most - least - alone).sum(axis=1), dtype=np.int64)
