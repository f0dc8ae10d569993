"""Many simulated trials allocated beside each other, by the same rules as one."""

from math import lcm

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
    everyone, ratio = np.arange(trials), _ratio(design)
    unit = lcm(*ratio.tolist()) // ratio
    sizes = [len(factor.levels) for factor in design.factors]
    place_of = levels + np.concatenate(([0], np.cumsum(sizes)[:-1]))
    margins = np.zeros((trials, sum(sizes), len(ratio)), dtype=np.int64)
    chance = by_ratio_alone(design)
    arms = np.empty((trials, patients), dtype=np.intp)
    for patient in range(patients):
        places = place_of[:, patient]
        here = margins[everyone[:, np.newaxis], places]
        leaves = _left_imbalance(design, here * unit, np.diag(unit))
        tied = leaves == leaves.min(axis=1, keepdims=True)
        preferred = _pick(tied * ratio, chances[:, patient, 0])
        # Where one arm alone is preferred, nothing is drawn for it.
        coin = (tied.sum(axis=1) > 1).astype(np.intp)
        tossed = np.floor(chances[everyone, patient, coin] * chance.denominator)
        by_ratio = _pick(
            np.broadcast_to(ratio, tied.shape),
            chances[everyone, patient, coin + 1],
        )
        arms[:, patient] = np.where(tossed < chance.numerator, by_ratio, preferred)
        margins[everyone[:, np.newaxis], places, arms[:, patient, np.newaxis]] += 1
    return arms


def _left_imbalance(design: Design, scaled: Counts, added: Counts) -> Counts:
    # One axis each for the trial, the factor, the arm chosen and the arms.
    after = scaled[:, :, np.newaxis, :] + added
    if design.imbalance == "range":
        spread = after.max(axis=-1) - after.min(axis=-1)
    else:
        spread = after.shape[-1] * (after * after).sum(axis=-1) - after.sum(axis=-1) ** 2
    return np.asarray(spread.sum(axis=1), dtype=np.int64)
