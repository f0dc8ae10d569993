"""What a fit says of one patient, and a model's way to its artefact and back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from math import erfc, exp, inf, log, nan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prognosis.cox import fit
from app.prognosis.fitted import Fit
from app.prognosis.model import (
    CoxModel,
    MalformedModel,
    canonical_json,
    describe,
    from_artefact,
    model_id,
    to_artefact,
)
from app.prognosis.survival import Z95
from tests.prognosis.cohorts import a_model, cohort, lung, rossi

KEPT = Path(__file__).parents[1] / "data" / "artefacts" / "2-corrected.json"

MAN_OF_74 = [74.0, 1.0]


def lung_fit(penalizer: float = 0.0) -> Fit:
    """Fit survival in advanced lung cancer on age and sex."""
    return fit(lung(), ("age", "sex"), (), penalizer)


def test_the_average_patient_has_a_hazard_ratio_of_one_without_error() -> None:
    ratio = lung_fit().hazard_ratio(lung_fit().means)

    assert ratio.estimate == 1.0
    assert ratio.ci95 == (1.0, 1.0)


def test_a_hazard_ratio_multiplies_the_effects() -> None:
    # Ten years older than the mean, of mean sex: exp(10 * 0.01705), its error 10 * 0.009223.
    found = lung_fit()

    ratio = found.hazard_ratio(found.means + np.array([10, 0]))

    assert ratio.estimate == pytest.approx(exp(0.1704533), rel=1e-6)
    assert ratio.ci95 == pytest.approx(
        (exp(0.1704533 - Z95 * 0.0922327), exp(0.1704533 + Z95 * 0.0922327)), rel=1e-6
    )


def test_contributions_sum_to_the_log_hazard_ratio() -> None:
    found = lung_fit()

    total = found.contributions(MAN_OF_74).sum()

    assert total == pytest.approx(log(found.hazard_ratio(MAN_OF_74).estimate), abs=1e-15)


def test_survival_and_its_interval_are_those_that_r_prints() -> None:
    # survfit(coxph(Surv(time, status) ~ age + sex, lung), newdata = list(age = 74, sex = 1)) at
    # 306 and 455 days, as printed in https://github.com/tidymodels/censored/pull/125
    band = lung_fit().survival(MAN_OF_74, [306, 455])

    assert band.probability == pytest.approx([0.369, 0.189], abs=6e-4)
    low, high = band.interval() or ([], [])
    assert low == pytest.approx([0.277, 0.117], abs=6e-4)
    assert high == pytest.approx([0.494, 0.304], abs=6e-4)


def test_the_log_log_interval_is_that_of_the_same_error() -> None:
    # With H = -log S and its error e: exp(-H exp(-+ 1.96 e / H)).
    band = lung_fit().survival(MAN_OF_74, [306, 455])

    low, high = band.log_log_interval() or ([], [])
    assert low == pytest.approx([0.2640, 0.1085], abs=6e-5)
    assert high == pytest.approx([0.4751, 0.2858], abs=6e-5)


def test_the_baseline_s_error_is_that_of_a_sum_over_the_risk_sets() -> None:
    # The same variance from the definition, with each patient's distance from this one.
    found, known = lung_fit(), lung()
    distance = known.matrix(("age", "sex")) - MAN_OF_74
    weight = np.exp(distance @ found.coefficients)
    hazard, variance, pull = 0.0, 0.0, np.zeros(2)
    for day in np.unique(known.days[known.events & (known.days <= 306)]):
        at_risk, dying = known.days >= day, known.events & (known.days == day)
        for place in range(dying.sum()):
            share = np.where(dying, 1 - place / dying.sum(), 1.0) * at_risk * weight
            hazard += 1 / share.sum()
            variance += 1 / share.sum() ** 2
            pull += share @ distance / share.sum() ** 2

    band = found.survival(MAN_OF_74, [306])

    error = np.sqrt(variance + pull @ found.covariance @ pull)
    assert band.cumulative_hazard[0] == pytest.approx(hazard, rel=1e-12)
    assert band.standard_error is not None
    assert band.standard_error[0] == pytest.approx(error, rel=1e-10)


def test_survival_is_a_step_function() -> None:
    # Deaths on days 4 and 6: between them nothing falls.
    found = fit(
        cohort([2, 4, 4, 6, 7, 9], [0, 1, 1, 1, 0, 0], {"x": [0, 1, 0, 0, 1, 0]}), ("x",), (), 0.0
    )

    band = found.survival([0.0], [0, 3.9, 4, 5.9, 6, 100])

    p = band.probability.tolist()
    assert p[0] == p[1] == 1.0 > p[2] == p[3] > p[4] == p[5]
    assert band.interval()[1][0] == 1.0  # type: ignore[index]


def test_a_penalised_fit_has_no_interval() -> None:
    found = lung_fit(penalizer=0.1)
    band = found.survival(MAN_OF_74, [306])

    assert (band.standard_error, band.interval(), band.log_log_interval()) == (None, None, None)
    assert found.hazard_ratio(MAN_OF_74).ci95 is None
    assert found.curve(MAN_OF_74).median().ci95 == (None, None)


def test_the_median_inverts_the_curve_and_its_band() -> None:
    found = lung_fit()

    median = found.curve(MAN_OF_74).median()

    low, high = median.ci95
    days = [median.time or 0, low or 0, high or 0]
    at = found.survival(MAN_OF_74, days)
    before = found.survival(MAN_OF_74, np.subtract(days, 1))
    assert at.probability[0] <= 0.5 < before.probability[0]
    assert at.interval()[0][1] <= 0.5 < before.interval()[0][1]  # type: ignore[index]
    assert at.interval()[1][2] <= 0.5 < before.interval()[1][2]  # type: ignore[index]


def test_a_median_that_is_not_reached_has_a_lower_bound() -> None:
    # Of persons released from prison most are not arrested within the year, at any age.
    found = fit(rossi(), ("age",), (), 0.0)

    median = found.curve([30.0]).median()

    assert (median.time, median.ci95) == (None, (None, None))
    assert median.lower_bound == 52.0


def test_the_lower_bound_is_where_the_band_s_lower_limit_comes_down_to_half() -> None:
    found = fit(lung(), ("age",), (), 0.0)
    whole = found.curve([39.0]).median()
    # The youngest of the cohort, were the curve cut off before its median.
    cut = np.searchsorted(found.baselines[0].days, (whole.time or 0) - 1)
    short = replace(
        found.baselines[0],
        days=found.baselines[0].days[:cut],
        cumulative_hazard=found.baselines[0].cumulative_hazard[:cut],
        variance=found.baselines[0].variance[:cut],
        drift=found.baselines[0].drift[:cut],
    )

    median = replace(found, baselines=(short,)).curve([39.0]).median()

    assert median.time is None
    assert median.lower_bound == median.ci95[0] == whole.ci95[0]


def test_conditional_survival_divides_the_curve() -> None:
    found = lung_fit()
    whole = found.survival(MAN_OF_74, [200, 306, 455]).probability

    given_200 = found.curve(MAN_OF_74, since=200).at([200, 306, 455])

    assert given_200.probability == pytest.approx(whole / whole[0], rel=1e-12)
    assert given_200.standard_error is not None
    assert given_200.standard_error[0] == 0.0


def test_conditional_survival_on_day_nought_is_survival() -> None:
    found = lung_fit()
    whole, given_0 = (
        found.survival(MAN_OF_74, [306, 455]),
        found.curve(MAN_OF_74, since=0).at([306, 455]),
    )

    assert given_0.standard_error is not None
    assert given_0.standard_error.tolist() == whole.standard_error.tolist()  # type: ignore[union-attr]


def test_conditional_survival_is_never_asked_backwards() -> None:
    with pytest.raises(ValueError, match="precedes"):
        lung_fit().curve(MAN_OF_74, since=200).at([100])


@pytest.mark.parametrize("day", [0, 5, 306, 306.5, 1022, 1023])
def test_at_risk_counts_who_is_followed_that_long(day: float) -> None:
    assert lung_fit().at_risk(day) == (lung().days >= day).sum()


def test_a_stratum_has_its_own_baseline() -> None:
    found = fit(lung(), ("age",), ("sex",), 0.0)

    men, women = (found.survival([63.0], [306], (sex,)).probability[0] for sex in (1.0, 2.0))

    assert men < women
    assert found.at_risk(0, (1.0,)) == (lung().columns["sex"] == 1).sum()
    assert found.stratum({"sex": 2.0, "age": 60.0}) == (2.0,)
    with pytest.raises(ValueError, match="stratum"):
        found.survival([63.0], [306], (3.0,))


def test_values_are_put_in_the_order_of_the_covariates() -> None:
    assert lung_fit().vector({"sex": 1.0, "age": 74.0, "ecog": 2.0}).tolist() == MAN_OF_74


@pytest.mark.parametrize("x", [[74.0], [74.0, 1.0, 0.0], [nan, 1.0], [inf, 1.0], 74.0])
def test_a_patient_is_p_finite_numbers(x: Any) -> None:
    with pytest.raises(ValueError, match="2 finite numbers"):
        lung_fit().log_hazard_ratio(x)


def test_an_absent_covariate_is_named() -> None:
    with pytest.raises(ValueError, match="no value for: sex"):
        lung_fit().vector({"age": 74.0})


def test_covariates_beyond_the_training_rows_are_named() -> None:
    # Ages from 39 to 82, sex 1 or 2.
    assert lung_fit().outside_range([39.0, 2.0]) == ()
    assert lung_fit().outside_range([82.5, 0.0]) == ("age", "sex")


def without(*names: str) -> set[str]:
    """Tell the model's covariates but for some."""
    return set(a_model().fit.covariates) - set(names)


