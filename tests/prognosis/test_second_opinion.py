"""What lifelines confirms of fits by R, and of which errors it does not let pass."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lifelines import CoxPHFitter
from numpy.typing import ArrayLike

from app.prognosis import lifelines_fit
from app.prognosis.engine.rows import Floats, SurvivalRows, survival_rows
from app.prognosis.lifelines_fit import Estimates
from app.prognosis.refusals import RefitRefused
from app.prognosis.second_opinion import (
    ROWS_AT_MOST,
    Method,
    SecondOpinion,
    second_opinion,
)

FOLDER = Path(__file__).parents[1] / "data" / "survival"
# Written by second_opinion.R beside it.
BY_R = json.loads((FOLDER / "second_opinion.json").read_text())

ROSSI = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
GBSG2 = ("hormone", "age", "post", "tsize", "grade2", "grade3", "pnodes", "progrec", "estrec")
FEW = ("hormone", "age", "pnodes")
MONTH = 30.4375
EFRON = Method()


def table(name: str) -> dict[str, Floats]:
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    # Whether a row of lung lacks its institution or grade is of no matter here.
    return {
        column: np.array(
            [np.nan if line[column] == "NA" else float(line[column]) for line in lines]
        )
        for column in lines[0]
    }


def rossi(names: Sequence[str] = ROSSI, strata: str | None = None) -> SurvivalRows:
    columns = table("rossi")
    return rows_of(columns, names, columns["week"] * 7, columns["arrest"], strata)


def lung(names: Sequence[str] = ("age", "sex"), strata: str | None = None) -> SurvivalRows:
    columns = table("lung")
    return rows_of(columns, names, columns["time"], columns["status"], strata)


def gbsg2(
    names: Sequence[str] = GBSG2, strata: str | None = None, whole_months: bool = False
) -> SurvivalRows:
    columns = table("gbsg2")
    days = np.ceil(columns["time"] / MONTH) * MONTH if whole_months else columns["time"]
    return rows_of(columns, names, days, columns["status"], strata)


def heart() -> SurvivalRows:
    columns = table("heart")
    x = np.column_stack([columns[name] for name in ("age", "year", "surgery", "transplant")])
    return survival_rows(x, columns["stop"], columns["event"], starts=columns["start"])


def rows_of(
    columns: dict[str, Floats],
    names: Sequence[str],
    days: Floats,
    events: Floats,
    strata: str | None,
) -> SurvivalRows:
    x = np.column_stack([columns[name] for name in names])
    return survival_rows(x, days, events, strata=None if strata is None else columns[strata])


def by_r(name: str) -> Estimates:
    figures = BY_R[name]
    return Estimates(
        beta=np.array(figures["coefficients"]),
        standard_errors=np.array(figures["standard_errors"]),
        log_likelihood=figures["log_likelihood"],
        survival=lambda _: np.array(figures["survival"]),
    )


def plain_fit(rows: SurvivalRows) -> Estimates:
    """Climb by Newton's steps over the likelihood as it is printed, tie by tie."""
    beta = np.zeros(rows.x.shape[1])
    value, score, information, steps = plain_sums(rows, beta)
    for _ in range(30):
        step = np.linalg.solve(information, score)
        while plain_sums(rows, beta + step)[0] < value - 1e-9:
            step = step / 2
        beta = beta + step
        value, score, information, steps = plain_sums(rows, beta)
        if np.abs(step).max() < 1e-10:
            break
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return Estimates(beta, errors, value, plain_curve(steps))


def plain_sums(
    rows: SurvivalRows, beta: Floats, ties: str = "efron"
) -> tuple[float, Floats, Floats, list[list[tuple[float, float]]]]:
    """Sum a likelihood, its derivatives and the steps of each stratum's baseline hazard."""
    value, score, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    steps: list[list[tuple[float, float]]] = []
    ratios = np.exp(rows.x @ beta)
    for block in rows.blocks():
        steps.append([])
        x, stops, ratio, died = rows.x[block], rows.stops[block], ratios[block], rows.events[block]
        for time in np.unique(stops[died]):
            at_risk, dying = stops >= time, died & (stops == time)
            deaths = int(dying.sum())
            share = np.arange(deaths) / deaths * (ties == "efron")
            s0, s1, s2 = (
                np.array([r - k * t for k in share])
                for r, t in zip(
                    moments(x[at_risk], ratio[at_risk]),
                    moments(x[dying], ratio[dying]),
                    strict=True,
                )
            )
            mean = s1 / s0[:, None]
            value += float((x[dying] @ beta).sum() - np.log(s0).sum())
            score += x[dying].sum(axis=0) - mean.sum(axis=0)
            information += (s2 / s0[:, None, None]).sum(axis=0) - mean.T @ mean
            steps[-1].append((float(time), float((1 / s0).sum())))
    return value, score, information, steps


