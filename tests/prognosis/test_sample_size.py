"""Riley's criteria against published numbers and by hand."""

from math import exp, log, sqrt

import pytest

from app.prognosis.sample_size import (
    RileySampleSize,
    events_per_parameter,
    largest_r2,
    overfitting,
    riley,
)


def usual(parameters: int = 5, r2: float = 0.15, max_r2: float | None = None) -> RileySampleSize:
    """Size a model where half of the patients die within two years, the mean follow-up."""
    return riley(parameters, r2, rate=log(2) / 2, horizon=1.0, mean_follow_up=1.3, max_r2=max_r2)


# 5 / (0.1 * -ln(1 - 0.15 / 0.9)) = 274.24, and twice as much for 10.
@pytest.mark.parametrize(("parameters", "patients"), [(1, 55), (5, 275), (10, 549)])
def test_a_parameter_needs_about_55_patients(parameters: int, patients: int) -> None:
    assert usual(parameters).shrinkage == patients


# Recurrence of venous thrombosis with 30 parameters: Riley RD et al. BMJ 2020;368:m441, which the
# R package pmsampsize 1.0.3 has as its example. The others are that package's own test cases.
@pytest.mark.parametrize(
    ("parameters", "r2", "figures", "largest", "patients", "per_parameter"),
    [
        (30, 0.051, (0.065, 2, 2.07), 0.55, (5143, None), 23.07),
        (25, 0.051, (0.065, 2, 2.07), 0.55, (4286, 875), 23.07),
        (25, 0.065, (0.065, 2, 2.07), 0.55, (3335, 868), 17.95),
        (50, 0.051, (0.065, 2, 2.07), 0.55, (8572, 1749), 23.07),
        (25, 0.051, (0.1, 2, 2.07), 0.66, (4286, 725), 35.49),
        (25, 0.051, (0.065, 2, 4), 0.70, (4286, 684), 44.57),
        (40, 0.06, (0.08, 3, 5), 0.78, (5798, 974), 57.98),
        (10, 0.03, (0.09, 3, 3), 0.71, (2950, 273), 79.65),
        (80, 0.3, (0.03, 1, 5), 0.58, (1974, 2279), 4.27),
    ],
)
def test_the_published_numbers_come_out(
    parameters: int,
    r2: float,
    figures: tuple[float, float, float],
    largest: float,
    patients: tuple[int, int | None],
    per_parameter: float,
) -> None:
    named = dict(zip(("rate", "horizon", "mean_follow_up"), figures, strict=True))

    found = riley(parameters, r2, **named)
    rounded = riley(parameters, r2, **named, max_r2=largest)

    assert found.shrinkage == patients[0]
    assert found.largest_r2 == pytest.approx(largest, abs=0.005)
    assert found.events_per_parameter == pytest.approx(per_parameter, abs=0.015)
    # The package rounds the largest R2 to two digits and the shrinkage to three.
    assert patients[1] is None or rounded.optimism == pytest.approx(patients[1], rel=0.003)


def test_the_second_criterion_by_hand() -> None:
    # A shrinkage of 0.15 / (0.15 + 0.05 * 0.75) = 0.8, and 5 / (0.2 * -ln(1 - 0.15 / 0.8)).
    by_hand = 5 / (0.2 * -log(1 - 0.1875))

    assert usual(max_r2=0.75).optimism == int(by_hand) + 1 == 121


def widest(patients: float, rate: float, horizon: float, follow_up: float) -> float:
    """Half the interval of the risk, on its wider side, as the criterion is published."""
    error = 1.96 * sqrt(rate / (patients * follow_up))
    risks = [1 - exp(-(rate + shift) * horizon) for shift in (-error, 0, error)]
    return max(risks[1] - risks[0], risks[2] - risks[1])


@pytest.mark.parametrize(
    ("rate", "horizon", "follow_up"),
    [(0.065, 2.0, 2.07), (0.3, 1.0, 1.3), (0.04, 12.0, 20.0), (0.01, 200.0, 30.0)],
)
def test_the_third_criterion_is_met_by_its_patients_and_by_no_fewer(
    rate: float, horizon: float, follow_up: float
) -> None:
    found = riley(2, 0.1, rate=rate, horizon=horizon, mean_follow_up=follow_up).risk

    assert widest(found, rate, horizon, follow_up) <= 0.05
    assert widest(found - 1, rate, horizon, follow_up) > 0.05


