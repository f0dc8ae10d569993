"""A model stratified by organisation: what R tells of it, K3 of the evidence, what is held back."""

import json
from functools import cache
from math import exp, log
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.prognosis.cohort import Cohort
from app.prognosis.cox import fit
from app.prognosis.engine.likelihood import evaluate
from app.prognosis.engine.rows import survival_rows
from app.prognosis.pooling import LEAST_EVENTS, PooledFit, pooled_fit
from app.prognosis.refusals import RefitRefused
from tests.prognosis.cohorts import cohort
from tests.prognosis.engine.patients import SURVIVAL, table
from tests.prognosis.pools import MEDIANS, PUBLISHED, studies, together

LIKE_R = 1e-8
"""Relative difference to R; its fit stops when the log likelihood changes by 1e-9 of itself."""

SEEDS = range(1, 21)
"""Fixed before the first was run."""


@cache
def told() -> dict[str, Any]:
    """What R told; the script stands beside it."""
    content: dict[str, Any] = json.loads((SURVIVAL / "pools.json").read_text())
    return content


@cache
def institutions() -> dict[str, Cohort]:
    """The institutions of lung, those of fewer than five deaths included."""
    rows = table("lung")
    found = np.unique(rows["inst"][~np.isnan(rows["inst"])])
    return {
        f"{int(site):02}": cohort(
            rows["time"][rows["inst"] == site],
            rows["status"][rows["inst"] == site],
            {name: rows[name][rows["inst"] == site] for name in ("age", "sex")},
        )
        for site in found
    }


@cache
def pooled() -> PooledFit:
    return pooled_fit(institutions(), ("age", "sex"), "sex")


@cache
def simulated(endpoint: str, seed: int) -> PooledFit:
    return pooled_fit(studies(endpoint, seed), ("ctc_high",), "ctc_high")


def test_a_model_stratified_by_institution_is_that_of_coxph() -> None:
    ours, theirs = pooled(), told()

    errors = [ours.effect(name).standard_error for name in ("age", "sex")]
    assert_allclose(ours.coefficients, theirs["coefficients"], rtol=LIKE_R)
    assert_allclose(errors, theirs["errors"], rtol=LIKE_R)
    assert_allclose(
        [ours.log_likelihood, ours.log_likelihood_null], theirs["log_likelihood"], rtol=LIKE_R
    )
    assert (ours.patients, ours.events) == (theirs["patients"], theirs["events"])


def test_each_institution_alone_is_that_of_coxph() -> None:
    for ours, theirs in zip(pooled().members, told()["sites"], strict=True):
        assert (int(ours.name), ours.patients, ours.events) == (
            theirs["site"],
            theirs["patients"],
            theirs["events"],
        )
        own = ours.own and [ours.own.coefficient, ours.own.standard_error]
        expected = theirs["own"] and [theirs["own"]["coefficient"], theirs["own"]["error"]]
        assert own == (expected and pytest.approx(expected, rel=1e-6)), ours.name


def test_an_institution_is_judged_by_a_model_of_the_others() -> None:
    for ours, theirs in zip(pooled().members, told()["sites"], strict=True):
        assert ours.held_out is not None
        slope, c = ours.held_out.slope, ours.held_out.concordance
        assert [slope.coefficient, slope.standard_error, c.value] == pytest.approx(
            [theirs["held_out"][name] for name in ("slope", "slope_error", "concordance")],
            rel=1e-6,
        ), ours.name


def test_the_heterogeneity_between_institutions_is_that_of_r() -> None:
    found, theirs = pooled().heterogeneity, told()["heterogeneity"]
    assert found is not None

    assert found.estimates == theirs["estimates"]
    assert [found.q.chi_squared, found.q.p, found.i_squared, found.tau_squared] == pytest.approx(
        [theirs[name] for name in ("q", "p", "i_squared", "tau_squared")], rel=1e-6
    )
    for ours, expected in ((found.common, theirs["common"]), (found.average, theirs["average"])):
        assert [ours.coefficient, ours.standard_error] == pytest.approx(expected, rel=1e-6)


def test_the_sums_of_the_fit_are_those_of_each_organisation_alone() -> None:
    # What lets a model be fitted one day without any row leaving its organisation.
    parts = [institutions()[member.name] for member in pooled().members]
    beta, means = np.array([0.02, -0.4]), pooled().means
    strata = np.repeat(np.arange(len(parts)), [len(each) for each in parts])
    matrices = [each.matrix(("age", "sex")) for each in parts]
    days, events = (
        np.concatenate([getattr(each, name) for each in parts]) for name in ("days", "events")
    )

    whole = evaluate(survival_rows(np.vstack(matrices) - means, days, events, strata=strata), beta)

    each = [
        evaluate(survival_rows(x - means, part.days, part.events), beta)
        for x, part in zip(matrices, parts, strict=True)
    ]
    assert whole.value == pytest.approx(sum(one.value for one in each), rel=1e-12)
    assert_allclose(whole.score, sum(one.score for one in each), rtol=1e-10)
    assert_allclose(whole.information, sum(one.information for one in each), rtol=1e-10)


