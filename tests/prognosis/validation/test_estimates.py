"""What every result has in common."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from app.prognosis.validation.brier import brier_scores, integrated_brier
from app.prognosis.validation.calibration import calibration_slope, observed_expected
from app.prognosis.validation.calibration_curve import smooth_calibration
from app.prognosis.validation.calibration_groups import calibration_groups
from app.prognosis.validation.discrimination import cumulative_dynamic_auc, harrell_c, uno_c
from app.prognosis.validation.optimism import correct_optimism
from app.prognosis.validation.subgroups import by_group
from tests.prognosis.validation.simulated import simulated

ROWS = simulated(200, 71)
FOLLOW_UP = (ROWS.days, ROWS.events)
RISK = ROWS.risk(600)
ALIVE = 1 - np.column_stack((RISK, RISK))

RESULTS: list[Callable[[], object]] = [
    lambda: harrell_c(*FOLLOW_UP, ROWS.predictor),
    lambda: uno_c(*FOLLOW_UP, ROWS.predictor, 900),
    lambda: cumulative_dynamic_auc(*FOLLOW_UP, ROWS.predictor, [600]),
    lambda: brier_scores(*FOLLOW_UP, ALIVE, [600, 700]),
    lambda: integrated_brier(*FOLLOW_UP, ALIVE, [600, 700]),
    lambda: observed_expected(*FOLLOW_UP, RISK, 600),
    lambda: calibration_slope(*FOLLOW_UP, ROWS.predictor),
    lambda: calibration_groups(*FOLLOW_UP, RISK, 600),
    lambda: smooth_calibration(*FOLLOW_UP, RISK, 600),
    lambda: by_group(*FOLLOW_UP, ROWS.predictor, RISK, [0, 1] * 100, 600),
    lambda: correct_optimism(
        np.arange(200),
        lambda _: lambda rows: ROWS.predictor[rows],
        {"c": lambda at, score: harrell_c(ROWS.days[at], ROWS.events[at], score).value},
        seed=1,
        resamples=40,
    ),
]


def leaves(result: Any) -> Iterator[object]:
    if is_dataclass(result):
        result = [getattr(result, field.name) for field in fields(result)]
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        for part in result:
            yield from leaves(part)
    else:
        yield result


@pytest.mark.parametrize("result", RESULTS)
def test_results_are_plain_numbers(result: Callable[[], object]) -> None:
    kinds = {type(leaf) for leaf in leaves(result())}

    assert kinds <= {float, int, str, type(None)}
