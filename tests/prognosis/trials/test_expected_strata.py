"""Shares of the strata against R's limits and by hand."""

import json
from typing import Any

import pytest

from app.prognosis.trials.allocation import Levels
from app.prognosis.trials.expected_strata import expected_strata
from app.prognosis.trials.refusals import TrialRefused
from tests.prognosis.engine.patients import SURVIVAL
from tests.prognosis.trials.designs import CTC, LINE

R: dict[str, Any] = json.loads((SURVIVAL / "trials.json").read_text())
"""As trials.R wrote it."""


@pytest.mark.parametrize("case", R["shares"])
def test_the_limits_of_a_share_are_those_of_r(case: dict[str, float]) -> None:
    seen, everybody = int(case["seen"]), int(case["of"])

    low, high = expected_strata((CTC,), {(">=5",): seen, ("<5",): everybody - seen}, 400)[::-1]

    assert low.levels == (">=5",)
    assert (low.low, low.high) == pytest.approx((case["low"], case["high"]), abs=1e-12)
    assert low.expected == pytest.approx(400 * seen / everybody)
    assert low.expected + high.expected == pytest.approx(400)


def test_a_stratum_that_nobody_was_seen_of_is_expected_to_have_nobody() -> None:
    found = expected_strata((CTC, LINE), {("<5", "<2"): 30, (">=5", ">=2"): 10}, 100)

    assert [(each.levels, each.expected) for each in found] == [
        (("<5", "<2"), 75),
        (("<5", ">=2"), 0),
        ((">=5", "<2"), 0),
        ((">=5", ">=2"), 25),
    ]
    assert found[1].high > 0


@pytest.mark.parametrize(
    ("counts", "code"), [({}, "plan-out-of-range"), ({("many",): 1}, "stratum-unknown")]
)
def test_counts_of_nobody_and_of_other_factors_are_refused(
    counts: dict[Levels, int], code: str
) -> None:
    with pytest.raises(TrialRefused) as refused:
        expected_strata((CTC,), counts, 100)

    assert refused.value.code == code
