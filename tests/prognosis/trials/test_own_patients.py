"""A hospital's own patients as a trial would have taken them, and their mean survival."""

from datetime import date

import numpy as np
import pytest

from app.prognosis.covariates import code_of
from app.prognosis.packing import UNKNOWN
from app.prognosis.training import Facts, TrainingTable
from app.prognosis.trials.eligibility import Rule
from app.prognosis.trials.own_patients import mean_steps, own_patients
from app.prognosis.trials.strata import DEFAULT_STRATA
from app.prognosis.trials.survival_law import Steps


def a_table(counts: list[int], lines: list[int | None], er: list[str]) -> TrainingTable:
    """Rows that start in 2025, in the order given."""
    n = len(counts)
    observed = np.full(n, 20_000, dtype=np.int32)
    none = np.array([UNKNOWN if line is None else 20_000 for line in lines], dtype=np.int32)
    return TrainingTable(
        patient_ids=[f"P{number}" for number in range(n)],
        accession_numbers=[f"A{number}" for number in range(n)],
        starts=np.full(n, np.datetime64(date(2025, 3, 1))),
        days=np.full(n, 100.0),
        events=np.ones(n, dtype=np.bool_),
        facts={
            "ctc_count": Facts(np.array(counts, dtype=np.int32), observed),
            "line_of_therapy": Facts(np.array([line or 0 for line in lines], np.int32), none),
            "er_status": Facts(np.array([code_of("er_status", x) for x in er], np.int32), observed),
        },
        left_out={},
        line_start_unknown=0,
    )


def test_rows_are_judged_and_placed_as_an_enrolment_would_be() -> None:
    table = a_table(
        counts=[3, 17, 17, 40, 60, 60],
        lines=[1, 1, 2, None, 3, 3],
        er=["positive", "positive", "positive", "positive", "negative", "unknown"],
    )

    found = own_patients(table, DEFAULT_STRATA, (Rule("er_positive", at_least=1),))

    assert found.rows.tolist() == [0, 1, 2]
    assert found.levels.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert found.counts == {("<5", "<2"): 1, (">=5", "<2"): 1, (">=5", ">=2"): 1}
    assert (found.not_eligible, found.not_known) == (1, 2)


def test_without_rules_and_factors_everybody_is_taken() -> None:
    found = own_patients(a_table([0, 9], [None, None], ["unknown"] * 2), (), ())

    assert found.rows.tolist() == [0, 1]
    assert (found.levels.shape, found.counts) == ((2, 0), {(): 2})


def test_the_mean_survival_is_that_of_the_patients_one_by_one() -> None:
    days, hazard = np.array([10.0, 30.0, 90.0]), np.array([0.1, 0.4, 2.0])
    ratios = np.log([0.5, 1.0, 3.0])

    mean = mean_steps(Steps(days, hazard, 120.0), ratios)

    alone = [np.exp(-hazard * each) for each in (0.5, 1.0, 3.0)]
    assert np.exp(-mean.cumulative_hazard) == pytest.approx(np.mean(alone, axis=0), rel=1e-14)
    assert mean.followed_days == 120.0
