"""Eligibility and strata: what was seen decides, and what was not is named."""

from datetime import date

import pytest

from app.prognosis.covariates import declared
from app.prognosis.patient import Known, Value
from app.prognosis.trials.eligibility import Finding, Rule, check_rules, judge
from app.prognosis.trials.facts import kind_of
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.strata import (
    DEFAULT_STRATA,
    Placement,
    Stratifier,
    factors_of,
    place,
)

TODAY = date(2026, 11, 1)
HIGH = Rule("ctc_count", at_least=5)


def facts(**values: Value) -> dict[str, Known]:
    """Know some facts since today."""
    return {name: Known(value, TODAY) for name, value in values.items()}


@pytest.mark.parametrize(
    ("rule", "told", "verdict"),
    [
        (HIGH, {"ctc_count": 5}, "eligible"),
        (HIGH, {"ctc_count": 4}, "not-eligible"),
        (HIGH, {}, "cannot-be-judged"),
        (Rule("ctc_count", at_most=50), {"ctc_count": 50}, "eligible"),
        (Rule("ctc_count", at_most=50), {"ctc_count": 51}, "not-eligible"),
        (Rule("ctc_count", 5, 50), {"ctc_count": 0}, "not-eligible"),
        (Rule("age", at_least=18), {"birth_year": 2008}, "eligible"),
        (Rule("age", at_least=18), {"birth_year": 2009}, "not-eligible"),
        (Rule("line_of_therapy", one_of=(1, 2)), {"line_of_therapy": 2}, "eligible"),
        (Rule("line_of_therapy", one_of=(1, 2)), {"line_of_therapy": 3}, "not-eligible"),
        (Rule("er_status", one_of=("positive",)), {"er_status": "positive"}, "eligible"),
        (Rule("er_status", one_of=("positive",)), {"er_status": "negative"}, "not-eligible"),
        (Rule("er_status", one_of=("positive",)), {"er_status": "unknown"}, "cannot-be-judged"),
        (
            Rule("metastatic_sites", one_of=("liver",)),
            {"metastatic_sites": ["bone"]},
            "not-eligible",
        ),
        (
            Rule("metastatic_sites", one_of=("liver", "bone")),
            {"metastatic_sites": ["bone", "skin"]},
            "eligible",
        ),
        (Rule("visceral_metastasis", one_of=(1,)), {"metastatic_sites": ["lung"]}, "eligible"),
    ],
)
def test_a_rule_is_judged_by_what_is_known(
    rule: Rule, told: dict[str, Value], verdict: str
) -> None:
    check_rules([rule])

    assert judge([rule], facts(**told), TODAY).verdict == verdict


def test_the_values_seen_and_what_is_missing_are_told() -> None:
    ecog, line = Rule("ecog", at_most=2), Rule("line_of_therapy", at_most=3)

    found = judge([HIGH, ecog, line], facts(ctc_count=17, line_of_therapy=1), TODAY)

    assert found.findings == (
        Finding(HIGH, 17, True),
        Finding(ecog, None, None),
        Finding(line, 1, True),
    )
    assert (found.verdict, found.missing, found.not_met) == ("cannot-be-judged", ("ecog",), ())


def test_one_rule_not_met_settles_it_whatever_is_missing() -> None:
    found = judge([Rule("ecog", at_most=2), HIGH], facts(ctc_count=4), TODAY)

    assert (found.verdict, found.missing, found.not_met) == (
        "not-eligible",
        ("ecog",),
        ("ctc_count",),
    )


def test_without_a_rule_everybody_is_eligible() -> None:
    assert judge([], {}, TODAY).verdict == "eligible"


