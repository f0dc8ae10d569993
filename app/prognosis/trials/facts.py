"""What a trial's rules and strata may ask of a patient, and how it is read."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from app.prognosis.covariates import COUNT, FIELDS, REGISTRY, Covariate, Field, value_of
from app.prognosis.patient import Known, Value
from app.prognosis.trials.refusals import TrialRefused

Kind = Literal["number", "choice", "sites"]

UNKNOWN = "unknown"
"""Told, and yet nothing to judge by."""

_FIELDS = {
    COUNT: Field(COUNT, "integer", "Cells per 7.5 mL.", 0),
    **{field.name: field for field in FIELDS if field.kind != "date"},
}

NO_MORE: Mapping[str, Covariate] = {}
"""Of an organisation that declared no covariate."""


def kind_of(fact: str, declared: Mapping[str, Covariate] = NO_MORE) -> Kind:
    """
    Tell what sort of value a fact has.

    Parameters
    ----------
    fact : str
        `ctc_count`, a field of a patient that is no date, or a covariate.
    declared : mapping of str to Covariate, optional
        The organisation's own covariates by name.

    Returns
    -------
    {'number', 'choice', 'sites'}
        Of which limits are for numbers alone.

    Raises
    ------
    TrialRefused
        If there is no such fact.
    """
    field = _FIELDS.get(fact)
    if field is not None:
        if field.kind in ("status", "choice"):
            return "choice"
        return "sites" if field.kind == "sites" else "number"
    if fact in REGISTRY or fact in declared:
        return "number"
    raise TrialRefused("fact-unknown", f"no fact {fact!r} to judge by")


def choices_of(fact: str) -> tuple[str, ...]:
    """
    List what a choice or a site can be.

    Parameters
    ----------
    fact : str
        Of the kind `choice` or `sites`.

    Returns
    -------
    tuple of str
        Without `unknown`.
    """
    return tuple(choice for choice in _FIELDS[fact].choices if choice != UNKNOWN)


def seen(
    fact: str,
    known: Mapping[str, Known],
    entered_on: date,
    declared: Mapping[str, Covariate] = NO_MORE,
) -> Value | None:
    """
    Read a fact of a patient.

    Parameters
    ----------
    fact : str
        As `kind_of` knows it.
    known : mapping of str to Known
        What was known of the patient on that day; the count stands under `ctc_count`.
    entered_on : datetime.date
        The day by which age is counted.
    declared : mapping of str to Covariate, optional
        The organisation's own covariates by name.

    Returns
    -------
    int, float, str, list of str or None
        None where it is not known.
    """
    if fact in _FIELDS:
        told = known.get(fact)
        return None if told is None or told.value == UNKNOWN else told.value
    covariate = REGISTRY.get(fact) or declared[fact]
    return value_of(covariate, known, entered_on)
