"""The baseline is R's, with weights, strata and entries, and that of a sum by hand."""

from math import log

import numpy as np
import pytest

from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.rows import Ties, survival_rows
from app.prognosis.survival import Baseline
from tests.prognosis.engine.after_fit import FITS, LIKE_R, fitted, table
from tests.prognosis.engine.six_patients import BETA, EVENTS, EXACT, ROWS, TIMES, X


def alike(first: Baseline, second: Baseline, rel: float) -> None:
    """Compare two baselines, but for those at risk."""
    assert first.days.tolist() == second.days.tolist()
    assert first.cumulative_hazard == pytest.approx(second.cumulative_hazard, rel=rel)
    assert first.variance == pytest.approx(second.variance, rel=rel)
    assert first.drift == pytest.approx(second.drift, rel=rel, abs=rel * np.abs(second.drift).max())


@pytest.mark.parametrize("name", FITS)
def test_the_baseline_is_that_of_r(name: str) -> None:
    fit = fitted(name)

    found = baselines(fit.rows, fit.beta, ties=fit.ties)

    assert [baseline.stratum for baseline in found] == [
        (float(code),) for code in range(len(fit.told["baselines"]))
    ]
    for baseline, told in zip(found, fit.told["baselines"], strict=True):
        kept = baseline.before(told["times"]) - 1
        assert baseline.days[kept].tolist() == told["times"]
        assert baseline.cumulative_hazard[kept] == pytest.approx(
            table(told["cumulative_hazard"]), rel=LIKE_R
        )
        assert baseline.variance[kept] == pytest.approx(table(told["variance"]), rel=LIKE_R)
        drift = table(told["drift"]).reshape(len(kept), -1)
        scale = np.abs(baseline.drift).max(axis=0)
        assert np.abs((baseline.drift[kept] - drift) / scale).max() < LIKE_R


@pytest.mark.parametrize("name", ["rossi", "lung", "heart", "stratified", "entered"])
def test_those_at_risk_are_those_that_r_counts(name: str) -> None:
    fit = fitted(name)

    for baseline, told in zip(baselines(fit.rows, fit.beta), fit.told["baselines"], strict=True):
        assert baseline.at_risk(told["times"]).tolist() == told["at_risk"]


def test_six_patients_have_the_efron_baseline_of_the_hand_calculation() -> None:
    [baseline] = baselines(ROWS, BETA)

    # The steps 1 / S0 are 2/15; 2/11 and 4/17; 2/5. Squared they sum to the variance, and
    # times S1 to the drift: 9/4 * 4/225; 5/4 * 4/121 and 7/8 * 16/289; 3/4 * 4/25.
    hazard = np.cumsum([2 / 15, 2 / 11 + 4 / 17, 2 / 5])
    variance = np.cumsum([4 / 225, 4 / 121 + 16 / 289, 4 / 25])
    drift = np.cumsum([1 / 25, 5 / 121 + 14 / 289, 3 / 25])
    assert baseline.days.tolist() == [1.0, 2.0, 4.0]
    assert baseline.cumulative_hazard == pytest.approx(hazard, rel=EXACT)
    assert baseline.variance == pytest.approx(variance, rel=EXACT)
    assert baseline.drift[:, 0] == pytest.approx(drift, rel=EXACT)


def test_six_patients_have_the_breslow_baseline_of_the_hand_calculation() -> None:
    [baseline] = baselines(ROWS, BETA, ties="breslow")

    # Both events at time 2 have S0 = 11/2 and S1 = 5/4.
    assert baseline.cumulative_hazard == pytest.approx(
        np.cumsum([2 / 15, 4 / 11, 2 / 5]), rel=EXACT
    )
    assert baseline.variance == pytest.approx(np.cumsum([4 / 225, 8 / 121, 4 / 25]), rel=EXACT)
    assert baseline.drift[:, 0] == pytest.approx(np.cumsum([1 / 25, 10 / 121, 3 / 25]), rel=EXACT)


