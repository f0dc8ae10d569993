"""The one registry of what is said of a patient and of how it enters a model."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import log1p
from typing import Literal

from app.prognosis.patient import BASELINE_COUNT, WINDOWS, Known, Value

FieldKind = Literal["integer", "status", "choice", "sites", "date"]
CovariateKind = Literal["continuous", "binary", "ordinal"]

STATUSES = ("positive", "negative", "unknown")
SETTINGS = ("metastatic", "non_metastatic", "neoadjuvant")
SITES = ("bone", "liver", "lung", "pleura", "brain", "lymph_node", "skin", "other")
VISCERAL = frozenset({"liver", "lung", "pleura", "brain"})
"""Sites of metastasis counted as visceral."""

COUNT_KNOTS = (0, 5, 50, 500)
"""Cells per 7.5 mL at which the restricted cubic spline of the count bends.

Fixed in advance: no cells, and the cut-offs of Cristofanilli M et al. (N Engl
J Med 2004;351:781-91) and of the 2003 report, and one decade above; about
equally spaced on the scale log(1 + count).
"""


@dataclass(frozen=True)
class Field:
    """One thing that can be said of a patient, under its name on the wire."""

    name: str
    kind: FieldKind
    description: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()


FIELDS: tuple[Field, ...] = (
    Field("birth_year", "integer", "Year of birth.", 1880, 2100),
    Field("disease_setting", "choice", "Setting of the disease.", choices=SETTINGS),
    Field("er_status", "status", "Oestrogen receptor.", choices=STATUSES),
    Field("pr_status", "status", "Progesterone receptor.", choices=STATUSES),
    Field("her2_status", "status", "HER2.", choices=STATUSES),
    Field("metastatic_sites", "sites", "Sites of metastasis; empty for none.", choices=SITES),
    Field("metastatic_diagnosis_date", "date", "Day metastasis was diagnosed."),
    Field("line_of_therapy", "integer", "Line of therapy, 1 for the first.", 1, 20),
    Field("line_started_on", "date", "Day the line of therapy started or is to start."),
    Field("ecog", "integer", "ECOG performance status; speaks for 28 days.", 0, 4),
    Field("index_date", "date", "The clock's start for a patient without a blood test."),
)
"""Everything but declared covariates that a hospital can say of a patient."""


@dataclass(frozen=True)
class Covariate:
    """One column of the design matrix and how it is read from a fact and the clock's year."""

    name: str
    kind: CovariateKind
    unit: str
    source: str
    minimum: float
    maximum: float
    enters: Callable[[Value, int], float | None]


def declared(
    name: str,
    kind: CovariateKind,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
) -> Covariate:
    """
    Describe a covariate that an organisation declares for itself.

    Parameters
    ----------
    name : str
        The name under `extra` and in a cohort file.
    kind : {'continuous', 'binary', 'ordinal'}
        An ordinal covariate enters linearly.
    unit : str, optional
        As the organisation writes it.
    minimum, maximum : float, optional
        Values outside are refused on the way in.

    Returns
    -------
    Covariate
        Entering as the number that was observed.
    """
    low, high = (0.0, 1.0) if kind == "binary" else (float("-inf"), float("inf"))
    return Covariate(
        name=name,
        kind=kind,
        unit=unit,
        source=name,
        minimum=low if minimum is None else minimum,
        maximum=high if maximum is None else maximum,
        enters=lambda value, _: float(value) if isinstance(value, int | float) else None,
    )


def _positive(value: Value, _: int) -> float | None:
    return None if value == "unknown" else float(value == "positive")


def _visceral(value: Value, _: int) -> float | None:
    return float(bool(VISCERAL.intersection(value))) if isinstance(value, list) else None


def _age(value: Value, year: int) -> float | None:
    return float(year - value) if isinstance(value, int) else None


def _number(value: Value, _: int) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _log1p_count(value: Value, _: int) -> float | None:
    return log1p(value) if isinstance(value, int | float) else None


