"""What changes no estimate, and that whatever is fitted ends in a maximum or in a reason."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.prognosis.engine.maximum import Maximum, maximise
from app.prognosis.engine.rows import Flags, Floats, MalformedRows, Ties, survival_rows
from app.prognosis.engine.threads import set_threads
from app.prognosis.refusals import RefitRefused
from tests.prognosis.engine.patients import Table, rows_of, simulated

NAMES = "x0 x1 x2"
EVERYTHING = {"starts": "start", "weights": "weight", "offset": "known", "strata": "stratum"}
SETTINGS = pytest.mark.parametrize("more", [{}, {"starts": "start"}, EVERYTHING])
TIES = pytest.mark.parametrize("ties", ["efron", "breslow"])


def patients(n: int = 400) -> Table:
    """Draw patients whose hazard depends on their covariates."""
    columns = simulated(n, seed=5)
    random = np.random.default_rng(6)
    hazard = np.exp(0.5 * columns["x0"] - 0.3 * columns["x1"])
    spent = columns["time"] - columns["start"]
    columns["status"] = (random.exponential(15, n) / hazard < spent).astype(np.float64)
    return columns


def assert_the_same(found: Maximum, usual: Maximum) -> None:
    """Compare coefficients, likelihoods and errors to 9 digits."""
    assert found.beta == pytest.approx(usual.beta, rel=1e-9)
    assert found.log_likelihood == pytest.approx(usual.log_likelihood, rel=1e-9)
    assert found.log_likelihood_null == pytest.approx(usual.log_likelihood_null, rel=1e-9)
    assert found.covariance == pytest.approx(usual.covariance, rel=1e-9, abs=1e-12)
    assert found.score_test == pytest.approx(usual.score_test, rel=1e-9)


@SETTINGS
@TIES
def test_shifting_all_times_changes_nothing(more: dict[str, str], ties: Ties) -> None:
    columns = patients()
    shifted = columns | {"start": columns["start"] + 100, "time": columns["time"] + 100}

    found = maximise(rows_of(shifted, NAMES, **more), ties=ties)

    assert_the_same(found, maximise(rows_of(columns, NAMES, **more), ties=ties))


@SETTINGS
@TIES
def test_the_order_of_the_rows_changes_nothing(more: dict[str, str], ties: Ties) -> None:
    columns = patients()
    order = np.random.default_rng(7).permutation(len(columns["time"]))
    shuffled = {name: column[order] for name, column in columns.items()}

    found = maximise(rows_of(shuffled, NAMES, **more), ties=ties)

    assert_the_same(found, maximise(rows_of(columns, NAMES, **more), ties=ties))


@SETTINGS
@pytest.mark.parametrize("scale", [1e-6, 12.0, -1.0, 1e6])
def test_rescaling_a_covariate_rescales_its_coefficient_only(
    more: dict[str, str], scale: float
) -> None:
    columns = patients()
    units = np.array([1.0, scale, 1.0])

    found = maximise(rows_of(columns | {"x1": columns["x1"] * scale}, NAMES, **more))

    per_unit = replace(
        found, beta=found.beta * units, covariance=found.covariance * np.outer(units, units)
    )
    assert_the_same(per_unit, maximise(rows_of(columns, NAMES, **more)))


@SETTINGS
@TIES
def test_splitting_rows_at_any_time_changes_nothing(more: dict[str, str], ties: Ties) -> None:
    columns = patients()
    if "starts" not in more:
        columns["start"] = np.zeros_like(columns["start"])
    random = np.random.default_rng(8)
    middle = columns["start"] + (columns["time"] - columns["start"]) * random.random(400)
    # Some are split at a time of other events, which they live through.
    whole = np.ceil(middle)
    between = (whole > columns["start"]) & (whole < columns["time"])
    middle = np.where(between & (random.random(400) < 0.5), whole, middle)
    before = columns | {"time": middle, "status": np.zeros(400)}
    after = columns | {"start": middle}
    split = {name: np.concatenate([before[name], after[name]]) for name in columns}

    found = maximise(rows_of(split, NAMES, **(more | {"starts": "start"})), ties=ties)

    assert_the_same(found, maximise(rows_of(columns, NAMES, **more), ties=ties))


@SETTINGS
def test_two_halves_of_each_row_are_the_row_by_breslow(more: dict[str, str]) -> None:
    columns = patients() | ({} if "weights" in more else {"weight": np.ones(400)})
    halved = columns | {"weight": columns["weight"] / 2}
    twice = {name: np.concatenate([column, column]) for name, column in halved.items()}

    found = maximise(rows_of(twice, NAMES, **(more | {"weights": "weight"})), ties="breslow")

    assert_the_same(found, maximise(rows_of(columns, NAMES, **more), ties="breslow"))


@pytest.mark.parametrize("more", [{}, EVERYTHING])
def test_the_number_of_threads_changes_no_bit_of_a_maximum(more: dict[str, str]) -> None:
    rows, found = rows_of(patients(70_000), NAMES, **more), []

    for threads in (1, 2):
        set_threads(threads)
        top = maximise(rows)
        found.append((top.beta.tobytes(), top.covariance.tobytes(), top.log_likelihood))

    assert found[0] == found[1]


NUMBERS = st.one_of(
    st.integers(0, 3).map(float),
    st.floats(-10, 10),
    st.sampled_from([0.0, 1e9, -1e9, 1e-12, 1e49, -1e49, 1e-49, 1e120, 5e-324, np.nan, np.inf]),
)
ROWS = {
    "stops": st.one_of(st.integers(1, 5).map(float), st.floats(1e-3, 1e4)),
    "events": st.booleans(),
    "entered": st.floats(0, 0.99),
    "weights": st.one_of(st.just(1.0), st.floats(1e-6, 1e6)),
    "offset": st.sampled_from([0.0, 0.0, 0.5, -1e3, 1e3]),
    "strata": st.integers(0, 2),
}
CHOICES = st.fixed_dictionaries(
    {"ties": st.sampled_from(["efron", "breslow"]), "firth": st.booleans()},
    optional={"ridge": st.sampled_from([0.01, 10.0]), "start": st.sampled_from([1.0, -1e5])},
)


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[Floats, dict[str, Floats]]:
    """Draw a small cohort, in which some columns may be told and some not."""
    n, p = draw(st.integers(1, 14)), draw(st.integers(1, 3))
    x = draw(st.lists(st.lists(NUMBERS, min_size=p, max_size=p), min_size=n, max_size=n))
    told = {"stops", "events"} | draw(st.sets(st.sampled_from([*ROWS])))
    columns = {c: draw(st.lists(ROWS[c], min_size=n, max_size=n)) for c in sorted(told)}
    return np.array(x), {name: np.array(column) for name, column in columns.items()}


def end(x: Floats, columns: dict[str, Floats], chosen: dict[str, Any]) -> Maximum | str:
    """Ask for a maximum, and let refusals be told, and nothing else."""
    if "entered" in columns:
        columns = columns | {"starts": columns["stops"] * columns["entered"]}
    for name in {"ridge", "start"} & chosen.keys():
        chosen = chosen | {name: np.full(x.shape[1], chosen[name])}
    try:
        rows = survival_rows(x, **{c: v for c, v in columns.items() if c != "entered"})
        return maximise(rows, **chosen)
    except (RefitRefused, MalformedRows) as refused:
        return str(refused)


def assert_an_end(cohort: tuple[Floats, dict[str, Floats]], chosen: dict[str, Any]) -> None:
    """Look for anything that is not a number."""
    found = end(*cohort, chosen)
    if isinstance(found, str):
        assert found
        return
    numbers = [found.log_likelihood, found.log_likelihood_null, found.score_test]
    assert np.isfinite([*found.beta, *found.covariance.ravel(), *numbers]).all()
    assert (np.diag(found.covariance) > 0).all()
    if found.ridge is None:
        assert found.log_likelihood >= found.log_likelihood_null - 1e-9 * abs(numbers[1])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cohorts(), CHOICES)
def test_any_small_cohort_ends_in_a_maximum_or_a_reason(
    cohort: tuple[Floats, dict[str, Floats]], chosen: dict[str, Any]
) -> None:
    assert_an_end(cohort, chosen)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cohorts(), CHOICES)
def test_ten_thousand_small_cohorts_end_in_a_maximum_or_a_reason(
    cohort: tuple[Floats, dict[str, Floats]], chosen: dict[str, Any]
) -> None:
    assert_an_end(cohort, chosen)


def is_separated(x: Floats, stops: Floats, events: Flags) -> bool:
    """Tell by linear programming whether some direction never ranks a death below its risk set."""
    died, at_risk = np.nonzero(events[:, None] & (stops >= stops[:, None]))
    ahead = x[died] - x[at_risk]
    best = linprog(-ahead.sum(axis=0), A_ub=-ahead, b_ub=np.zeros(len(ahead)), bounds=(-1, 1))
    return bool(-best.fun > 1e-7)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 8), st.booleans(), st.integers(0, 3), st.integers(0, 1)),
        min_size=6,
    )
)
def test_what_is_separated_is_refused_and_nothing_else_is_called_so(
    patients: list[tuple[int, bool, int, int]],
) -> None:
    # Albert A, Anderson JA. Biometrika 1984;71:1-10, for the risk sets of a Cox model.
    told = np.array(patients, dtype=np.float64)
    x, stops, events = told[:, 2:], told[:, 0], told[:, 1].astype(np.bool_)
    try:
        maximise(survival_rows(x, stops, events))
        code = None
    except RefitRefused as refused:
        code = refused.code

    assert code != "not-converged"
    if code in {"separation", None}:
        assert (code == "separation") is is_separated(x, stops, events)
