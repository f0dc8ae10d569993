"""Who may enter a trial: rules over the count and the covariates, judged with the values seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal

from app.prognosis.covariates import Covariate
from app.prognosis.patient import Known, Value
from app.prognosis.trials.facts import NO_MORE, choices_of, kind_of, seen
from app.prognosis.trials.refusals import TrialRefused

Verdict = Literal["eligible", "not-eligible", "cannot-be-judged"]


@dataclass(frozen=True)
class Rule:
    """
    One thing that is asked of a patient.

    Attributes
    ----------
    fact : str
        `ctc_count`, a field of a patient that is no date, or a covariate, such as
        `age` or `visceral_metastasis`.
    at_least, at_most : float or None
        Limits of a number, themselves allowed.
    one_of : tuple of str or float
        Values allowed; of sites, one at least has to be among them. Empty where
        limits are given.
    """

    fact: str
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str | float, ...] = ()


@dataclass(frozen=True)
class Finding:
    """
    One rule beside what was seen of the patient.

    Attributes
    ----------
    rule : Rule
        That was judged by.
    value : int, float, str, list of str or None
        As seen; None where it was not known.
    met : bool or None
        None where it was not known.
    """

    rule: Rule
    value: Value | None
    met: bool | None


@dataclass(frozen=True)
class Eligibility:
    """
    Whether a patient may enter, and by what.

    Attributes
    ----------
    findings : tuple of Finding
        One for each rule, in their order.
    """

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """One rule that is not met settles it, whatever is missing beside."""
        met = [finding.met for finding in self.findings]
        if False in met:
            return "not-eligible"
        return "cannot-be-judged" if None in met else "eligible"

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not known, each fact once."""
        return tuple(dict.fromkeys(each.rule.fact for each in self.findings if each.met is None))

    @property
    def not_met(self) -> tuple[str, ...]:
        """What is not as a rule asks, each fact once."""
        return tuple(dict.fromkeys(each.rule.fact for each in self.findings if each.met is False))


def check_rules(rules: Iterable[Rule], declared: Mapping[str, Covariate] = NO_MORE) -> None:
    """
    Refuse rules that nobody or everybody would meet by mistake.

    Parameters
    ----------
    rules : iterable of Rule
        As they are to be kept.
    declared : mapping of str to Covariate, optional
        The organisation's own covariates by name.

    Raises
    ------
    TrialRefused
        If a fact is unknown, or its limits or values do not fit it.
    """
    for rule in rules:
        kind = kind_of(rule.fact, declared)
        limits = [limit for limit in (rule.at_least, rule.at_most) if limit is not None]
        if bool(limits) == bool(rule.one_of):
            raise _malformed(rule, "limits or values are needed, and not both")
        if limits and kind != "number":
            raise _malformed(rule, "it is no number, so it has values and no limits")
        if not all(map(isfinite, limits)) or limits != sorted(limits):
            raise _malformed(rule, "no number lies between the limits")
        if not all(_possible(rule.fact, kind, value) for value in rule.one_of):
            raise _malformed(rule, "a value is none that it can have")


def judge(
    rules: Iterable[Rule],
    known: Mapping[str, Known],
    entered_on: date,
    declared: Mapping[str, Covariate] = NO_MORE,
) -> Eligibility:
    """
    Judge whether a patient may enter.

    Parameters
    ----------
    rules : iterable of Rule
        As `check_rules` lets through.
    known : mapping of str to Known
        What was known of the patient at the draw; the count stands under `ctc_count`.
    entered_on : datetime.date
        The day by which age is counted.
    declared : mapping of str to Covariate, optional
        The organisation's own covariates by name.

    Returns
    -------
    Eligibility
        With every value seen; eligible where there is no rule.

    Examples
    --------
    >>> count = {"ctc_count": Known(17, date(2026, 11, 1))}
    >>> judge([Rule("ctc_count", at_least=5)], count, date(2026, 11, 1)).verdict
    'eligible'
    """
    findings = []
    for rule in rules:
        value = seen(rule.fact, known, entered_on, declared)
        findings.append(Finding(rule, value, None if value is None else _meets(rule, value)))
    return Eligibility(tuple(findings))


def _meets(rule: Rule, value: Value) -> bool:
    if isinstance(value, list):
        return not set(value).isdisjoint(rule.one_of)
    if rule.one_of or isinstance(value, str):
        return value in rule.one_of
    return (rule.at_least is None or value >= rule.at_least) and (
        rule.at_most is None or value <= rule.at_most
    )


def _possible(fact: str, kind: str, value: str | float) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and isfinite(value)
    return value in choices_of(fact)


def _malformed(rule: Rule, why: str) -> TrialRefused:
    return TrialRefused("limits-malformed", f"rule over {rule.fact}: {why}")
