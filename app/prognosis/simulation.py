"""A simulated cohort for the demonstration, shaped after published figures and labelled as such."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, exp, floor, log1p

from numpy.random import Generator, default_rng

from app.prognosis.covariates import VISCERAL
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.patient import BloodTest, FollowUp, Observation, Patient, Value

LOG_COUNT = (1.543, 2.635)
"""Mean and standard deviation of the logarithm of cells per 7.5 mL; below one cell counts as none.

No cells in 27.9 % (Janni W et al. Clin Cancer Res 2025, 4,436 patients) and five
or more in 49 % (Cristofanilli M et al. N Engl J Med 2004;351:781-91).
"""

MOST_CELLS = 200_000
"""The largest count reported: Deutsch TM et al. Cancers 2020;12:1055."""

SHAPE = 1.2
"""Of the Weibull distribution of the times.

Medians of 36.3 and 16.0 months with a hazard ratio of 2.76 (Cristofanilli M et
al. Crit Rev Oncol Hematol 2019;134:39-45; Gerratana L et al. Oncologist
2022;27:e561-70) ask for ln 2.76 / ln(36.3 / 16.0) = 1.24; the serial groups of
Janni W et al. (2025) for 1.18. An exponential distribution fits neither.
"""

EFFECTS: Mapping[str, float] = {
    "log1p_ctc": 0.30,
    "line_of_therapy": 0.22,
    "visceral_metastasis": 0.30,
    "ecog": 0.28,
    "er_positive": -0.35,
    "her2_positive": -0.20,
    "pr_positive": -0.10,
    "age": 0.008,
}
"""Log hazard ratio of death per unit of each covariate."""

TYPICAL: Mapping[str, float] = {
    "log1p_ctc": 2.08,
    "line_of_therapy": 1.55,
    "visceral_metastasis": 0.60,
    "ecog": 0.75,
    "er_positive": 0.72,
    "her2_positive": 0.18,
    "pr_positive": 0.61,
    "age": 58.0,
}
"""The covariates of the patient whose median times the two constants below are."""

DEATH_MEDIAN = 25.0
"""Months; gives the groups below and from five cells medians near 36.3 and 16.0."""

PROGRESSION_MEDIAN = 7.5
"""Months; the groups' medians were 7.0 and 2.7 in 2004 and are longer since."""

PROGRESSION_SHARE = 0.65
"""Of the log hazard ratios of death, that of progression.

Bidard FC et al. Lancet Oncol 2014;15:406-14: ln 1.92 / ln 2.78.
"""

ACCRUAL = timedelta(days=6 * 365)
"""How long before the last day the first patient's blood may have been drawn."""

SHORTEST_FOLLOW_UP = timedelta(days=60)
"""Nobody's blood was drawn later than this before the last day."""

VISIT_EVERY_DAYS = 56
"""Between two visits."""

_SITES: Mapping[str, float] = {
    "bone": 0.62,
    "liver": 0.32,
    "lung": 0.28,
    "pleura": 0.12,
    "brain": 0.05,
    "lymph_node": 0.40,
    "skin": 0.08,
}

_LINES = (0.60, 0.25, 0.15)
_ECOG = (0.45, 0.38, 0.14, 0.03)
_LOST = 0.04
_NOT_TOLD = {"metastatic_sites": 0.01, "er_status": 0.01, "pr_status": 0.03, "ecog": 0.05}
_HER2_UNKNOWN = 0.06
_START_NOT_TOLD = 0.03
_SECOND_DRAW = 0.7


@dataclass(frozen=True)
class _Traits:
    age: int
    er_positive: bool
    pr_positive: bool
    her2_positive: bool
    sites: tuple[str, ...]
    line: int
    ecog: int
    count: int
    starts_are_told: bool

    def risk(self) -> float:
        # Log hazard ratio of death against the typical patient.
        values = {
            "log1p_ctc": log1p(self.count),
            "line_of_therapy": self.line,
            "visceral_metastasis": bool(VISCERAL.intersection(self.sites)),
            "ecog": self.ecog,
            "er_positive": self.er_positive,
            "her2_positive": self.her2_positive,
            "pr_positive": self.pr_positive,
            "age": self.age,
        }
        return sum(EFFECTS[name] * (value - TYPICAL[name]) for name, value in values.items())