def moments(x: Floats, ratio: Floats) -> tuple[float, Floats, Floats]:
    return float(ratio.sum()), ratio @ x, (x.T * ratio) @ x


def plain_curve(steps: list[list[tuple[float, float]]]) -> Callable[[Floats], Floats]:
    return lambda days: np.array(
        [[np.exp(-sum(h for t, h in of if t <= day)) for day in days] for of in steps]
    )


def opinion(
    rows: SurvivalRows,
    ours: Estimates,
    refit: Callable[[SurvivalRows], Estimates] = plain_fit,
    method: Method = EFRON,
    seed: int = 1,
) -> SecondOpinion:
    names = [f"covariate {place}" for place in range(rows.x.shape[1])]
    return second_opinion(rows, ours, refit, names=names, method=method, seed=seed)


@cache
def many_rows() -> SurvivalRows:
    """Draw 30,000 patients whose follow-up is known in half years."""
    random = np.random.default_rng(7)
    x = np.column_stack([random.normal(size=30_000), random.random(30_000) < 0.3])
    died = random.exponential(900 * np.exp(-x @ [0.3, 0.5]))
    followed = random.uniform(200, 1500, len(x))
    days = np.ceil(np.minimum(died, followed) / (6 * MONTH)) * 6 * MONTH
    return survival_rows(x, days, died <= followed, strata=random.integers(0, 2, len(x)))


@cache
def fit_of_many_rows() -> Estimates:
    return plain_fit(many_rows())


@pytest.mark.parametrize(
    ("name", "rows", "penalizer"),
    [
        ("rossi", rossi(), 0.0),
        ("rossi by race", rossi(("fin", "age", "prio"), "race"), 0.0),
        ("lung", lung(), 0.0),
        ("lung by sex", lung(("age",), "sex"), 0.0),
        ("gbsg2", gbsg2(), 0.0),
        ("gbsg2 by post", gbsg2(FEW, "post"), 0.0),
        ("gbsg2 ridge", gbsg2(), 0.1),
        ("gbsg2 ridge by post", gbsg2(FEW, "post"), 0.1),
        ("gbsg2 whole months", gbsg2(whole_months=True), 0.0),
    ],
)
def test_lifelines_confirms_what_r_finds(name: str, rows: SurvivalRows, penalizer: float) -> None:
    said = opinion(rows, by_r(name), method=Method(penalizer=penalizer))

    assert said.verdict == "agrees", said.reason
    assert said.rows == BY_R[name]["rows"]
    assert said.differences is not None
    # Far inside the limits, so that rounding alone never breaks one.
    assert said.differences.coefficient < 2e-6
    assert said.differences.survival is not None
    assert said.differences.survival < 1e-7
    assert said.differences.log_likelihood < 1e-7


def test_of_rows_that_enter_late_the_survival_is_not_compared() -> None:
    said = opinion(heart(), by_r("heart"))

    assert said.verdict == "agrees", said.reason
    assert said.differences is not None
    assert said.differences.survival is None
    assert said.differences.coefficient < 2e-6


def test_rows_that_all_enter_at_nought_do_not_enter_late() -> None:
    columns = table("lung")
    x = np.column_stack([columns["age"], columns["sex"]])
    rows = survival_rows(x, columns["time"], columns["status"], starts=np.zeros(len(x)))

    said = opinion(rows, by_r("lung"))

    assert said.verdict == "agrees"
    assert said.differences is not None
    assert said.differences.survival is not None


