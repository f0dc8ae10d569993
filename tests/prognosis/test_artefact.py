"""What an artefact claims of its numbers has to be so, or it is no model's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.prognosis.artefact import fit_from_artefact, fit_to_artefact
from app.prognosis.cox import fit
from app.prognosis.model import (
    MalformedModel,
    canonical_json,
    from_artefact,
    model_id,
    to_artefact,
)
from tests.prognosis.cohorts import lung

KEPT = Path(__file__).parents[1] / "data" / "artefacts" / "2-corrected.json"

Values = dict[str, Any]


def values(strata: tuple[str, ...] = ("sex",)) -> Values:
    """Write a fit of age and ECOG, by sex."""
    return fit_to_artefact(fit(lung(), ("age",), strata, 0.0))


def put(name: str, value: object) -> Callable[[Values], None]:
    """Change one value of a fit."""
    return lambda found: found.update({name: value})


def put_in_baseline(name: str, change: Callable[[list[Any]], object]) -> Callable[[Values], None]:
    """Change one list of the first baseline."""
    return lambda found: found["baselines"][0].update({name: change(found["baselines"][0][name])})


def first(value: object) -> Callable[[list[Any]], object]:
    return lambda found: [value, *found[1:]]


def last(value: object) -> Callable[[list[Any]], object]:
    return lambda found: [*found[:-1], value]


def same_stratum_twice(found: Values) -> None:
    found["baselines"][1]["stratum"] = found["baselines"][0]["stratum"]


def a_stratum_of_nothing(found: Values) -> None:
    found["baselines"][0]["stratum"] = None


def no_exits(found: Values) -> None:
    found["baselines"][0] |= {"exit_days": [], "remaining": []}


BROKEN: dict[str, tuple[str, Callable[[Values], None]]] = {
    "a covariate twice": ("each covariate", put("covariates", ["age", "age"])),
    "no covariate": ("each covariate", put("covariates", [])),
    "no spread": ("deviations", put("deviations", [0.0])),
    "a range upside down": ("ranges", put("minima", [200.0])),
    "a variance of nought": ("variances", put("covariance", [[0.0]])),
    "no event": ("events are", put("events", 0)),
    "more events than patients": ("events are", put("events", 1000)),
    "a negative penalty": ("penalty", put("penalizer", -0.1)),
    "a stratum twice": ("each stratum", same_stratum_twice),
    "a stratum without its value": ("every stratum", a_stratum_of_nothing),
    "days that stand still": ("baselines rise", put_in_baseline("days", last(11.0))),
    "exits that go back": ("baselines rise", put_in_baseline("exit_days", last(0.0))),
    "a hazard that falls": ("baselines rise", put_in_baseline("cumulative_hazard", last(0.0))),
    "a negative first step": ("baselines rise", put_in_baseline("cumulative_hazard", first(-0.1))),
    "a variance that falls": ("baselines rise", put_in_baseline("variance", last(0.0))),
    "nobody left who still leaves": ("baselines rise", put_in_baseline("remaining", last(0))),
    "more left than before": ("baselines rise", put_in_baseline("remaining", last(999))),
    "no exit at all": ("baselines rise", no_exits),
}

WIDTHS = {
    "covariates": ("means", "deviations", "minima", "maxima", "coefficients"),
}


def adapted(found: Values) -> Values:
    """Give every vector the width of the covariates, so that one claim alone is broken."""
    p = len(found["covariates"])
    for name in WIDTHS["covariates"]:
        found[name] = (found[name] * 2)[:p]
    variance = found["covariance"][0][0]
    found["covariance"] = [[variance if i == j else 0.0 for j in range(p)] for i in range(p)]
    for baseline in found["baselines"]:
        baseline["drift"] = [(row * 2)[:p] for row in baseline["drift"]]
    return found


@pytest.mark.parametrize("case", BROKEN)
def test_a_claim_that_is_not_so_is_named(case: str) -> None:
    claim, broken = BROKEN[case]
    found = values()
    broken(found)

    with pytest.raises(ValueError, match=rf"^not so: [^,]*{claim}[^,]*$"):
        fit_from_artefact(adapted(found))


@pytest.mark.parametrize("name", ["means", "deviations", "minima", "maxima", "coefficients"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match="not finite numbers"):
        fit_from_artefact(values() | {name: [value]})


@pytest.mark.parametrize("name", ["means", "deviations", "minima", "maxima", "coefficients"])
def test_each_covariate_has_one_number_of_each_kind(name: str) -> None:
    with pytest.raises(ValueError, match=r"of shape \(1,\)"):
        fit_from_artefact(values() | {name: [1.0, 1.0]})


@pytest.mark.parametrize("name", ["cumulative_hazard", "variance", "drift", "remaining"])
def test_a_baseline_has_one_number_for_each_of_its_times(name: str) -> None:
    found = values()
    found["baselines"][0][name] = found["baselines"][0][name][:-1]

    with pytest.raises(ValueError, match="not finite numbers of shape"):
        fit_from_artefact(found)


@pytest.mark.parametrize("strata", [(), ("sex",)], ids=["whole", "by sex"])
def test_a_fit_is_its_values(strata: tuple[str, ...]) -> None:
    written = values(strata)

    found = fit_from_artefact(written)

    assert fit_to_artefact(found) == written
    assert written["covariates"] == ["age"]
    assert written["strata"] == list(strata)
    assert (written["patients"], written["events"]) == (228, 165)


def test_a_range_of_one_value_is_a_range() -> None:
    found = values() | {"minima": [60.0], "maxima": [60.0]}

    assert fit_from_artefact(found).minima.tolist() == [60.0]


def test_all_patients_may_have_the_event() -> None:
    found = values()
    found["events"] = found["patients"]

    assert fit_from_artefact(found).events == found["patients"]


def test_a_model_is_named_by_the_digest_of_its_text() -> None:
    # printf '{}' | sha256sum
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    assert model_id("{}") == f"sha256:{digest}"


def test_values_are_written_in_one_way_only() -> None:
    assert canonical_json({"b": [1.0, None], "a": "\u00e9"}) == '{"a":"\\u00e9","b":[1.0,null]}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})


def kept() -> Values:
    """Read an artefact of a model that was kept."""
    found: Values = json.loads(KEPT.read_text())
    return found


def test_an_artefact_of_the_first_release_has_no_checks() -> None:
    artefact = kept()
    del artefact["checks"]

    found = from_artefact(artefact | {"format": 1})

    assert found.checks is None
    assert to_artefact(found) == artefact | {"format": 1}


@pytest.mark.parametrize("format_", [0, 3, "2", None])
def test_another_format_is_refused(format_: object) -> None:
    with pytest.raises(MalformedModel, match="not the values of a model"):
        from_artefact(kept() | {"format": format_})


WRONG = {
    "the covariates are those fitted": ("specification", "covariates", ["age"]),
    "the strata are those fitted": ("specification", "strata", ["age"]),
    "names are strings": ("organisation", None, 7),
    "counts are whole": ("line_start_unknown", None, 1.5),
    "numbers are numbers": ("median_follow_up_months", None, "31"),
}


@pytest.mark.parametrize("claim", WRONG)
def test_a_claim_about_a_model_that_is_not_so_is_named(claim: str) -> None:
    name, member, value = WRONG[claim]
    artefact = kept()
    artefact[name] = artefact[name] | {member: value} if member else value

    with pytest.raises(MalformedModel, match=f"not so: {claim}$"):
        from_artefact(artefact)


@pytest.mark.parametrize("member", ["scheme", "group"])
def test_the_cells_of_similar_patients_are_named_by_texts(member: str) -> None:
    artefact = kept()
    artefact["similar"][0][member] = 5

    with pytest.raises(MalformedModel, match=r"not so: names are strings$"):
        from_artefact(artefact)


@pytest.mark.parametrize("member", ["patients", "events", "line"])
def test_the_cells_of_similar_patients_hold_whole_counts(member: str) -> None:
    artefact = kept()
    artefact["similar"][0][member] = 5.0

    with pytest.raises(MalformedModel, match=r"not so: counts are whole$"):
        from_artefact(artefact)


def test_the_top_decile_is_looked_at_too() -> None:
    artefact = kept()
    artefact["top_decile"]["patients"] = 5.0

    with pytest.raises(MalformedModel, match=r"not so: counts are whole$"):
        from_artefact(artefact)