def test_a_patient_of_whom_everything_is_known_has_the_whole_fit() -> None:
    assert a_model().submodel_for([*without(), "ecog", "nodes"]) is a_model().fit


def test_a_patient_with_a_gap_has_the_submodel_of_what_is_known() -> None:
    found = a_model().submodel_for(without("visceral_metastasis"))

    assert found is not None
    assert set(found.covariates) == without("visceral_metastasis")


def test_without_a_submodel_the_ladder_s_last_covariate_is_dropped() -> None:
    # The line is known in every row, so no submodel lacks it but that of the count alone.
    found = a_model().submodel_for(without("line_of_therapy"))

    assert found is not None
    assert found.covariates == ("log1p_ctc",)


def test_without_the_count_there_is_no_submodel() -> None:
    assert a_model().submodel_for(without("log1p_ctc")) is None


def test_without_its_stratum_there_is_no_submodel() -> None:
    model = replace(a_model(), fit=replace(a_model().fit, strata=("ecog",)))

    assert model.submodel_for(without("ecog")) is None


def test_a_model_is_its_artefact_to_the_last_byte() -> None:
    text = canonical_json(to_artefact(a_model()))

    model = from_artefact(json.loads(text))

    assert canonical_json(to_artefact(model)) == text
    assert model.fit.coefficients.tobytes() == a_model().fit.coefficients.tobytes()
    assert model.submodels[0].baselines[0].remaining.dtype == np.int64