def test_a_weight_counts_in_the_step_and_among_those_at_risk() -> None:
    rows = survival_rows([[0.0], [0.0], [0.0]], [1, 1, 2], [1, 1, 1], weights=[1, 3, 2])

    [baseline] = baselines(rows, np.zeros(1))

    # At 1 the mean weight of the tied is 2: 2 / 6 and, half of them gone, 2 / (6 - 4 / 2); then 1.
    assert baseline.cumulative_hazard == pytest.approx([1 / 3 + 1 / 2, 11 / 6], rel=EXACT)
    assert baseline.variance == pytest.approx([2 / 36 + 2 / 16, 2 / 36 + 2 / 16 + 1 / 2], rel=EXACT)


def test_who_enters_late_is_not_at_risk_before_nor_on_the_day() -> None:
    rows = survival_rows([[0.0]] * 3, [2, 4, 6], [1, 1, 0], starts=[0, 2, 3])

    [baseline] = baselines(rows, np.zeros(1))

    # At 2 the first alone; at 4 the other two.
    assert baseline.cumulative_hazard == pytest.approx([1.0, 1.5], rel=EXACT)
    assert baseline.at_risk([0, 1, 2, 2.5, 3, 3.5, 4, 5, 6, 7]).tolist() == [
        *(0, 1, 1, 1, 1, 2, 2, 1, 1, 0),
    ]


def test_without_entries_all_are_at_risk_from_the_beginning() -> None:
    [baseline] = baselines(ROWS, BETA)

    assert baseline.at_risk([0, 1, 2, 2.5, 3, 4, 5, 5.5]).tolist() == [6, 6, 5, 3, 3, 2, 1, 0]


def test_an_offset_is_a_hazard_ratio_that_the_baseline_does_not_hold() -> None:
    moved = survival_rows(X, TIMES, EVENTS, offset=[log(2)] * 6)

    [baseline], [twofold] = baselines(ROWS, BETA), baselines(moved, BETA)

    assert 2 * twofold.cumulative_hazard == pytest.approx(baseline.cumulative_hazard, rel=EXACT)


def test_each_stratum_has_the_baseline_of_its_own_rows() -> None:
    fit = fitted("stratified")
    rows = fit.rows

    for code, baseline in enumerate(baselines(rows, fit.beta)):
        of = rows.strata == code
        alone = survival_rows(rows.x[of], rows.stops[of], rows.events[of])
        # At its own means a stratum's baseline is that at the common ones times a ratio.
        ratio = np.exp(alone.means @ fit.beta)
        [own] = baselines(alone, fit.beta)
        assert own.cumulative_hazard == pytest.approx(ratio * baseline.cumulative_hazard, rel=1e-12)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_a_row_split_in_two_changes_no_baseline(ties: Ties) -> None:
    fit = fitted("lung")
    rows = fit.rows
    cut = rows.stops // 3
    halves = survival_rows(
        np.concatenate((rows.x, rows.x)),
        np.concatenate((cut, rows.stops)),
        np.concatenate((np.zeros(len(rows)), rows.events)),
        starts=np.concatenate((np.zeros(len(rows)), cut)),
    )

    [whole] = baselines(rows, fit.beta, ties=ties)
    [split] = baselines(halves, fit.beta, ties=ties)

    alike(split, whole, 1e-12)
    assert split.at_risk(whole.exit_days).tolist() == whole.remaining.tolist()


def test_the_order_of_the_rows_changes_no_baseline() -> None:
    fit = fitted("mixed")
    rows = fit.rows
    turned = survival_rows(
        rows.x[::-1],
        rows.stops[::-1],
        rows.events[::-1],
        starts=rows.starts[::-1] if rows.starts is not None else None,
        weights=rows.weights[::-1],
        offset=rows.offset[::-1],
        strata=rows.strata[::-1],
    )

    for one, other in zip(baselines(turned, fit.beta), baselines(rows, fit.beta), strict=True):
        alike(one, other, 1e-11)


def test_a_stratum_without_an_event_has_no_times() -> None:
    rows = survival_rows(X, TIMES, [1, 1, 1, 0, 0, 0], strata=[0, 0, 0, 1, 1, 1])

    first, second = baselines(rows, BETA)

    assert (len(first.days), len(second.days), second.drift.shape) == (2, 0, (0, 1))
    assert second.before([0.0, 9.0]).tolist() == [0, 0]
    assert second.follow_up == 5.0