def test_a_risk_below_the_margin_is_bound_from_above_alone() -> None:
    found = riley(2, 0.01, rate=0.02, horizon=1.0, mean_follow_up=2.0).risk
    error = 1.96 * sqrt(0.02 / (found * 2))

    assert exp(-0.02) - exp(-(0.02 + error)) <= 0.05
    assert 1 - exp(-0.02) < 0.05


def test_the_largest_criterion_rules() -> None:
    # At one year S = 2^-0.5 = 0.70711; ln 0.75711 = -0.27825; so the rate may err by
    # 0.34657 - 0.27825 = 0.06832, and 0.34657 / 1.3 * (1.96 / 0.06832)^2 = 219.4 patients do.
    found = usual(1)

    assert (found.shrinkage, found.risk) == (55, 220)
    assert found.patients == 220
    # 220 * 0.34657 * 1.3 = 99.12
    assert found.events == 100
    assert found.events_per_parameter == pytest.approx(99.12, abs=0.01)


def test_where_every_patient_has_the_event_the_largest_r2_is_known() -> None:
    assert largest_r2(1.0) == pytest.approx(1 - exp(-2))


def test_a_cohort_tells_its_own_shrinkage() -> None:
    # rossi, 7 parameters: (33.2659 - 7) / 33.2659.
    found = overfitting(33.2659, 432, 7)

    assert found.shrinkage == pytest.approx(0.78957, abs=1e-5)
    assert found.r2_apparent == pytest.approx(1 - exp(-33.2659 / 432))
    assert found.r2_adjusted == found.shrinkage * found.r2_apparent


def test_a_cohort_as_large_as_asked_for_has_the_shrinkage_asked_for() -> None:
    # The R2 as fitted is the expected one over its shrinkage.
    chi_square = -274.24 * log(1 - 0.15 / 0.9)

    found = overfitting(chi_square, 274, 5)

    assert found.shrinkage == pytest.approx(0.9, abs=1e-4)
    assert found.r2_adjusted == pytest.approx(0.15, abs=2e-4)


def test_a_fit_no_better_than_noise_keeps_nothing() -> None:
    assert overfitting(4.0, 100, 5).shrinkage == -0.25


def test_events_are_shared_out_among_the_parameters() -> None:
    assert events_per_parameter(114, 7) == pytest.approx(16.2857, abs=1e-4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": 0}, "0 parameters; at least 1 needed"),
        ({"r2_cox_snell": 0.0}, "R2 0; above 0 and below 0.802 needed"),
        ({"r2_cox_snell": 0.81}, "R2 0.81; above 0 and below 0.802 needed"),
        ({"r2_cox_snell": 0.95, "max_r2": 1.0}, "R2 0.95; above 0 and below 0.9 needed"),
        ({"rate": 0.0}, "rate 0, horizon 1, follow-up 1.5"),
        ({"horizon": float("nan")}, "rate 0.3, horizon nan, follow-up 1.5"),
        ({"mean_follow_up": 4.0}, "1.2 events a patient; above 0 and at most 1 expected"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(changes: dict[str, float], message: str) -> None:
    usual = {"parameters": 5, "r2_cox_snell": 0.15, "rate": 0.3, "horizon": 1.0}

    with pytest.raises(ValueError, match=message):
        riley(**({**usual, "mean_follow_up": 1.5} | changes))  # type: ignore[arg-type]


def test_a_fit_without_a_gain_or_parameters_has_no_shrinkage() -> None:
    with pytest.raises(ValueError, match="likelihood ratio 0 of 100 patients"):
        overfitting(0.0, 100, 5)
    with pytest.raises(ValueError, match="0 parameters"):
        overfitting(10.0, 100, 0)
    with pytest.raises(ValueError, match="0 parameters"):
        events_per_parameter(10, 0)
