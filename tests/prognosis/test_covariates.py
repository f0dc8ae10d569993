"""How what was said of a patient enters a model."""

from math import log, log1p

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prognosis.covariates import (
    COUNT_KNOTS,
    FIELDS,
    LADDER,
    REGISTRY,
    count_terms,
    declared,
    ladder_position,
    value_of,
)
from app.prognosis.patient import Known, Value
from tests.prognosis.cohorts import START


def value(name: str, fact: Value) -> float | None:
    """Read one covariate from one fact."""
    covariate = REGISTRY[name]
    return value_of(covariate, {covariate.source: Known(fact, START)}, START)


@pytest.mark.parametrize(
    ("name", "fact", "expected"),
    [
        ("log1p_ctc", 0, 0.0),
        ("log1p_ctc", 17, log(18)),
        ("age", 1968, 52.0),  # 2020, the year of the clock's start, less 1968
        ("er_positive", "positive", 1.0),
        ("er_positive", "negative", 0.0),
        ("her2_positive", "unknown", None),
        ("visceral_metastasis", ["bone", "liver"], 1.0),
        ("visceral_metastasis", ["bone", "brain"], 1.0),
        ("visceral_metastasis", ["bone", "lymph_node", "skin", "other"], 0.0),
        ("visceral_metastasis", [], 0.0),
        ("line_of_therapy", 3, 3.0),
        ("ecog", 0, 0.0),
    ],
)
def test_a_fact_enters_as_its_number(name: str, fact: Value, expected: float | None) -> None:
    assert value(name, fact) == expected


@pytest.mark.parametrize("name", REGISTRY)
def test_what_was_not_known_enters_as_nothing(name: str) -> None:
    assert value_of(REGISTRY[name], {}, START) is None


@pytest.mark.parametrize("name", ["log1p_ctc_spline_1", "log1p_ctc_spline_2"])
def test_a_spline_term_is_nought_at_the_first_knot_and_straight_past_the_last(name: str) -> None:
    # On the scale of log(1 + count), 1000, 2000 - 1 and 4000 - 1 less are equally spaced.
    beyond = [value(name, count) for count in (999, 1999, 3999)]

    assert value(name, COUNT_KNOTS[0]) == 0.0
    assert all(term is not None for term in beyond)
    first, second, third = (term or 0.0 for term in beyond)
    assert third - second == pytest.approx(second - first, rel=1e-9)


def test_a_spline_term_is_a_cube_between_the_first_two_knots_of_its_own() -> None:
    # Harrell FE. Regression Modeling Strategies. 2nd ed. 2015, 2.25: (x - k1)^3 / (k4 - k1)^2.
    expected = log1p(3) ** 3 / log1p(500) ** 2

    assert value("log1p_ctc_spline_1", 3) == pytest.approx(expected, rel=1e-12)
    assert value("log1p_ctc_spline_2", 5) == 0.0


@settings(deadline=None)
@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_a_higher_count_never_enters_as_a_smaller_number(one: int, other: int) -> None:
    low, high = sorted((one, other))

    for name in count_terms(REGISTRY):
        assert (value(name, low) or 0.0) <= (value(name, high) or 0.0) + 1e-12


def test_every_covariate_is_read_from_a_field_or_from_the_count() -> None:
    sources = {covariate.source for covariate in REGISTRY.values()}

    assert sources - {field.name for field in FIELDS} == {"ctc_count", "baseline_ctc_count"}


def test_the_ladder_uses_every_covariate_once() -> None:
    names = [name for rung in LADDER for name in rung.adds]

    assert sorted(names) == sorted(REGISTRY.keys() - {"log1p_baseline_ctc"})


def test_a_declared_covariate_comes_last_on_the_ladder() -> None:
    assert ladder_position("log1p_ctc") == 0
    climbed = REGISTRY.keys() - {"log1p_baseline_ctc"}
    assert ladder_position("nodes") > max(ladder_position(name) for name in climbed)


def test_a_declared_covariate_enters_as_it_was_observed() -> None:
    nodes = declared("nodes", "continuous", "nodes", 0, 60)

    assert value_of(nodes, {"nodes": Known(7, START)}, START) == 7.0
    assert (nodes.minimum, nodes.maximum) == (0, 60)


def test_a_declared_binary_covariate_lies_between_nought_and_one() -> None:
    grade = declared("grade_3", "binary")

    assert (grade.minimum, grade.maximum) == (0.0, 1.0)
