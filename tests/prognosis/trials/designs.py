"""Designs, and patients at random levels, that the tests of trials share."""

import numpy as np

from app.prognosis.trials.design import Arm, Design, Factor
from app.prognosis.trials.many_trials import DRAWS, Floats, Places

STANDARD, NEW = Arm("standard"), Arm("new")
EVEN = (STANDARD, NEW)
TWO_TO_ONE = (Arm("new", 2), STANDARD)
THREE = (Arm("standard", 1), Arm("low dose", 2), Arm("high dose", 3))

CTC = Factor("ctc", ("<5", ">=5"))
LINE = Factor("line", ("<2", ">=2"))
SUBTYPE = Factor("subtype", ("hormone receptor", "HER2", "triple negative"))
CENTRE = Factor("centre", ("north", "east", "south", "west"))
FOUR = (CTC, LINE, SUBTYPE, CENTRE)
"""48 strata."""


def patients(design: Design, trials: int, number: int, seed: int = 20030408) -> Places:
    """Draw the place of each patient's levels, the first of a factor as often as the others."""
    random = np.random.default_rng(seed)
    columns = [random.integers(len(each.levels), size=(trials, number)) for each in design.factors]
    return np.stack(columns, axis=-1) if columns else np.zeros((trials, number, 0), dtype=np.intp)


def chances(trials: int, number: int, seed: int = 76) -> Floats:
    """Draw the chances that the patients' allocations take."""
    return np.random.default_rng(seed).random((trials, number, DRAWS))


def stratum(design: Design, places: list[int]) -> dict[str, str]:
    """Name the levels at their places."""
    return {
        factor.name: factor.levels[place]
        for factor, place in zip(design.factors, places, strict=True)
    }
