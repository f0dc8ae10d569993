"""A shared baseline tells of no fewer than five events at a time, and is right where it steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prognosis import Cohort, fit
from app.prognosis.artefact import fit_from_artefact, fit_to_artefact
from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.rows import Ties, survival_rows
from app.prognosis.fitted import Fit
from app.prognosis.sharing import (
    EVENTS_PER_STEP,
    TooFewEvents,
    events_by_step,
    pool_fit,
    pool_steps,
)
from app.prognosis.survival import Baseline, Floats, Places
from tests.prognosis.cohorts import gbsg2, lung, rossi


def one_death_a_day(deaths: int, censored: int = 0) -> Baseline:
    """Deaths on day 1, 2, 3 and so on, each censored row half a day behind one."""
    days = [*range(1, deaths + 1), *(0.5 + np.arange(1, censored + 1))]
    rows = survival_rows(np.zeros((len(days), 1)), days, [1] * deaths + [0] * censored)
    (baseline,) = baselines(rows, np.zeros(1))
    return baseline


def deaths_within(ends: Floats, days: Floats, events: Floats) -> Places:
    """Count, up to and including each end, the deaths since the one before."""
    died = np.searchsorted(np.sort(days[events > 0]), ends, side="right")
    return np.diff(died, prepend=0)


def test_twelve_deaths_are_five_and_seven() -> None:
    baseline = one_death_a_day(12)

    pooled = pool_steps(baseline)

    # Of twelve at risk one dies each day: 1/12 + ... + 1/8 by day 5; the last two join the second.
    assert pooled.days.tolist() == pooled.exit_days.tolist() == [5.0, 12.0]
    assert pooled.cumulative_hazard[0] == pytest.approx(sum(1 / n for n in range(8, 13)), rel=1e-14)
    assert pooled.variance[0] == pytest.approx(sum(1 / n**2 for n in range(8, 13)), rel=1e-14)
    assert pooled.remaining.tolist() == [8, 1]


def test_a_step_of_many_ties_stands_alone() -> None:
    rows = survival_rows(
        np.zeros((20, 1)), [3] * 7 + [4] * 2 + [6] * 4 + [9] * 7, [1] * 13 + [0] * 7
    )
    (baseline,) = baselines(rows, np.zeros(1))

    assert events_by_step(baseline).tolist() == [7, 2, 4]
    assert pool_steps(baseline).days.tolist() == [3.0, 6.0]


def test_who_was_censored_is_seen_on_no_day_of_their_own() -> None:
    pooled = pool_steps(one_death_a_day(10, censored=10))

    # Five deaths and four censored lie before the death of day 5; follow-up ended on day 10.5.
    assert pooled.at_risk([0, 1, 2.5, 5, 5.5, 10, 10.5]).tolist() == [12, 12, 12, 12, 2, 2, 0]
    assert pooled.follow_up == 10.0


def test_fewer_than_five_deaths_are_not_shared() -> None:
    with pytest.raises(TooFewEvents, match="4 events; 5 needed"):
        pool_steps(one_death_a_day(4, censored=2))


def test_a_stratum_without_events_enough_is_dropped_with_its_reason() -> None:
    days = np.arange(1.0, 31.0)
    events = [1] * 20 + [1] * 3 + [0] * 7
    columns = {"x": np.arange(30) % 2, "line": np.repeat([1, 2], [20, 10])}

    shared = pool_fit(fit(Cohort.from_arrays(days, events, columns), ["x"], strata=["line"]))

    assert [baseline.stratum for baseline in shared.fit.baselines] == [(1.0,)]
    (dropped,) = shared.dropped
    assert (dropped.stratum, dropped.reason) == ((2.0,), "3 events; 5 needed")


def test_a_fit_of_which_nothing_can_be_shared_is_refused() -> None:
    few = fit(Cohort.from_arrays([1, 2, 3, 4], [1, 1, 0, 1], {"x": [0, 1, 1, 0]}), ["x"])

    with pytest.raises(TooFewEvents, match="3 events; 5 needed"):
        pool_fit(few)


@pytest.mark.parametrize(
    "whole",
    [
        fit(lung(), ("age", "sex")),
        fit(lung(), ("age",), strata=("sex",)),
        fit(rossi(), ("fin", "prio")),
        fit(gbsg2(), ("pnodes", "tsize")),
    ],
    ids=["lung", "lung by sex", "rossi", "gbsg2"],
)
def test_a_shared_fit_says_the_same_at_the_ends_of_its_steps(whole: Fit) -> None:
    shared = pool_fit(whole).fit
    x = whole.means + whole.deviations / 2

    for baseline in shared.baselines:
        ours = shared.survival(x, baseline.days, baseline.stratum)
        exact = whole.survival(x, baseline.days, baseline.stratum)
        assert ours.cumulative_hazard.tolist() == exact.cumulative_hazard.tolist()
        assert ours.standard_error == pytest.approx(exact.standard_error, rel=1e-12)
    again = fit_from_artefact(fit_to_artefact(shared))
    assert [b.days.tolist() for b in again.baselines] == [b.days.tolist() for b in shared.baselines]


@st.composite
def followed(draw: st.DrawFn) -> tuple[Floats, Floats, Floats]:
    """Rows with many ties or none, and covariates that set hazards apart."""
    n, last = draw(st.integers(12, 80)), draw(st.sampled_from([3, 12, 400]))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    days = random.integers(1, last + 1, n).astype(np.float64)
    events = (random.random(n) < draw(st.sampled_from([0.6, 1.0]))).astype(np.float64)
    return days, events, random.normal(size=n)


@settings(deadline=None)
@given(followed(), st.sampled_from(["efron", "breslow"]), st.sampled_from([0.0, 1.5]))
def test_no_step_is_of_fewer_than_five_events(
    rows: tuple[Floats, Floats, Floats], ties: Ties, beta: float
) -> None:
    days, events, x = rows
    (baseline,) = baselines(survival_rows(x[:, None], days, events), np.array([beta]), ties=ties)
    counted = np.array([(events[days == day]).sum() for day in baseline.days])

    found = events_by_step(baseline)

    assert (found <= counted).all()
    assert (found[counted == 1] == 1).all()
    if found.sum() >= EVENTS_PER_STEP:
        pooled = pool_steps(baseline)
        ends = pooled.days
        assert deaths_within(ends, days, events).min() >= EVENTS_PER_STEP
        assert {*ends} <= {*baseline.days}
        assert {*pooled.exit_days} == {*ends}
        assert pooled.remaining.tolist() == [(days >= end).sum() for end in ends]
        exact = baseline.cumulative_hazard[baseline.before(ends) - 1]
        assert pooled.cumulative_hazard.tolist() == exact.tolist()
