"""Cohorts of which others make wild models or bare exceptions, and what becomes of them here."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from app.prognosis.covariates import REGISTRY, declared
from app.prognosis.cox import fit
from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.rows import MalformedRows, survival_rows
from app.prognosis.fitting import fit_model
from app.prognosis.gates import judge, reason
from app.prognosis.model import CoxModel, canonical_json, to_artefact
from app.prognosis.packing import UNKNOWN
from app.prognosis.patient import FollowUp, Known
from app.prognosis.refusals import RefitRefused
from app.prognosis.training import Facts, TrainingTable
from tests.prognosis.cohorts import (
    START,
    TrainingRow,
    a_patient,
    a_table,
    cohort,
    lung,
    opened,
    request,
    rows_of,
    simulated_rows,
)

COVARIATES = {**REGISTRY, **{name: declared(name, "continuous") for name in ("dose", "twin")}}

RANDOM = np.random.default_rng(7)
N = 120
SPREAD = np.round(RANDOM.normal(size=N), 3)
DAYS = np.arange(1.0, N + 1)
HALF = np.arange(N) % 2 == 0


def rows(days: ArrayLike, events: ArrayLike, **columns: ArrayLike) -> TrainingTable:
    """Make training rows of declared covariates, whatever their numbers."""
    times = np.asarray(days, dtype=np.float64)
    n = len(times)
    observed = np.zeros(n, dtype=np.int32)
    nobody = Facts(np.zeros(n, dtype=np.int32), np.full(n, UNKNOWN, dtype=np.int32))
    values = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    return TrainingTable(
        patient_ids=tuple(f"P{number:05}" for number in range(n)),
        accession_numbers=tuple(f"L{number:05}" for number in range(n)),
        starts=np.datetime64(START) + np.arange(n),
        days=times,
        events=np.asarray(events, dtype=np.bool_),
        facts={"ctc_count": nobody, "line_of_therapy": nobody}
        | {name: Facts(column, observed) for name, column in values.items()},
        left_out={},
        line_start_unknown=0,
    )


def refitted(found: TrainingTable, *names: str, **asked: object) -> CoxModel:
    return fit_model(request(covariates=names, **asked), found, COVARIATES, lambda _: None)


def outcome(found: TrainingTable, *names: str) -> CoxModel | RefitRefused:
    try:
        return refitted(found, *names)
    except RefitRefused as refused:
        return refused


# Of each: the code of the refusal, and what its message says, with the numbers of the case.
REFUSED: dict[str, tuple[Callable[[], TrainingTable], tuple[str, ...], str, str]] = {
    "separation": (
        lambda: rows(DAYS, HALF, dose=HALF),
        ("dose",),
        "separation",
        "dose",
    ),
    "monotone likelihood": (
        lambda: rows(DAYS, np.ones(N), dose=-DAYS),
        ("dose",),
        "separation",
        "dose",
    ),
    "separation by two together": (
        lambda: rows(np.argsort(np.argsort(SPREAD + DAYS)) + 1, np.ones(N), dose=SPREAD, twin=DAYS),
        ("dose", "twin"),
        "separation",
        "dose",
    ),
    "constant": (
        lambda: rows(DAYS, HALF, dose=np.ones(N)),
        ("dose",),
        "no-variation",
        r"the same in all 120 rows: dose",
    ),
    "constant among those at risk": (
        lambda: rows(DAYS, HALF & (DAYS > 2), dose=DAYS < 2),
        ("dose",),
        "no-variation",
        "the same among all at risk at each of ",
    ),
    "200 copies of one patient": (
        lambda: rows(np.full(200, 90), np.ones(200), dose=np.full(200, 3.5)),
        ("dose",),
        "no-variation",
        "the same in all 200 rows: dose",
    ),
    "a copy of a column": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=SPREAD),
        ("dose", "twin"),
        "collinear",
        "dose, twin",
    ),
    "the same in another unit": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=12 * SPREAD + 3),
        ("dose", "twin"),
        "collinear",
        "dose, twin",
    ),
    "nobody": (lambda: rows([], [], dose=[]), ("dose",), "too-few-events", "0 events in 0 rows"),
    "no event, all censored": (
        lambda: rows(DAYS, np.zeros(N), dose=SPREAD),
        ("dose",),
        "too-few-events",
        "0 events in 120 rows; more than 1 needed",
    ),
    "one event": (
        lambda: rows(DAYS, DAYS == 60, dose=SPREAD),
        ("dose",),
        "too-few-events",
        "1 events in 120 rows; more than 1 needed",
    ),
    "as many events as covariates": (
        lambda: rows(DAYS, DAYS < 3, dose=SPREAD, twin=DAYS % 7),
        ("dose", "twin"),
        "too-few-events",
        "2 events in 120 rows; more than 2 needed",
    ),
    "a covariate that nobody knows": (
        lambda: rows(DAYS, HALF, dose=SPREAD),
        ("twin",),
        "too-few-events",
        "0 events in 0 rows",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_cohort_that_has_no_model_is_refused_with_its_code_and_numbers(case: str) -> None:
    made, names, code, words = REFUSED[case]

    with pytest.raises(RefitRefused) as refused:
        refitted(made(), *names)

    assert refused.value.code == code
    assert re.search(words, refused.value.detail)


THIRD = np.arange(N) % 3 == 0
QUARTER = np.arange(N) % 4

# Of each: what is asked beside the covariates, too.
REFUSED_TOO: dict[
    str, tuple[Callable[[], TrainingTable], tuple[str, ...], dict[str, Any], str, str]
] = {
    "those who live are marked": (
        lambda: rows(DAYS, HALF, dose=~HALF),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "separation coded minus one and one": (
        lambda: rows(DAYS, HALF, dose=HALF * 2.0 - 1),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "separation in millions": (
        lambda: rows(DAYS, HALF, dose=HALF * 1e6),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "separation in millionths": (
        lambda: rows(DAYS, HALF, dose=HALF * 1e-6),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "separation but for one who lives": (
        lambda: rows(DAYS, HALF & (np.arange(N) != 50), dose=HALF),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "a mark of a third, who all die": (
        lambda: rows(DAYS, THIRD, dose=THIRD),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "nobody of the marked dies": (
        lambda: rows(DAYS, HALF, dose=np.where(HALF, 0, SPREAD > 0)),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "everybody who dies is marked": (
        lambda: rows(DAYS, HALF, dose=np.where(HALF, 1, SPREAD > 0)),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "one is marked, who outlives all": (
        lambda: rows(DAYS, HALF, dose=np.arange(N) == 119),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "one is marked, who dies first": (
        lambda: rows(DAYS, DAYS % 2 == 1, dose=np.arange(N) == 0),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "one is marked, who dies last of all": (
        lambda: rows(DAYS, np.ones(N), dose=np.arange(N) == 119),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "the time itself": (
        lambda: rows(DAYS, np.ones(N), dose=DAYS),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "the logarithm of the time": (
        lambda: rows(DAYS, np.ones(N), dose=np.log(DAYS)),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "minus the root of the time": (
        lambda: rows(DAYS, np.ones(N), dose=-np.sqrt(DAYS)),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "what fades with the time": (
        lambda: rows(DAYS, np.ones(N), dose=np.exp(-DAYS / 20)),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "the time in tens": (
        lambda: rows(DAYS, np.ones(N), dose=-(DAYS // 10)),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "the time beside noise": (
        lambda: rows(DAYS, np.ones(N), dose=-DAYS, twin=SPREAD),
        ("dose", "twin"),
        {},
        "separation",
        "dose",
    ),
    "separation beside noise": (
        lambda: rows(DAYS, HALF, dose=HALF, twin=SPREAD),
        ("dose", "twin"),
        {},
        "separation",
        "dose",
    ),
    "separation of the early deaths": (
        lambda: rows(DAYS, HALF & (DAYS < 60), dose=(HALF & (DAYS < 60))),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "two events for two covariates": (
        lambda: rows(DAYS, (DAYS == 60) | (DAYS == 61), dose=SPREAD, twin=DAYS % 7),
        ("dose", "twin"),
        {},
        "too-few-events",
        "2 events in 120 rows; more than 2 needed",
    ),
    "one patient": (
        lambda: rows([5], [1], dose=[1.0]),
        ("dose",),
        {},
        "too-few-events",
        "1 events in 1 rows; more than 1 needed",
    ),
    "two patients, one of them dead": (
        lambda: rows([5, 6], [1, 0], dose=[1.0, 2]),
        ("dose",),
        {},
        "too-few-events",
        "1 events in 2 rows",
    ),
    "two patients, both dead": (
        lambda: rows([5, 6], [1, 1], dose=[1.0, 2]),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "all nought": (
        lambda: rows(DAYS, HALF, dose=np.zeros(N)),
        ("dose",),
        {},
        "no-variation",
        "the same in all 120 rows: dose",
    ),
    "all a thousand million": (
        lambda: rows(DAYS, HALF, dose=np.full(N, 1e9)),
        ("dose",),
        {},
        "no-variation",
        "the same in all 120 rows: dose",
    ),
    "all below nought": (
        lambda: rows(DAYS, HALF, dose=np.full(N, -3.0)),
        ("dose",),
        {},
        "no-variation",
        "the same in all 120 rows: dose",
    ),
    "one of two is constant": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=np.ones(N)),
        ("dose", "twin"),
        {},
        "no-variation",
        "the same in all 120 rows: twin",
    ),
    "both are constant": (
        lambda: rows(DAYS, HALF, dose=np.ones(N), twin=np.ones(N) * 2),
        ("dose", "twin"),
        {},
        "no-variation",
        "the same in all 120 rows: dose, twin",
    ),
    "constant where it is known": (
        lambda: rows(DAYS, HALF, dose=np.where(THIRD, np.nan, 4)),
        ("dose",),
        {},
        "no-variation",
        "the same in all 80 rows: dose",
    ),
    "constant in each stratum": (
        lambda: rows(DAYS, HALF, dose=QUARTER * 1.0, twin=QUARTER),
        ("dose",),
        {"strata": ("twin",)},
        "no-variation",
        "the same among all at risk at each of 60 events: dose",
    ),
    "a stratum for each patient": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=np.arange(N)),
        ("dose",),
        {"strata": ("twin",)},
        "no-variation",
        "the same among all at risk at each of 60 events: dose",
    ),
    "separation that the strata explain": (
        lambda: rows(DAYS, HALF, dose=HALF, twin=QUARTER % 2),
        ("dose",),
        {"strata": ("twin",)},
        "no-variation",
        "the same among all at risk at each of 60 events: dose",
    ),
    "one death on the last day": (
        lambda: rows(np.r_[np.arange(1, N), N], DAYS == N, dose=SPREAD),
        ("dose",),
        {},
        "too-few-events",
        "1 events in 120 rows",
    ),
    "who is left alone dies": (
        lambda: rows(DAYS, DAYS >= N, dose=SPREAD),
        ("dose",),
        {},
        "too-few-events",
        "1 events in 120 rows",
    ),
    "two parts of one whole": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=1 - SPREAD),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "a copy with its sign turned": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=-SPREAD),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "a copy but for rounding": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=SPREAD + 1e-13 * DAYS),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "a copy but for a thousand-millionth": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=SPREAD + 1e-9 * (DAYS % 7)),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "a copy in thousandths": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=SPREAD / 1000),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "a copy from another zero": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=SPREAD + 273.15),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "yes and no of one question": (
        lambda: rows(DAYS, HALF, dose=THIRD, twin=1 - THIRD),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "a copy wherever it is known": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=np.where(QUARTER == 0, np.nan, SPREAD)),
        ("dose", "twin"),
        {},
        "collinear",
        "dose, twin",
    ),
    "known of nobody": (
        lambda: rows(DAYS, HALF, dose=np.full(N, np.nan)),
        ("dose",),
        {},
        "too-few-events",
        "0 events in 0 rows",
    ),
    "unknown of all who died": (
        lambda: rows(DAYS, HALF, dose=np.where(HALF, np.nan, SPREAD)),
        ("dose",),
        {},
        "too-few-events",
        "0 events in 60 rows",
    ),
    "known of one who died": (
        lambda: rows(DAYS, HALF, dose=np.where(HALF & (DAYS != 51), np.nan, SPREAD)),
        ("dose",),
        {},
        "too-few-events",
        "1 events in 61 rows",
    ),
    "known of one or the other, never both": (
        lambda: rows(
            DAYS,
            HALF,
            dose=np.where(QUARTER < 2, np.nan, SPREAD),
            twin=np.where(QUARTER < 2, SPREAD, np.nan),
        ),
        ("dose", "twin"),
        {},
        "too-few-events",
        "0 events in 0 rows",
    ),
    "all but one gone after a day": (
        lambda: rows(np.r_[np.full(N - 1, 1.0), 2], np.arange(N) == N - 1, dose=SPREAD),
        ("dose",),
        {},
        "too-few-events",
        "1 events in 120 rows",
    ),
    "the last two die": (
        lambda: rows(DAYS, DAYS > 118, dose=SPREAD),
        ("dose",),
        {},
        "separation",
        "dose",
    ),
    "a number beyond arithmetic": (
        lambda: rows(DAYS, HALF, dose=np.where(DAYS == 5, 1e300, SPREAD)),
        ("dose",),
        {},
        "not-converged",
        "more than 1e\\+50 from the mean: dose",
    ),
    "differences below arithmetic": (
        lambda: rows(DAYS, HALF, dose=SPREAD * 1e-300),
        ("dose",),
        {},
        "no-variation",
        "the same in all 120 rows: dose",
    ),
    "a penalty on a constant": (
        lambda: rows(DAYS, HALF, dose=np.ones(N)),
        ("dose",),
        {"penalizer": 0.1},
        "no-variation",
        "the same in all 120 rows: dose",
    ),
    "a penalty without an event": (
        lambda: rows(DAYS, np.zeros(N), dose=SPREAD),
        ("dose",),
        {"penalizer": 0.1},
        "too-few-events",
        "0 events in 120 rows",
    ),
    "separation by a difference": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=HALF - 0.5 * SPREAD),
        ("dose", "twin"),
        {},
        "separation",
        "dose, twin",
    ),
    "separation by a sum": (
        lambda: rows(DAYS, HALF, dose=SPREAD, twin=HALF - SPREAD),
        ("dose", "twin"),
        {},
        "separation",
        "dose, twin",
    ),
}


def test_more_than_sixty_cohorts_have_a_written_refusal() -> None:
    assert len({*REFUSED, *REFUSED_TOO}) == len(REFUSED) + len(REFUSED_TOO) > 60


@pytest.mark.parametrize("case", REFUSED_TOO)
def test_of_a_cohort_without_a_model_the_written_refusal_is_told(case: str) -> None:
    made, names, asked, code, words = REFUSED_TOO[case]

    with pytest.raises(RefitRefused) as refused:
        refitted(made(), *names, **asked)

    assert refused.value.code == code
    assert re.search(words, refused.value.detail)


# What is no row at all never becomes one: the library refuses it by number.
@pytest.mark.parametrize(
    ("days", "events", "dose"),
    [
        (-1.0, True, 0.5),
        (0.0, True, 0.5),
        (np.nan, True, 0.5),
        (np.inf, True, 0.5),
        (5.0, True, np.inf),
    ],
    ids=["negative time", "no time", "time unknown", "time without end", "infinite covariate"],
)
def test_a_row_that_is_none_is_refused_by_number(days: float, events: bool, dose: float) -> None:
    found = rows([*DAYS, days], [*HALF, events], dose=[*SPREAD, dose])

    with pytest.raises(MalformedRows, match=r"1 of 121|1 row"):
        refitted(found, "dose")


def test_events_coded_one_and_two_are_refused_by_number() -> None:
    with pytest.raises(MalformedRows, match="neither 0 nor 1"):
        survival_rows(SPREAD[:, None], DAYS, 1.0 + HALF)


def test_a_covariate_that_is_not_a_number_counts_as_unknown() -> None:
    dose = np.where(DAYS <= 10, np.nan, SPREAD)

    model = refitted(rows(DAYS, HALF, dose=dose), "dose")

    assert (model.fit.patients, model.left_out) == (110, {"missing_covariate": 10})


def test_a_death_on_the_day_of_the_draw_counts_half_a_day_and_one_before_it_is_no_row() -> None:
    same, before = (
        a_patient(
            follow_up=FollowUp(death_on=START - timedelta(days=early)), patient_id=f"P-{early}"
        )
        for early in (0, 1)
    )

    found = rows_of(same, before)

    assert found.days.tolist() == [0.5]
    assert found.left_out == {"event_before_clock_start": 1}


def with_counts(*counts: int) -> TrainingTable:
    """Put counts on the first of the simulated patients."""
    usual = list(opened(simulated_rows()))
    for place, value in enumerate(counts):
        known = {**usual[place].known, "ctc_count": Known(value, START)}
        usual[place] = replace(usual[place], known=known)
    return a_table(usual)


def assert_is_judged(model: CoxModel, found: TrainingTable) -> None:
    """Every gate has spoken, and every number is finite or has a reason."""
    gates = judge(model, found)

    assert {gate.gate for gate in gates} >= {"events", "convergence", "second-opinion", "influence"}
    for gate in gates:
        assert gate.value is None or np.isfinite(gate.value)
        if gate.verdict != "passed":
            assert re.search(r"\d", reason(gate)[1])
    assert np.isfinite(model.fit.coefficients).all()
    assert np.isfinite(model.fit.standard_errors).all()
    json.loads(canonical_json(to_artefact(model)))


def test_a_count_of_a_thousand_million_makes_a_model_that_is_judged() -> None:
    found = with_counts(10**9)

    model = refitted(found, "log1p_ctc")

    assert_is_judged(model, found)
    assert model.fit.maxima[0] == pytest.approx(np.log1p(1e9))
    # The simulated coefficient is 0.3; its logarithm keeps one such count from ruling.
    assert 0.1 < model.fit.coefficients[0] < 0.5


def test_two_hundred_copies_of_one_patient_among_others_are_a_tie_and_no_trouble() -> None:
    usual = opened(simulated_rows())
    copies = (
        TrainingRow(**{**vars(usual[0]), "patient_id": f"Q{number:05}"}) for number in range(200)
    )
    found = a_table((*usual, *copies))

    model = refitted(found, "log1p_ctc")

    assert model.fit.patients == 500
    assert model.checks is not None
    assert model.checks["second_opinion"]["verdict"] == "agrees"
    assert_is_judged(model, found)


def test_equal_times_of_events_and_censorings_are_one_risk_set() -> None:
    found = rows(np.full(N, 30), HALF, dose=SPREAD)

    # All who are censored on the day outlive its events, so there is something to learn.
    model = outcome(found, "dose")

    assert isinstance(model, CoxModel)
    assert_is_judged(model, found)


def test_who_all_die_on_one_day_tell_nothing_and_make_no_model_that_is_used() -> None:
    found = rows(np.full(N, 400), np.ones(N), dose=SPREAD)

    model = refitted(found, "dose")

    assert model.fit.coefficients == pytest.approx([0.0], abs=1e-12)
    verdicts = {gate.gate: gate.verdict for gate in judge(model, found)}
    assert verdicts["discrimination"] == "refused"
    assert_is_judged(model, found)


def test_a_penalised_fit_of_separated_rows_shows_no_interval() -> None:
    found = rows(DAYS, HALF, dose=HALF)

    model = refitted(found, "dose", penalizer=0.1)

    assert model.fit.hazard_ratio([1.0]).ci95 is None
    assert_is_judged(model, found)


def test_the_baseline_under_delayed_entry_is_near_the_truth() -> None:
    # Exponential times of mean 10, entry uniform from 0 to 8: the truth at 5 is 0.5. Whoever
    # ignores the entry finds about 0.17, as the late entrants count as survivors.
    random = np.random.default_rng(11)
    entry, stop = random.uniform(0, 8, 4000), random.exponential(10, 4000)
    entered = stop > entry
    ends = stop[entered]
    found = survival_rows(
        random.normal(size=(len(ends), 1)), ends, np.ones(len(ends)), starts=entry[entered]
    )

    (baseline,) = baselines(found, np.zeros(1))

    place = int(baseline.before([5.0])[0]) - 1
    error = float(np.sqrt(baseline.variance[place]))
    assert abs(baseline.cumulative_hazard[place] - 0.5) < 4 * error < 0.12


def test_a_stratum_that_no_training_row_was_of_has_no_baseline() -> None:
    columns = {**lung().columns, "centre": np.arange(228) % 3}
    found = fit(cohort(lung().days, lung().events, columns), ("age", "sex"), ("centre",))

    with pytest.raises(ValueError, match="no training row was of that stratum"):
        found.survival([70, 1], [300], (9.0,))


@pytest.mark.parametrize(
    "x",
    [[np.nan, 1], [np.inf, 1], [70], ["74", "1"], [None, 1]],
    ids=["nan", "inf", "too few", "text", "none"],
)
def test_a_patient_who_is_no_finite_numbers_is_refused(x: list[Any]) -> None:
    found = fit(lung(), ("age", "sex"))

    for ask in (found.hazard_ratio, lambda x: found.survival(x, [300])):
        with pytest.raises(ValueError, match="not 2 finite numbers"):
            ask(x)