def test_the_checks_of_a_fit_are_part_of_its_identity() -> None:
    unchecked = replace(a_model(), checks=None)
    checked = replace(unchecked, checks={"discrimination": {"corrected": 0.68}})
    texts = [canonical_json(to_artefact(model)) for model in (unchecked, checked)]

    assert model_id(texts[0]) != model_id(texts[1])
    assert from_artefact(json.loads(texts[1])).checks == checked.checks
    # An artefact of version 0.1.0 stays what it was, to the byte.
    assert json.loads(texts[0])["format"] == 1
    assert "checks" not in json.loads(texts[0])


@pytest.mark.parametrize("wrong", [None, 3, "checked", [1, 2]])
def test_checks_that_are_no_checks_are_refused(wrong: object) -> None:
    values = to_artefact(replace(a_model(), checks={}))

    with pytest.raises(MalformedModel):
        from_artefact({**values, "checks": wrong})


def test_a_stratified_model_is_its_artefact_too() -> None:
    stratified = fit(lung(), ("age",), ("sex",), 0.0)
    specification = replace(
        a_model().specification, covariates=("age",), rung=None, strata=("sex",)
    )
    model = replace(a_model(), fit=stratified, submodels=(), specification=specification)

    assert from_artefact(to_artefact(model)).fit.baselines[1].stratum == (2.0,)