def moved(by: ArrayLike) -> Callable[[Estimates], Estimates]:
    return lambda of: replace(of, beta=of.beta + np.asarray(by) * of.standard_errors)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (moved([2e-4, 0]), "the coefficient of covariate 0 differs by 0.0002 errors"),
        (moved([0, -2e-4]), "the coefficient of covariate 1 differs by 0.0002 errors"),
        (
            moved([0, np.nan]),
            (
                "the coefficient of covariate 1 differs by nan errors; "
                "the log likelihood differs by nan"
            ),
        ),
        (
            lambda of: replace(of, standard_errors=of.standard_errors * [1, 1.001]),
            "a standard error differs by 0.10%",
        ),
        (
            lambda of: replace(of, log_likelihood=of.log_likelihood + 1e-5),
            "the log likelihood differs by 1e-05",
        ),
        (
            lambda of: replace(
                of, survival=lambda days: of.survival(days) + np.array([0, 0, 0.001])
            ),
            "survival differs by 0.001",
        ),
        (
            lambda of: replace(of, survival=lambda days: of.survival(days) * np.nan),
            "survival differs by nan",
        ),
    ],
)
def test_one_wrong_figure_is_found(wrong: Callable[[Estimates], Estimates], reason: str) -> None:
    said = opinion(lung(), wrong(by_r("lung")))

    assert (said.verdict, said.reason) == ("disagrees", reason)


def test_a_fit_with_the_wrong_penalty_is_found() -> None:
    said = opinion(gbsg2(), by_r("gbsg2 ridge"), method=Method(penalizer=0.101))

    assert said.verdict == "disagrees"


def test_a_baseline_with_the_wrong_ties_is_found() -> None:
    rows = gbsg2(FEW, whole_months=True)
    right = plain_fit(rows)
    breslow = plain_curve(plain_sums(rows, right.beta, "breslow")[3])

    assert opinion(rows, right).verdict == "agrees"
    assert opinion(rows, replace(right, survival=breslow)).reason.startswith("survival differs")


def test_a_curve_that_is_drawn_a_day_late_is_found() -> None:
    right = plain_fit(gbsg2(whole_months=True))
    late = replace(right, survival=lambda days: right.survival(days - 1))

    said = opinion(gbsg2(whole_months=True), late)

    assert said.reason.startswith("survival differs")


@pytest.mark.parametrize(
    ("method", "given", "reason"),
    [
        (Method(firth=True), {}, "lifelines does not fit Firth's penalty"),
        (Method(ties="breslow"), {}, "lifelines does not fit Breslow's ties"),
        (
            Method(),
            {"weights": np.repeat([1.0, 2.0], 114)},
            "lifelines does not fit weights as Efron's ties need",
        ),
        (Method(), {"offset": np.repeat([0.0, 0.1], 114)}, "lifelines does not fit an offset"),
    ],
)
def test_what_lifelines_does_not_fit_is_not_compared(
    method: Method, given: dict[str, Floats], reason: str
) -> None:
    columns = table("lung")
    x = np.column_stack([columns["age"], columns["sex"]])
    rows = survival_rows(x, columns["time"], columns["status"], **given)

    said = opinion(rows, by_r("lung"), method=method)

    assert (said.verdict, said.reason) == ("not-comparable", reason)
    assert said.differences is None


def test_weights_of_one_are_no_weights() -> None:
    columns = table("lung")
    x = np.column_stack([columns["age"], columns["sex"]])
    rows = survival_rows(x, columns["time"], columns["status"], weights=np.ones(len(x)))

    assert opinion(rows, by_r("lung")).verdict == "agrees"


def test_the_unit_of_a_covariate_is_of_no_matter() -> None:
    columns = table("lung")
    x = np.column_stack([columns["age"] * 1e-6, columns["sex"] * 1e6])
    rows, of = survival_rows(x, columns["time"], columns["status"]), by_r("lung")
    scale = np.array([1e6, 1e-6])

    said = opinion(
        rows, replace(of, beta=of.beta * scale, standard_errors=of.standard_errors * scale)
    )

    assert said.verdict == "agrees", said.reason


class Watched(CoxPHFitter):  # type: ignore[misc]
    """Keeps what each fit was asked for."""

    asked: list[dict[str, Any]]

    def fit(self, *arguments: Any, **named: Any) -> CoxPHFitter:
        self.asked.append(named)
        return super().fit(*arguments, **named)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr(Watched, "asked", [], raising=False)
    monkeypatch.setattr(lifelines_fit, "CoxPHFitter", Watched)
    return Watched.asked


def test_lifelines_is_not_told_where_the_maximum_is(asked: list[dict[str, Any]]) -> None:
    said = opinion(lung(), moved([3, 5])(by_r("lung")))

    assert said.differences is not None
    assert said.differences.coefficient == pytest.approx(5, abs=1e-5)
    assert [set(named) for named in asked] == [{"entry_col", "batch_mode", "fit_options"}]