def test_who_has_fewer_than_five_events_is_left_out_of_every_number() -> None:
    everybody = institutions()
    few = {name for name, each in everybody.items() if each.events.sum() < LEAST_EVENTS}
    without = {name: each for name, each in everybody.items() if name not in few}

    found = pooled()

    assert len(few) > 2
    assert set(found.left_out) == few
    assert few & {member.name for member in found.members} == set()
    alone = pooled_fit(without, ("age", "sex"), "sex")
    assert (alone.patients, alone.log_likelihood) == (found.patients, found.log_likelihood)
    assert alone.coefficients.tolist() == found.coefficients.tolist()


def test_a_baseline_that_leaves_has_five_events_a_step() -> None:
    for member in pooled().members:
        assert member.baseline is not None
        days = institutions()[member.name].days[institutions()[member.name].events]
        steps = np.diff(np.searchsorted(np.sort(days), member.baseline.days, "right"), prepend=0)
        assert steps.min() >= LEAST_EVENTS
        assert member.baseline.stratum is None


def test_one_organisation_with_events_enough_is_no_pool() -> None:
    alone = {name: institutions()[name] for name in ("01", "02")}
    assert alone["02"].events.sum() < LEAST_EVENTS

    with pytest.raises(RefitRefused, match="1 of 2 organisations have 5 events") as refused:
        pooled_fit(alone, ("age", "sex"), "sex")

    assert refused.value.code == "too-few-organisations"


def test_an_organisation_without_an_estimate_of_its_own_is_still_in_the_fit() -> None:
    # All of the second are of one sex: its own fit has no variation; its deaths inform age.
    parts = {name: institutions()[name] for name in ("01", "12")}
    chosen = parts["12"].columns["sex"] == 1
    men = cohort(
        parts["12"].days[chosen],
        parts["12"].events[chosen],
        {name: column[chosen] for name, column in parts["12"].columns.items()},
    )

    found = pooled_fit({"01": parts["01"], "12": men}, ("age", "sex"), "sex")

    assert [member.own is None for member in found.members] == [False, True]
    assert found.heterogeneity is None
    assert found.patients == len(parts["01"]) + len(men)


def test_the_name_that_comes_first_changes_no_number() -> None:
    turned = dict(reversed(institutions().items()))

    found = pooled_fit(turned, ("age", "sex"), "sex")

    assert found.coefficients.tolist() == pooled().coefficients.tolist()
    assert [member.name for member in found.members] == [m.name for m in pooled().members]


@pytest.mark.parametrize("endpoint", MEDIANS)
def test_k3_the_stratified_fit_lies_inside_the_published_interval(endpoint: str) -> None:
    low, high = PUBLISHED[endpoint]

    found = simulated(endpoint, SEEDS[0])

    effect = found.effect("ctc_high")
    assert (found.patients, len(found.members)) == (1944, 20)
    assert low < effect.hazard_ratio < high
    assert abs(effect.coefficient - log(MEDIANS[endpoint][0])) <= 4 * effect.standard_error


@pytest.mark.parametrize(
    "endpoint", ["overall", pytest.param("progression_free", marks=pytest.mark.soak)]
)
def test_k3_twenty_pools_recover_the_truth_and_ignoring_the_strata_attenuates(
    endpoint: str,
) -> None:
    truth = log(MEDIANS[endpoint][0])
    effects = [simulated(endpoint, seed).effect("ctc_high") for seed in SEEDS]
    unstratified = [
        float(fit(together(studies(endpoint, seed)), ["ctc_high"]).coefficients[0])
        for seed in SEEDS
    ]

    values = np.array([effect.coefficient for effect in effects])
    covered = sum(low <= truth <= high for low, high in (each.ci95 for each in effects))
    assert abs(values.mean() - truth) <= 4 * values.std(ddof=1) / np.sqrt(len(SEEDS))
    assert covered >= 15
    # In every one of them, and by more than the spread of the differences.
    assert (values > unstratified).all()
    lost = values - unstratified
    assert lost.mean() > 4 * lost.std(ddof=1) / np.sqrt(len(SEEDS))
    assert exp(np.mean(unstratified)) < MEDIANS[endpoint][0] * 0.95