def _count_spline(term: int) -> Callable[[Value, int], float | None]:
    knots = [log1p(knot) for knot in COUNT_KNOTS]
    last, before = knots[-1], knots[-2]
    knot = knots[term - 1]

    def enters(value: Value, _: int) -> float | None:
        if not isinstance(value, int | float):
            return None
        x = log1p(value)
        cubes = (
            max(x - knot, 0.0) ** 3
            - max(x - before, 0.0) ** 3 * (last - knot) / (last - before)
            + max(x - last, 0.0) ** 3 * (before - knot) / (last - before)
        )
        return cubes / (last - knots[0]) ** 2

    return enters


def code_of(name: str, value: Value) -> int:
    """
    Write a fact that the registry reads as a whole number.

    Parameters
    ----------
    name : str
        A field's, or that of the count.
    value : int, str or list of str
        As it was told.

    Returns
    -------
    int
        The number itself, the place of the choice, or one bit a site.

    Raises
    ------
    ValueError
        If the value is none of the field's choices.
    """
    if isinstance(value, list):
        return sum(1 << SITES.index(site) for site in set(value))
    if isinstance(value, str):
        return _choices(name).index(value)
    return int(value)


def fact_of(name: str, code: int) -> Value:
    """
    Read a fact from its whole number.

    Parameters
    ----------
    name : str
        A field's, or that of the count.
    code : int
        As `code_of` wrote it.

    Returns
    -------
    int, str or list of str
        As it was told; sites in the order of `SITES`.
    """
    kind = next((field.kind for field in FIELDS if field.name == name), "integer")
    if kind == "sites":
        return [site for place, site in enumerate(SITES) if code >> place & 1]
    return _choices(name)[code] if kind in ("status", "choice") else code


def _choices(name: str) -> tuple[str, ...]:
    return next(field.choices for field in FIELDS if field.name == name)


COUNT = "ctc_count"
"""The fact under which a draw's count per 7.5 mL enters beside what is known."""

REGISTRY: Mapping[str, Covariate] = {
    covariate.name: covariate
    for covariate in (
        Covariate(
            "log1p_ctc", "continuous", "log(1 + cells per 7.5 mL)", COUNT, 0, 14, _log1p_count
        ),
        Covariate(
            "log1p_baseline_ctc",
            "continuous",
            "log(1 + cells per 7.5 mL)",
            BASELINE_COUNT,
            0,
            14,
            _log1p_count,
        ),
        Covariate("log1p_ctc_spline_1", "continuous", "", COUNT, 0, 1e4, _count_spline(1)),
        Covariate("log1p_ctc_spline_2", "continuous", "", COUNT, 0, 1e4, _count_spline(2)),
        Covariate("age", "continuous", "years", "birth_year", 0, 130, _age),
        Covariate("er_positive", "binary", "", "er_status", 0, 1, _positive),
        Covariate("pr_positive", "binary", "", "pr_status", 0, 1, _positive),
        Covariate("her2_positive", "binary", "", "her2_status", 0, 1, _positive),
        Covariate("visceral_metastasis", "binary", "", "metastatic_sites", 0, 1, _visceral),
        Covariate("line_of_therapy", "ordinal", "line", "line_of_therapy", 1, 20, _number),
        Covariate("ecog", "ordinal", "grade", "ecog", 0, 4, _number),
    )
}
"""The covariates every organisation has, by name."""


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: what it adds, and the patients it needs."""

    name: str
    adds: tuple[str, ...]
    patients: int


LADDER: tuple[Rung, ...] = (
    Rung("auto-1", ("log1p_ctc",), 55),
    Rung("auto-2", ("line_of_therapy", "visceral_metastasis"), 165),
    Rung("auto-3", ("er_positive", "ecog"), 274),
    Rung("auto-4", ("her2_positive", "age", "pr_positive"), 439),
    Rung("auto-5", ("log1p_ctc_spline_1", "log1p_ctc_spline_2"), 548),
)
"""The covariates of `auto`, richest last, fixed before any cohort is seen.

