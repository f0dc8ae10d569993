"""Whatever cohort is fitted ends in a model of finite numbers or in a typed refusal."""

from dataclasses import fields
from math import isfinite
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from app.prognosis.cohort import Cohort, Floats
from app.prognosis.cox import fit
from app.prognosis.engine.rows import MalformedRows
from app.prognosis.fitted import Fit
from app.prognosis.gates import judge_fit, reason
from app.prognosis.refusals import RefitRefused, RefusalCode
from app.prognosis.survival import Baseline
from tests.prognosis.cohorts import cohort

NAMES = ("age", "ecog", "line_of_therapy")
"""No digit is in them, so one in a message is a number of the case."""

COLUMNS = (
    "normal", "binary", "rare", "count", "huge", "tiny", "constant", "gaps", "infinite",
    "the days", "the events", "the first", "alike at events",
)  # fmt: skip

SOUND = ("normal", "binary", "count")

TIMES = ("whole", "tied", "continuous", "equal", "nought", "negative", "unknown")

SIZES = (1, 2, 3, 5, 8, 12, 20, 30, 40, 60, 80, 100, 120, 150, 200, 250)


def column(random: np.random.Generator, kind: str, days: Floats, events: Floats) -> Floats:
    """Draw one covariate of a kind."""
    n = len(days)
    some = random.random(n) < 0.1
    drawn = {
        "normal": random.normal(60, 10, n),
        "binary": (random.random(n) < 0.4).astype(np.float64),
        "rare": (np.arange(n) == random.integers(n)).astype(np.float64),
        "count": np.log1p(np.floor(np.exp(random.normal(1.5, 2.6, n)))),
        "huge": np.where(some, 1e9, random.normal(size=n)),
        "tiny": 1e-9 * random.normal(size=n),
        "constant": np.ones(n),
        "gaps": np.where(some, np.nan, random.normal(size=n)),
        "infinite": np.where(some, np.inf, random.normal(size=n)),
        "the days": -days,
        "the events": events,
        "the first": np.full(n, np.nan),
        "alike at events": np.where(events == 1, 0.0, random.normal(size=n)),
    }
    return np.asarray(drawn[kind])


def followed(random: np.random.Generator, kind: str, n: int) -> Floats:
    """Draw the ends of follow-up of a kind."""
    whole, some = np.ceil(random.exponential(400, n)), random.random(n) < 0.1
    drawn = {
        "whole": whole,
        "tied": random.integers(1, 5, n).astype(np.float64),
        "continuous": random.exponential(400, n) + 1e-6,
        "equal": np.full(n, 30.0),
        "nought": np.where(some, 0.0, whole),
        "negative": np.where(some, -whole, whole),
        "unknown": np.where(some, np.nan, whole),
    }
    return drawn[kind]


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[Cohort, tuple[str, ...], tuple[str, ...], float]:
    """Draw a cohort with its covariates, strata and penalty, more often sound than not."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.sampled_from(SIZES))
    days = followed(random, draw(st.sampled_from([*TIMES, *("whole",) * 14])), n)
    share = draw(st.sampled_from([0.0, 0.1, 0.3, 0.6, 0.6, 0.8, 1.0]))
    events = (random.random(n) < share).astype(np.float64)
    names = NAMES[: draw(st.sampled_from([0, *(1, 2, 3) * 8]))]
    columns: dict[str, Floats] = {}
    for name in names:
        kind = draw(st.sampled_from([*COLUMNS, *SOUND * 8]))
        first = 2 * columns[names[0]] + 1 if kind == "the first" and columns else None
        columns[name] = column(random, kind, days, events) if first is None else first
    columns["her2_positive"] = (random.random(n) < 0.3).astype(np.float64)
    strata = draw(st.sampled_from([(), (), ("her2_positive",)]))
    return cohort(days, events, columns), names, strata, draw(st.sampled_from([0.0, 0.0, 0.1]))


def numbers(subject: Fit | Baseline) -> list[float]:
    """Gather every number of a fit, or of one of its baselines."""
    values = [getattr(subject, each.name) for each in fields(subject)]
    return [
        float(number)
        for value in values
        if isinstance(value, int | float | np.ndarray)
        for number in np.ravel(value)
    ]


def assert_usable(model: Fit) -> None:
    """Look for anything that is not a number, in the fit, its gates and its predictions."""
    assert np.isfinite(numbers(model)).all()
    assert (model.standard_errors > 0).all()
    for outcome in judge_fit(model):
        assert outcome.verdict == "refused" or outcome.value is not None
        assert outcome.verdict == "passed" or has_a_number(reason(outcome)[1])
    assert isfinite(model.log_hazard_ratio(model.maxima))
    for baseline in model.baselines:
        assert np.isfinite(numbers(baseline)).all()
        band = model.survival(model.means, [1, 365, 4000], baseline.stratum)
        assert ((band.probability >= 0) & (band.probability <= 1)).all()
        assert np.isfinite(band.interval() or (0.0,)).all()


def has_a_number(message: str) -> bool:
    return any(letter.isdigit() for letter in message)


def refusal_or_model(
    found: Cohort, covariates: tuple[str, ...], strata: tuple[str, ...], penalizer: float
) -> Fit | tuple[str, str]:
    """Fit, and let refusals be told by code and detail, and nothing else."""
    try:
        return fit(found, covariates, strata, penalizer)
    except RefitRefused as refused:
        return refused.code, refused.detail
    except MalformedRows as refused:
        return "malformed", str(refused)


def assert_one_of_two_ends(
    found: Cohort, covariates: tuple[str, ...], strata: tuple[str, ...], penalizer: float
) -> None:
    """Look for a model of finite numbers, or for a reason."""
    ended = refusal_or_model(found, covariates, strata, penalizer)
    if isinstance(ended, Fit):
        event("a model that " + ("passes" if _passes(ended) else "does not pass"))
        assert_usable(ended)
    else:
        event(ended[0])
        assert ended[0] in {*get_args(RefusalCode), "malformed"}
        assert ended[1]


def _passes(model: Fit) -> bool:
    return all(outcome.verdict != "refused" for outcome in judge_fit(model))


LENIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=200, deadline=None, suppress_health_check=LENIENT)
@given(cohorts())
def test_a_random_cohort_ends_in_a_model_or_a_typed_refusal(
    asked: tuple[Cohort, tuple[str, ...], tuple[str, ...], float],
) -> None:
    assert_one_of_two_ends(*asked)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=LENIENT)
@given(cohorts())
def test_ten_thousand_random_cohorts_end_in_a_model_or_a_typed_refusal(
    asked: tuple[Cohort, tuple[str, ...], tuple[str, ...], float],
) -> None:
    assert_one_of_two_ends(*asked)