@dataclass(frozen=True)
class _Course:
    drawn_on: date
    visits: tuple[date, ...]
    progressions: tuple[date, ...]
    death_on: date | None

    @property
    def last_seen(self) -> date:
        return self.visits[-1] if self.visits else self.drawn_on


def simulate_cohort(patients: int, seed: int, until: date) -> tuple[Patient, ...]:
    """
    Simulate patients with metastatic breast cancer, each with a baseline count and a course.

    Death and progression follow Weibull distributions whose hazards rise with
    the count and with the covariates by `EFFECTS`; everything is cut off at
    the last day. Receptors are told at the biopsy, the performance status at
    visits, a line of therapy when it is begun; later lines, sites and visits
    are told later and differ from what held at the baseline draw.

    Parameters
    ----------
    patients : int
        How many, 0 or more.
    seed : int
        0 or more; the same seed gives the same first patients whatever the
        number asked for.
    until : datetime.date
        The last day of observation.

    Returns
    -------
    tuple of Patient
        Under identifiers that begin with SIM.
    """
    return tuple(
        _patient(f"SIM-{number:06d}", default_rng([seed, number]), until)
        for number in range(1, patients + 1)
    )


def simulate_count(rng: Generator) -> int:
    """
    Draw one baseline count of a patient with metastatic breast cancer.

    Parameters
    ----------
    rng : numpy.random.Generator
        Advanced by one normal deviate.

    Returns
    -------
    int
        Cells per 7.5 mL, from 0 to 200,000.
    """
    return min(floor(exp(rng.normal(*LOG_COUNT))), MOST_CELLS)


def _patient(patient_id: str, rng: Generator, until: date) -> Patient:
    traits = _simulate_traits(rng)
    course = _simulate_course(traits, rng, until)
    observations = [
        *_told_before_the_draw(traits, course, rng),
        *_told_at_the_draw(traits, course, rng),
        *_told_after_the_draw(traits, course, rng),
    ]
    return Patient(
        patient_id=patient_id,
        observations=tuple(sorted(observations, key=lambda told: told.observed_on)),
        blood_tests=tuple(_blood_tests(patient_id, traits, course, rng)),
        follow_up=FollowUp(
            course.last_seen, course.death_on, min(course.progressions, default=None)
        ),
    )


def _simulate_traits(rng: Generator) -> _Traits:
    er_positive = rng.random() < 0.72
    sites = tuple(site for site, share in _SITES.items() if rng.random() < share)
    return _Traits(
        age=round(min(max(rng.normal(58, 12), 26), 90)),
        er_positive=er_positive,
        pr_positive=rng.random() < (0.80 if er_positive else 0.12),
        her2_positive=rng.random() < 0.18,
        sites=sites or ("other",),
        line=1 + int(rng.choice(len(_LINES), p=_LINES)),
        ecog=int(rng.choice(len(_ECOG), p=_ECOG)),
        count=simulate_count(rng),
        starts_are_told=rng.random() >= _START_NOT_TOLD,
    )


def _simulate_course(traits: _Traits, rng: Generator, until: date) -> _Course:
    window = (ACCRUAL - SHORTEST_FOLLOW_UP).days
    drawn_on = until - SHORTEST_FOLLOW_UP - timedelta(days=int(rng.integers(window)))
    died = drawn_on + _time_to(DEATH_MEDIAN, traits.risk(), rng)
    seen = timedelta(days=rng.uniform(0, 1) * (until - drawn_on).days)
    end = min(died, drawn_on + seen if rng.random() < _LOST else until)
    visits = tuple(_visits(drawn_on, end, rng))
    last_visit = visits[-1] if visits else drawn_on
    return _Course(
        drawn_on,
        visits,
        tuple(_progressions(traits, drawn_on, last_visit, rng)),
        died if died <= end else None,
    )


def _time_to(median_months: float, risk: float, rng: Generator) -> timedelta:
    relative = (rng.exponential() / (0.6931471805599453 * exp(risk))) ** (1 / SHAPE)
    return timedelta(days=min(ceil(median_months * DAYS_PER_MONTH * relative), 36_500))