def test_a_covariate_of_the_organisation_is_judged_too() -> None:
    own = {"ca15_3": declared("ca15_3", "continuous", "U/mL")}
    rule = Rule("ca15_3", at_least=30.5)
    check_rules([rule], own)

    assert judge([rule], facts(ca15_3=30.5), TODAY, own).verdict == "eligible"
    assert judge([rule], facts(), TODAY, own).missing == ("ca15_3",)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Rule("shoe_size", at_least=5), "fact-unknown"),
        (Rule("line_started_on", one_of=("2026-11-01",)), "fact-unknown"),
        (Rule("ctc_count"), "limits-malformed"),
        (Rule("ctc_count", at_least=5, one_of=(7,)), "limits-malformed"),
        (Rule("ctc_count", at_least=5, at_most=4), "limits-malformed"),
        (Rule("ctc_count", at_least=float("nan")), "limits-malformed"),
        (Rule("ctc_count", at_most=float("inf")), "limits-malformed"),
        (Rule("ctc_count", one_of=("many",)), "limits-malformed"),
        (Rule("er_status", at_least=1), "limits-malformed"),
        (Rule("er_status", one_of=("unknown",)), "limits-malformed"),
        (Rule("metastatic_sites", one_of=("knee",)), "limits-malformed"),
    ],
)
def test_rules_that_make_no_sense_are_refused(rule: Rule, code: str) -> None:
    with pytest.raises(TrialRefused) as refused:
        check_rules([HIGH, rule])

    assert refused.value.code == code
    assert rule.fact in str(refused.value)


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ("ctc_count", "number"),
        ("age", "number"),
        ("line_of_therapy", "number"),
        ("her2_status", "choice"),
        ("disease_setting", "choice"),
        ("metastatic_sites", "sites"),
    ],
)
def test_a_fact_is_a_number_a_choice_or_sites(fact: str, kind: str) -> None:
    assert kind_of(fact) == kind


def test_the_usual_strata_are_the_count_cut_at_five_and_the_line() -> None:
    ctc, line = factors_of(DEFAULT_STRATA)

    assert (ctc.name, ctc.levels) == ("ctc", ("<5", ">=5"))
    assert (line.name, line.levels) == ("line", ("<2", ">=2"))


@pytest.mark.parametrize(
    ("count", "line", "levels"),
    [(4, 1, ("<5", "<2")), (5, 1, (">=5", "<2")), (0, 2, ("<5", ">=2")), (900, 7, (">=5", ">=2"))],
)
def test_a_patient_is_at_one_level_of_each_factor(
    count: int, line: int, levels: tuple[str, str]
) -> None:
    found = place(DEFAULT_STRATA, facts(ctc_count=count, line_of_therapy=line), TODAY)

    assert found == Placement({"ctc": levels[0], "line": levels[1]}, ())


def test_what_is_missing_for_the_stratum_is_named() -> None:
    strata = (*DEFAULT_STRATA, Stratifier("oestrogen receptor", "er_status"))

    found = place(strata, facts(ctc_count=5, er_status="unknown"), TODAY)

    assert found == Placement({"ctc": ">=5"}, ("line_of_therapy", "er_status"))


def test_a_choice_makes_a_level_of_each_known_value() -> None:
    strata = (Stratifier("oestrogen receptor", "er_status"),)

    assert factors_of(strata)[0].levels == ("positive", "negative")
    assert place(strata, facts(er_status="negative"), TODAY).stratum == {
        "oestrogen receptor": "negative"
    }


def test_more_cuts_make_levels_between() -> None:
    count = Stratifier("ctc", "ctc_count", (1, 5, 50))

    levels = [place([count], facts(ctc_count=n), TODAY).stratum["ctc"] for n in (0, 1, 4, 5, 50)]

    assert levels == ["<1", "1 to <5", "1 to <5", "5 to <50", ">=50"]


@pytest.mark.parametrize(
    ("strata", "code"),
    [
        (Stratifier("x", "shoe_size", (5,)), "fact-unknown"),
        (Stratifier("x", "metastatic_sites"), "cuts-malformed"),
        (Stratifier("x", "ctc_count"), "cuts-malformed"),
        (Stratifier("x", "ctc_count", (5, 5)), "cuts-malformed"),
        (Stratifier("x", "ctc_count", (5, 1)), "cuts-malformed"),
        (Stratifier("x", "ctc_count", (float("nan"),)), "cuts-malformed"),
        (Stratifier("x", "ctc_count", (float("inf"),)), "cuts-malformed"),
        (Stratifier("x", "er_status", (1,)), "cuts-malformed"),
    ],
)
def test_strata_that_make_no_sense_are_refused(strata: Stratifier, code: str) -> None:
    with pytest.raises(TrialRefused) as refused:
        factors_of([strata])

    assert refused.value.code == code
