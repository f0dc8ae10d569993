"""A patient's level of each factor, read from the count and the covariates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.prognosis.covariates import COUNT, Covariate
from app.prognosis.patient import Known
from app.prognosis.trials.design import Factor
from app.prognosis.trials.facts import NO_MORE, choices_of, kind_of, seen
from app.prognosis.trials.refusals import TrialRefused


@dataclass(frozen=True)
class Stratifier:
    """
    A factor and what it is read from.

    Attributes
    ----------
    name : str
        Of the factor.
    fact : str
        A number or a choice, as the rules of eligibility have it.
    cuts : tuple of float
        The lowest number of each level but the first, ascending; none for a choice.
    """

    name: str
    fact: str
    cuts: tuple[float, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """What a patient can be at, the lowest first."""
        if not self.cuts:
            return choices_of(self.fact)
        between = [f"{low:g} to <{high:g}" for low, high in pairwise(self.cuts)]
        return (f"<{self.cuts[0]:g}", *between, f">={self.cuts[-1]:g}")


@dataclass(frozen=True)
class Placement:
    """
    Where a patient belongs.

    Attributes
    ----------
    stratum : mapping of str to str
        The level of each factor that is known.
    missing : tuple of str
        Facts that are not known; without any, the stratum is whole.
    """

    stratum: Mapping[str, str]
    missing: tuple[str, ...]


DEFAULT_STRATA = (
    Stratifier("ctc", COUNT, (5,)),
    Stratifier("line", "line_of_therapy", (2,)),
)
"""The count at its published cut-off, and first or later line.

Cristofanilli M et al. N Engl J Med 2004;351:781-91.
"""


def factors_of(
    stratifiers: Iterable[Stratifier], declared: Mapping[str, Covariate] = NO_MORE
) -> tuple[Factor, ...]:
    """
    Make the factors of a design.

    Parameters
    ----------
    stratifiers : iterable of Stratifier
        One for each factor.
    declared : mapping of str to Covariate, optional
        The organisation's own covariates by name.

    Returns
    -------
    tuple of Factor
        In the order given.

    Raises
    ------
    TrialRefused
        If a fact is unknown or has more than one value at a time, or the cuts are no
        ascending numbers.
    """
    found = []
    for each in stratifiers:
        kind = kind_of(each.fact, declared)
        if kind == "sites":
            raise TrialRefused("cuts-malformed", f"{each.fact} has several values at a time")
        # A NaN is below no number and above none.
        if bool(each.cuts) != (kind == "number") or not all(
            low < high for low, high in pairwise((*each.cuts, float("inf")))
        ):
            raise TrialRefused(
                "cuts-malformed", f"{len(each.cuts)} cuts of {each.fact}, a {kind}; ascending"
            )
        found.append(Factor(each.name, each.levels))
    return tuple(found)


def place(
    stratifiers: Iterable[Stratifier],
    known: Mapping[str, Known],
    entered_on: date,
    declared: Mapping[str, Covariate] = NO_MORE,
) -> Placement:
    """
    Find a patient's level of each factor.

    Parameters
    ----------
    stratifiers : iterable of Stratifier
        As `factors_of` lets through.
    known : mapping of str to Known
        What was known of the patient at the draw; the count stands under `ctc_count`.
    entered_on : datetime.date
        The day by which age is counted.
    declared : mapping of str to Covariate, optional
        The organisation's own covariates by name.

    Returns
    -------
    Placement
        The levels, and what is missing for the others.
    """
    stratum: dict[str, str] = {}
    missing = []
    for each in stratifiers:
        value = seen(each.fact, known, entered_on, declared)
        if isinstance(value, int | float):
            stratum[each.name] = each.levels[sum(cut <= value for cut in each.cuts)]
        elif isinstance(value, str):
            stratum[each.name] = value
        else:
            missing.append(each.fact)
    return Placement(stratum, tuple(missing))