def test_a_model_is_named_by_its_content() -> None:
    here = canonical_json(to_artefact(a_model()))
    there = canonical_json(to_artefact(replace(a_model(), organisation="Another hospital")))

    assert model_id(here) == model_id(here)
    assert model_id(here).startswith("sha256:")
    assert model_id(here) != model_id(there)


@cache
def kept_model() -> CoxModel:
    """Read a model that was kept."""
    return from_artefact(json.loads(KEPT.read_text()))


def small_artefact() -> dict[str, Any]:
    """Write a model of six patients, short enough to be broken everywhere."""
    days, events = [1, 1, 6, 6, 8, 9], [True, False, True, True, False, True]
    whole = fit(cohort(days, events, {"x": [1, 1, 1, 0, 0, 0]}), ("x",), (), 0.0)
    specification = replace(kept_model().specification, covariates=("x",), passed_over={"y": "z"})
    model = replace(
        kept_model(),
        fit=whole,
        submodels=(whole,),
        specification=specification,
        similar=kept_model().similar[:1],
        # What was measured of a fit is read by nobody here, and long.
        checks={"discrimination": {"corrected": 0.68}},
    )
    found: dict[str, Any] = json.loads(canonical_json(to_artefact(model)))
    return found


def places(values: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container of an artefact with each of its keys."""
    keys = list(values) if isinstance(values, Mapping) else range(len(values))
    for key in keys:
        yield values, key
        if isinstance(values[key], Mapping | list):
            yield from places(values[key])


WRONG = ["x", True, None, [], {}, [[1.0]], -1, 0.5, 10**400, nan, inf, "\ud800"]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_broken_artefact_is_refused_or_is_another_model_whole(wrong: object) -> None:
    artefact = small_artefact()
    broken = 0
    for container, key in list(places(artefact)):
        right, container[key] = container[key], wrong
        try:
            assert canonical_json(to_artefact(from_artefact(artefact))) == canonical_json(artefact)
        except MalformedModel:
            broken += 1
        container[key] = right

    assert broken > 50
    from_artefact(artefact)


def test_an_absent_or_superfluous_name_is_refused() -> None:
    for name in small_artefact():
        absent = small_artefact()
        del absent[name]
        with pytest.raises(MalformedModel):
            from_artefact(absent)
    for name in ("fit", "specification", "provenance", "top_decile"):
        more = small_artefact()
        more[name]["surplus"] = 1
        with pytest.raises(MalformedModel):
            from_artefact(more)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(deadline=None)
@given(JSON)
def test_whatever_is_no_model_is_refused(values: Any) -> None:
    with pytest.raises(MalformedModel):
        from_artefact(values)


def test_a_description_shows_each_coefficient_with_its_test() -> None:
    model = replace(a_model(), fit=lung_fit())

    age = describe(model)["coefficients"][0]

    z = 0.01704533 / 0.00922327
    assert age["covariate"] == "age"
    assert age["z"] == pytest.approx(z, rel=1e-5)
    assert age["p"] == pytest.approx(erfc(z / sqrt(2)), rel=1e-4)
    # exp(0.01704533 -+ 1.959964 * 0.00922327), which R prints as .9990 and 1.0357.
    assert age["ci95"] == pytest.approx([0.9989686, 1.0357467], abs=1e-6)
    assert age["mean"] == pytest.approx(62.447, abs=1e-3)


def test_a_description_of_a_penalised_model_shows_no_test() -> None:
    model = replace(a_model(), fit=lung_fit(penalizer=0.1))

    for row in describe(model)["coefficients"]:
        assert (row["ci95"], row["z"], row["p"]) == (None, None, None)


def test_a_description_is_json_and_names_the_rows() -> None:
    shown = describe(a_model())

    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert shown["specification"]["ties"] == "efron"
    assert shown["specification"]["rung"] == "auto-2"
    assert shown["baseline"][0]["stratum"] is None
    assert len(shown["submodels"]) == len(a_model().submodels)
    assert shown["provenance"]["training_fingerprint"].startswith("sha256:")


def test_a_model_says_which_software_fitted_it() -> None:
    assert isinstance(a_model(), CoxModel)
    assert {"python", "numpy", "numba"} <= a_model().provenance["software"].keys()
    assert a_model().provenance["seed"] == 0