def overshooting_rows() -> SurvivalRows:
    """Draw covariates with tails so long that a whole step of Newton's goes far too far."""
    random = np.random.default_rng(13)
    x = np.exp(2.2 * random.normal(size=(200, 2)))
    x /= x.std(axis=0)
    risk = np.exp(np.clip(0.8 * x.sum(axis=1), -5, 20))
    days = np.maximum(np.ceil(400 * random.exponential(1 / risk)), 1)
    return survival_rows(x, days, random.random(200) < 0.7)


def test_where_lifelines_overshoots_it_climbs_again_from_nought_in_shorter_steps(
    asked: list[dict[str, Any]],
) -> None:
    rows = overshooting_rows()

    said = opinion(rows, plain_fit(rows))

    assert said.verdict == "agrees", said.reason
    assert [named["fit_options"]["step_size"] for named in asked] == [0.95, 0.5]
    assert all("initial_point" not in named for named in asked)


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ([0, 0, 0, 1, 1, 1], "Newton-Raphson convergence completed successfully but"),
        ([1, 1, 1, 1, 1, 1], "a covariate is the same in every row"),
    ],
)
def test_rows_without_a_maximum_have_no_model_to_agree_with(
    column: list[float], reason: str
) -> None:
    rows = survival_rows(np.array([column]).T, [6, 5, 4, 3, 2, 1], [0, 0, 0, 1, 1, 1])
    ours = Estimates(np.array([20.0]), np.array([1.0]), 0.0, lambda _: np.ones((1, 3)))

    said = opinion(rows, ours)

    assert said.verdict == "disagrees"
    assert said.reason.startswith(f"lifelines finds no maximum: {reason}")


def test_of_many_rows_both_engines_fit_the_same_seeded_sample() -> None:
    rows, fitted = many_rows(), list[SurvivalRows]()

    def refit(sample: SurvivalRows) -> Estimates:
        fitted.append(sample)
        return plain_fit(sample)

    said = opinion(rows, fit_of_many_rows(), refit)
    again = opinion(rows, fit_of_many_rows(), refit)
    other = opinion(rows, fit_of_many_rows(), refit, seed=2)

    assert said.verdict == "agrees", said.reason
    assert said == again
    assert said.rows == len(fitted[0]) == ROWS_AT_MOST
    assert said.differences is not None
    assert said.differences.survival is not None
    assert said.differences.from_the_whole is not None
    assert np.array_equal(fitted[0].x, fitted[1].x)
    assert not np.array_equal(fitted[0].x, fitted[2].x)
    assert (said.seed, other.seed) == (1, 2)


def test_a_fit_of_many_rows_that_lies_far_from_its_sample_is_found() -> None:
    said = opinion(many_rows(), moved([10, 0])(fit_of_many_rows()))

    assert said.verdict == "disagrees"
    assert said.reason.startswith("a coefficient of all rows lies ")


def test_an_engine_that_errs_on_the_sample_is_found() -> None:
    said = opinion(
        many_rows(), fit_of_many_rows(), lambda sample: moved([0, 2e-4])(plain_fit(sample))
    )

    assert said.reason == "the coefficient of covariate 1 differs by 0.0002 errors"


def test_a_sample_that_yields_no_model_is_not_compared() -> None:
    def refit(_: SurvivalRows) -> Estimates:
        raise RefitRefused("no-variation", "the same in all 20000 rows: ecog")

    said = opinion(many_rows(), fit_of_many_rows(), refit)

    assert said.verdict == "not-comparable"
    assert said.reason == "no model of the sample: the same in all 20000 rows: ecog"


def test_of_few_rows_nothing_is_fitted_again() -> None:
    def refit(_: SurvivalRows) -> Estimates:
        raise AssertionError("refitted")

    said = opinion(lung(), by_r("lung"), refit)

    assert said.verdict == "agrees"
    assert said.lifelines == version("lifelines")


def test_late_entries_are_sampled_with_their_rows() -> None:
    rows = many_rows()
    late = survival_rows(rows.x, rows.stops, rows.events, starts=np.where(rows.x[:, 0] > 0, 90, 0))
    fitted = list[SurvivalRows]()

    def refit(sample: SurvivalRows) -> Estimates:
        fitted.append(sample)
        raise RefitRefused("collinear", "each follows from the others")

    opinion(late, fit_of_many_rows(), refit)

    (sample,) = fitted
    assert sample.starts is not None
    whole = sample.x + sample.means
    assert np.array_equal(sample.starts == 90, whole[:, 0] > 0)


def test_estimates_of_other_covariates_are_refused() -> None:
    with pytest.raises(ValueError, match="not of the 9 covariates"):
        opinion(gbsg2(), by_r("lung"))