Patients: Riley RD et al. (Stat Med 2019;38:1276-96), criterion (i) with a
Cox-Snell R2 of 0.15 and a shrinkage of 0.9 asks for about 55 a parameter.
"""

LANDMARK_LADDER: tuple[Rung, ...] = (
    Rung("landmark-1", ("log1p_ctc", "log1p_baseline_ctc"), 110),
    Rung("landmark-2", ("line_of_therapy",), 165),
)
"""The same for a later draw: its count beside that before the line, at 55 patients a parameter.

Bidard FC et al. (Lancet Oncol 2014;15:406-14) adjusted the count of a later
draw for that of the baseline.
"""


def ladder_of(clock: str) -> tuple[Rung, ...]:
    """
    Choose the ladder of `auto`.

    Parameters
    ----------
    clock : str
        From where time is counted.

    Returns
    -------
    tuple of Rung
        Poorest first.
    """
    return LANDMARK_LADDER if clock in WINDOWS else LADDER


@dataclass(frozen=True)
class Subgrouping:
    """
    A way to part patients in whom a model's performance is told apart.

    Attributes
    ----------
    by : str
        What the groups differ in.
    covariates : tuple of str
        Whose values make the group.
    label : callable
        From those values to the group's name.
    """

    by: str
    covariates: tuple[str, ...]
    label: Callable[..., str]


def _age_band(years: float) -> str:
    return "under 50" if years < 50 else "50 to 69" if years < 70 else "70 and over"


def _subtype(er: float, her2: float) -> str:
    return f"ER{'+' if er else '-'}, HER2{'+' if her2 else '-'}"


def _line(number: float) -> str:
    return str(int(number)) if number < 3 else "3 and later"


SUBGROUPS = (
    Subgrouping("age", ("age",), _age_band),
    Subgrouping("receptor subtype", ("er_positive", "her2_positive"), _subtype),
    Subgrouping("line of therapy", ("line_of_therapy",), _line),
)
"""TRIPOD+AI asks for performance in groups that differ in prognosis or in care."""


def is_her2_positive(known: Mapping[str, Known]) -> bool:
    """
    Tell whether the disease is known to be HER2-positive.

    Parameters
    ----------
    known : mapping of str to Known
        What was known on a day.

    Returns
    -------
    bool
        False where HER2 is negative or not known.
    """
    fact = known.get("her2_status")
    return fact is not None and fact.value == "positive"


def count_terms(names: Iterable[str]) -> tuple[str, ...]:
    """
    Pick the covariates that are read from the draw's count.

    Parameters
    ----------
    names : iterable of str
        Covariates, declared ones among them.

    Returns
    -------
    tuple of str
        In the order given.
    """
    return tuple(n for n in names if n in REGISTRY and REGISTRY[n].source == COUNT)


def counted_terms(names: Iterable[str]) -> tuple[str, ...]:
    """
    Pick the covariates that are read from any draw's count.

    Parameters
    ----------
    names : iterable of str
        Covariates, declared ones among them.

    Returns
    -------
    tuple of str
        In the order given; those of the count before the line among them.
    """
    sources = (COUNT, BASELINE_COUNT)
    return tuple(n for n in names if n in REGISTRY and REGISTRY[n].source in sources)


def ladder_position(name: str) -> int:
    """
    Rank a covariate by how late the ladder adds it.

    Parameters
    ----------
    name : str
        A covariate's name.

    Returns
    -------
    int
        0 for the first covariate of the ladder; declared covariates come last.
    """
    order = [covariate for rung in LADDER for covariate in rung.adds]
    return order.index(name) if name in order else len(order)


def value_of(covariate: Covariate, known: Mapping[str, Known], start: date) -> float | None:
    """
    Read one covariate from what was known at the clock's start.

    Parameters
    ----------
    covariate : Covariate
        From the registry or declared.
    known : mapping of str to Known
        By the fact's name; the draw's count stands under `ctc_count`.
    start : datetime.date
        The clock's start.

    Returns
    -------
    float or None
        In the covariate's unit; None where it was not known.
    """
    fact = known.get(covariate.source)
    return None if fact is None else covariate.enters(fact.value, start.year)
