"""Fits against published figures, what no order or unit changes, and what is refused."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.prognosis.cohort import Cohort
from app.prognosis.covariates import REGISTRY
from app.prognosis.cox import fit, fitted_rows
from app.prognosis.engine.likelihood import evaluate
from app.prognosis.fitted import Fit
from app.prognosis.fitting import fit_model
from app.prognosis.model import canonical_json, to_artefact
from app.prognosis.patient import Known
from app.prognosis.refusals import RefitRefused
from app.prognosis.training import cohort_of
from tests.prognosis.cohorts import (
    START,
    a_model,
    a_table,
    cohort,
    gbsg2,
    lung,
    opened,
    request,
    rossi,
    simulated_rows,
    veteran,
)

ROSSI = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
GBSG2 = ("horTh", "age", "post", "tsize", "II", "III", "pnodes", "progrec", "estrec")
VETERAN = ("trt", "small", "adeno", "large", "karno", "diagtime", "age", "prior")


def lung_fit() -> Fit:
    """Fit survival in advanced lung cancer on age and sex."""
    return fit(lung(), ("age", "sex"), (), 0.0)


# Efron's ties. lung with ECOG as R prints it (coxph of R's survival); the others as statsmodels
# 0.15.0 and lifelines 0.30.3 agree to 2e-5. Log likelihood, likelihood ratio, Harrell's C.
@pytest.mark.parametrize(
    ("of", "names", "figures", "coefficients"),
    [
        (lung, ("age", "sex"), (-742.8482, 14.1231, 0.60285), [0.01705, -0.51322]),
        (
            lung,
            ("age", "sex", "ecog"),
            (-729.2301, 30.5007, 0.63714),
            [0.011067, -0.552612, 0.463728],
        ),
        (
            rossi,
            ROSSI,
            (-658.7477, 33.2659, 0.64033),
            [-0.37942, -0.05744, 0.31390, -0.14980, -0.43370, -0.08487, 0.09150],
        ),
        (
            gbsg2,
            GBSG2,
            (-1735.7321, 104.7453, 0.69185),
            [-0.34628, -0.00946, 0.25844, 0.00780, 0.63611, 0.77965, 0.04879, -0.00222, 0.00020],
        ),
        (
            veteran,
            VETERAN,
            (-474.3971, 62.1039, 0.73603),
            [0.29460, 0.86156, 1.19607, 0.40129, -0.03282, 0.00008, -0.00871, 0.00716],
        ),
    ],
)
def test_a_fit_has_the_published_figures(
    of: Callable[[], Cohort],
    names: tuple[str, ...],
    figures: tuple[float, float, float],
    coefficients: Sequence[float],
) -> None:
    found = fit(of(), names, (), 0.0)

    ratio = 2 * (found.log_likelihood - found.log_likelihood_null)
    assert found.coefficients == pytest.approx(coefficients, abs=6e-6)
    assert (found.log_likelihood, ratio) == pytest.approx(figures[:2], abs=6e-5)
    assert found.concordance == pytest.approx(figures[2], abs=6e-6)


def test_standard_errors_are_those_that_r_prints() -> None:
    # coxph(Surv(time, status) ~ age + sex, lung): se(coef) 0.009223 and 0.167458;
    # Concordance = 0.603 (se = 0.025).
    found = lung_fit()

    assert found.standard_errors == pytest.approx([0.009223, 0.167458], abs=5e-7)
    assert (found.patients, found.events) == (228, 165)
    assert found.concordance_se == pytest.approx(0.025, abs=5e-4)


def test_rows_that_lack_a_covariate_are_left_out() -> None:
    assert fit(lung(), ("ecog",), (), 0.0).patients == 227


def test_the_score_is_nought_at_the_coefficients() -> None:
    found = fit(gbsg2(), GBSG2, (), 0.0)
    rows, _ = fitted_rows(gbsg2(), GBSG2, ())

    score = evaluate(rows, found.coefficients).score / found.deviations

    assert np.abs(score).max() < 1e-8


def test_a_ridge_pulls_on_lifelines_scale() -> None:
    # At the penalised maximum the score per standard deviation is n * 0.1 * beta * sd.
    found = fit(rossi(), ROSSI, (), 0.1)
    rows, _ = fitted_rows(rossi(), ROSSI, ())

    score = evaluate(rows, found.coefficients).score / found.deviations

    assert score == pytest.approx(432 * 0.1 * found.coefficients * found.deviations, abs=1e-8)


def test_a_stratified_fit_keeps_one_baseline_a_stratum() -> None:
    found = fit(rossi(), ("fin", "age"), ("race", "mar"), 0.0)

    strata = [baseline.stratum for baseline in found.baselines]
    assert strata == [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    assert sum(int(baseline.remaining[0]) for baseline in found.baselines) == 432


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(random: object) -> None:
    rows = list(opened(simulated_rows()))
    random.shuffle(rows)  # type: ignore[attr-defined]
    covariates = [REGISTRY["log1p_ctc"], REGISTRY["age"]]

    found = fit(cohort_of(a_table(rows), covariates), ("log1p_ctc", "age"), (), 0.0)

    usual = fit(cohort_of(simulated_rows(), covariates), ("log1p_ctc", "age"), (), 0.0)
    assert found.coefficients.tobytes() == usual.coefficients.tobytes()
    assert found.covariance.tobytes() == usual.covariance.tobytes()


def test_shifting_all_times_shifts_the_baseline_only() -> None:
    shifted = fit(replace(lung(), days=lung().days + 100), ("age", "sex"), (), 0.0)

    assert shifted.coefficients.tobytes() == lung_fit().coefficients.tobytes()
    (baseline,), (usual,) = shifted.baselines, lung_fit().baselines
    assert baseline.days.tolist() == (usual.days + 100).tolist()
    assert baseline.cumulative_hazard.tobytes() == usual.cumulative_hazard.tobytes()


@pytest.mark.parametrize("scale", [1e-3, 12.0, 1e4])
def test_rescaling_a_covariate_rescales_its_coefficient_only(scale: float) -> None:
    columns = {**lung().columns, "age": lung().columns["age"] * scale}

    rescaled = fit(replace(lung(), columns=columns), ("age", "sex"), (), 0.0)

    assert rescaled.coefficients * [scale, 1] == pytest.approx(lung_fit().coefficients, rel=1e-9)
    day_and_age = rescaled.survival([74 * scale, 1], [306])
    assert day_and_age.probability == pytest.approx(lung_fit().survival([74, 1], [306]).probability)


def refusal(found: Cohort, *names: str, strata: tuple[str, ...] = ()) -> str:
    """Fit what is refused, and tell the code."""
    with pytest.raises(RefitRefused) as refused:
        fit(found, names, strata, 0.0)
    assert str(refused.value) == refused.value.detail
    return refused.value.code


def test_a_covariate_on_its_way_to_infinity_is_refused_as_separation() -> None:
    # Everybody who died had x = 1 while some with x = 0 were at risk: the more, the likelier.
    found = cohort(np.arange(1, 41), [n % 2 == 0 for n in range(40)], {"x": [1, 0] * 20})

    assert refusal(found, "x") == "separation"


def test_separation_by_two_covariates_together_is_found() -> None:
    random = np.random.default_rng(4)
    a, b = random.normal(size=(2, 60))
    found = cohort(np.argsort(np.argsort(a + b)) + 1.0, [True] * 60, {"a": a, "b": b})

    assert refusal(found, "a", "b") == "separation"


def is_separated(found: Cohort) -> bool:
    """Tell by linear programming whether some direction never ranks a death below its risk set."""
    x = found.matrix(("x", "y"))
    died, at_risk = np.nonzero(found.events[:, None] & (found.days >= found.days[:, None]))
    ahead = x[died] - x[at_risk]
    best = linprog(-ahead.sum(axis=0), A_ub=-ahead, b_ub=np.zeros(len(ahead)), bounds=(-1, 1))
    return bool(-best.fun > 1e-7)


PATIENTS = st.lists(
    st.tuples(st.integers(1, 8), st.booleans(), st.integers(0, 3), st.integers(0, 1)), min_size=6
)


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_what_is_separated_is_refused_and_nothing_else_is_called_so(
    patients: list[tuple[int, bool, int, int]],
) -> None:
    # Albert A, Anderson JA. Biometrika 1984;71:1-10, for the risk sets of a Cox model.
    days, events, x, y = zip(*patients, strict=True)
    found = cohort(days, events, {"x": x, "y": y})
    try:
        fit(found, ("x", "y"), (), 0.0)
        code = None
    except RefitRefused as refused:
        code = refused.code

    assert code != "not-converged"
    if code in ("separation", None):
        assert (code == "separation") is is_separated(found)


def test_a_covariate_that_all_the_censored_share_is_fitted() -> None:
    # lifelines warns of separation here; it is none, for the dying differ among each other.
    random = np.random.default_rng(5)
    events = random.random(80) < 0.6
    x = np.where(events, random.integers(0, 2, 80), 0)

    found = fit(cohort(random.exponential(100, 80), events, {"x": x}), ("x",), (), 0.0)

    assert np.isfinite(found.coefficients).all()


def test_a_copy_of_a_covariate_is_refused_as_collinear() -> None:
    columns = {"age": lung().columns["age"], "months": lung().columns["age"] * 12 + 3}

    assert refusal(replace(lung(), columns=columns), "age", "months") == "collinear"


def test_a_sum_of_covariates_is_refused_as_collinear() -> None:
    columns = lung().columns
    total = {"age": columns["age"], "sex": columns["sex"], "sum": columns["age"] + columns["sex"]}

    assert refusal(replace(lung(), columns=total), "age", "sex", "sum") == "collinear"


def test_a_constant_covariate_is_refused_as_without_variation() -> None:
    found = replace(lung(), columns={"age": lung().columns["age"], "one": np.ones(228)})

    assert refusal(found, "age", "one") == "no-variation"


def test_a_covariate_constant_in_each_stratum_is_refused_as_without_variation() -> None:
    assert refusal(rossi(), "fin", "race", strata=("race",)) == "no-variation"


@pytest.mark.parametrize(("events", "names"), [(0, ("x",)), (1, ("x",)), (2, ("x", "y"))])
def test_no_more_events_than_parameters_are_refused(events: int, names: tuple[str, ...]) -> None:
    random = np.random.default_rng(6)
    columns = {"x": random.normal(size=30), "y": random.normal(size=30)}
    found = cohort(np.arange(1, 31), [n < events for n in range(30)], columns)

    assert refusal(found, *names) == "too-few-events"


def test_a_cohort_without_rows_is_refused() -> None:
    assert refusal(cohort([], [], {"x": []}), "x") == "too-few-events"


def test_a_ridge_fits_what_is_collinear_or_separated() -> None:
    columns = {"age": lung().columns["age"], "copy": lung().columns["age"]}

    found = fit(replace(lung(), columns=columns), ("age", "copy"), (), 0.1)

    assert found.coefficients[0] == pytest.approx(found.coefficients[1], rel=1e-9)


def test_a_refusal_crosses_from_one_process_to_another() -> None:
    copy = pickle.loads(pickle.dumps(RefitRefused("collinear", "each follows")))

    assert (copy.code, copy.detail) == ("collinear", "each follows")


def test_a_model_has_a_submodel_for_each_set_of_covariates_known_together() -> None:
    model = a_model()

    named = {frozenset(sub.covariates) for sub in model.submodels}
    assert model.fit.covariates[:3] == ("log1p_ctc", "line_of_therapy", "visceral_metastasis")
    assert frozenset({"log1p_ctc"}) in named
    assert frozenset(model.fit.covariates) - {"visceral_metastasis"} in named
    assert all("log1p_ctc" in sub.covariates for sub in model.submodels)


def test_a_submodel_stands_on_every_row_that_knows_its_covariates() -> None:
    rows = simulated_rows()
    cohort_ = cohort_of(rows, [REGISTRY[name] for name in a_model().fit.covariates])

    for sub in a_model().submodels:
        assert sub.patients == len(cohort_.knowing(sub.covariates)) > a_model().fit.patients


def test_a_submodel_that_is_refused_is_not_kept() -> None:
    rows = opened(simulated_rows(n=60, missing=0.0))
    names = ("log1p_ctc", "er_positive")
    known = dict(rows[0].known)
    del known["er_status"]
    lacking = a_table((replace(rows[0], known=known), *rows[1:]))

    model = fit_model(request(covariates=names), lacking, REGISTRY, lambda _: None)

    # 60 patients have fewer than 50 events, which the gate on events refuses.
    assert model.fit.events < 50
    assert model.submodels == ()


def test_rows_that_lack_a_covariate_are_counted_in_the_model() -> None:
    model = a_model()

    assert model.left_out == {"missing_covariate": 300 - model.fit.patients}


def test_the_fit_finds_the_simulated_effect_of_the_count() -> None:
    # The simulation's coefficient is 0.3; four standard errors are exceeded once in 16,000 times.
    found = a_model().fit
    error = found.standard_errors[0]

    assert abs(found.coefficients[0] - 0.3) < 4 * error


def test_a_model_is_the_same_to_the_last_byte_when_fitted_again() -> None:
    shuffled = a_table(opened(simulated_rows())[::-1])

    again = fit_model(request(), shuffled, REGISTRY, lambda _: None)

    assert canonical_json(to_artefact(again)) == canonical_json(to_artefact(a_model()))


def test_progress_rises_to_the_end() -> None:
    told: list[float] = []

    fit_model(request(), simulated_rows(), REGISTRY, told.append)

    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_similar_patients_are_counted_by_group_and_line() -> None:
    cells = [cell for cell in a_model().similar if cell.scheme == "cellsearch-5"]

    everybody = [cell for cell in cells if cell.line is None]
    assert sum(cell.patients for cell in everybody) == 300
    assert sum(cell.patients for cell in cells if cell.line is not None) == 300
    assert all(cell.km_12_months is not None for cell in everybody)


def test_the_kaplan_meier_estimate_of_a_small_cell_is_left_out() -> None:
    small = [cell for cell in a_model().similar if cell.patients < 10]

    assert small
    assert all(cell.km_12_months is None for cell in small)


def test_the_top_decile_of_the_count_has_its_own_cell() -> None:
    top = a_model().top_decile
    counts = sorted(int(row.known["ctc_count"].value) for row in opened(simulated_rows()))  # type: ignore[arg-type]

    assert top is not None
    assert top.group == f">={counts[270]}"
    assert 30 <= top.patients <= 33


def test_median_follow_up_is_that_of_being_censored() -> None:
    # Of those who live, follow-up of 30, 60, … 270 days has its median at the fifth.
    rows = simulated_rows(n=9)
    days = range(30, 300, 30)
    followed = [
        replace(row, days=d, event=False) for row, d in zip(opened(rows), days, strict=True)
    ]
    dead = [
        replace(row, patient_id=f"X{row.patient_id}", days=0.5, event=True)
        for row in opened(simulated_rows(n=20, seed=2))
    ]

    model = fit_model(
        request(covariates=("age",)), a_table((*followed, *dead)), REGISTRY, lambda _: None
    )

    assert model.median_follow_up_months == pytest.approx(150 / 30.4375)


def test_a_model_by_index_date_has_no_count() -> None:
    rows = simulated_rows()
    without = a_table(
        replace(row, known={n: k for n, k in row.known.items() if n != "ctc_count"})
        for row in opened(rows)
    )

    model = fit_model(request(clock="index_date"), without, REGISTRY, lambda _: None)

    assert "log1p_ctc" not in model.fit.covariates
    assert (model.similar, model.top_decile) == ((), None)


def test_an_unknown_covariate_is_named() -> None:
    with pytest.raises(ValueError, match="no such covariate: shoe_size"):
        fit_model(request(covariates=("shoe_size",)), simulated_rows(), REGISTRY, lambda _: None)


def test_a_constant_count_is_refused_and_not_passed_over() -> None:
    rows = tuple(
        replace(row, known={**row.known, "ctc_count": Known(0, START)})
        for row in opened(simulated_rows())
    )

    with pytest.raises(RefitRefused) as refused:
        fit_model(request(), a_table(rows), REGISTRY, lambda _: None)

    assert refused.value.code == "no-variation"