def _visits(drawn_on: date, end: date, rng: Generator) -> Iterator[date]:
    day = drawn_on
    while True:
        day += timedelta(days=VISIT_EVERY_DAYS + int(rng.integers(-7, 8)))
        if day >= end:
            return
        yield day


def _progressions(
    traits: _Traits, drawn_on: date, last_visit: date, rng: Generator
) -> Iterator[date]:
    # Each further line holds for a shorter time than the one before it.
    median, day = PROGRESSION_MEDIAN, drawn_on
    while True:
        day += _time_to(median, PROGRESSION_SHARE * traits.risk(), rng)
        if day > last_visit:
            return
        yield day
        median *= 0.7
        day += timedelta(days=21)


def _told_before_the_draw(
    traits: _Traits, course: _Course, rng: Generator
) -> Iterator[Observation]:
    biopsied_on = course.drawn_on - timedelta(
        days=int(rng.integers(5, 40)) + 280 * (traits.line - 1)
    )
    facts: dict[str, Value] = {
        "birth_year": course.drawn_on.year - traits.age,
        "disease_setting": "metastatic",
        "metastatic_diagnosis_date": biopsied_on.isoformat(),
        "metastatic_sites": list(traits.sites),
        "er_status": _status(traits.er_positive),
        "pr_status": _status(traits.pr_positive),
        "her2_status": "unknown" if rng.random() < _HER2_UNKNOWN else _status(traits.her2_positive),
    }
    told = {name: v for name, v in facts.items() if rng.random() >= _NOT_TOLD.get(name, 0)}
    yield Observation(biopsied_on, told)
    if traits.starts_are_told:
        for line in range(1, traits.line):
            yield _line_started(line, biopsied_on + timedelta(days=20 + 260 * (line - 1)))


def _told_at_the_draw(traits: _Traits, course: _Course, rng: Generator) -> Iterator[Observation]:
    if rng.random() >= _NOT_TOLD["ecog"]:
        seen_on = course.drawn_on - timedelta(days=int(rng.integers(0, 15)))
        yield Observation(seen_on, {"ecog": traits.ecog})
    if traits.starts_are_told:
        started_on = course.drawn_on + timedelta(days=int(rng.integers(-3, 15)))
        told = _line_started(traits.line, started_on)
        yield Observation(min(course.drawn_on, started_on), told.values)
    else:
        yield Observation(course.drawn_on, {"line_of_therapy": traits.line})


def _told_after_the_draw(traits: _Traits, course: _Course, rng: Generator) -> Iterator[Observation]:
    ecog, sites = traits.ecog, list(traits.sites)
    for visit in course.visits:
        ecog = min(4, ecog + int(rng.random() < 0.06))
        yield Observation(visit, {"ecog": ecog})
    for number, progressed_on in enumerate(course.progressions, start=1):
        sites += [site for site in ("liver", "brain") if site not in sites and rng.random() < 0.15]
        yield Observation(progressed_on, {"metastatic_sites": list(sites)})
        started_on = progressed_on + timedelta(days=int(rng.integers(7, 29)))
        if traits.starts_are_told and started_on <= course.last_seen:
            yield _line_started(traits.line + number, started_on)


def _blood_tests(
    patient_id: str, traits: _Traits, course: _Course, rng: Generator
) -> Iterator[BloodTest]:
    yield _blood_test(f"{patient_id}-1", course.drawn_on, traits.count, rng)
    second = course.drawn_on + timedelta(days=int(rng.integers(21, 36)))
    if second <= course.last_seen and rng.random() < _SECOND_DRAW:
        mean = (traits.count + rng.gamma(0.5)) * exp(rng.normal(-0.9, 1.0))
        count = min(int(rng.poisson(mean)), MOST_CELLS)
        yield _blood_test(f"{patient_id}-2", second, count, rng)


def _blood_test(accession_number: str, day: date, count: int, rng: Generator) -> BloodTest:
    drawn_at = datetime.combine(day, time(8), UTC) + timedelta(minutes=int(rng.integers(240)))
    return BloodTest(accession_number, drawn_at, day, count)


def _line_started(line: int, started_on: date) -> Observation:
    return Observation(
        started_on, {"line_of_therapy": line, "line_started_on": started_on.isoformat()}
    )


def _status(positive: bool) -> str:
    return "positive" if positive else "negative"
