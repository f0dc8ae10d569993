"""Whether counts went with response in a cohort: before imaging, beside imaging, at baseline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.prognosis.cohort_survival import SMALLEST_CELL, CohortSurvival, survival_by_group
from app.prognosis.courses import BEST_FIRST, RESPONSES, Assessment, Course
from app.prognosis.odds import OddsRatio, Share, odds_ratio, share_of
from app.prognosis.patient import BloodTest, Line, known_on, line_of_draw, setting_of
from app.prognosis.risk_group import Scheme
from app.prognosis.training import HALF_A_DAY

CUT_OFF = 5
"""Cells per 7.5 mL at or above which a count is high, as in both published tables."""


@dataclass(frozen=True)
class Window:
    """Days of one thing after another, both included; where several fit, the nearest to best."""

    name: str
    first: int
    last: int

    @property
    def best(self) -> float:
        """The middle."""
        return (self.first + self.last) / 2

    def nearest(self, days: Sequence[int]) -> int | None:
        """
        Choose among several days.

        Parameters
        ----------
        days : sequence of int
            Days of the one after the other.

        Returns
        -------
        int or None
            The place of the one within the window that is nearest to its
            middle, of two equally near the first; None where none is within.
        """
        within = [place for place, day in enumerate(days) if self.first <= day <= self.last]
        return min(within, key=lambda place: abs(days[place] - self.best), default=None)


@dataclass(frozen=True)
class PublishedOdds:
    """An odds ratio as it was published."""

    odds_ratio: float
    source: str


@dataclass(frozen=True)
class PublishedCell:
    """Patients of a published cell and their median survival in months."""

    patients: int
    months: float
    source: str


_LIU = "Liu MC et al. J Clin Oncol 2009;27:5153-9; 68 of 74 patients."
_BUDD = "Budd GT et al. Clin Cancer Res 2006;12:6403-9; 138 patients."

LAGS: tuple[tuple[Window, PublishedOdds], ...] = (
    (Window("at-imaging", -7, 7), PublishedOdds(6.3, _LIU)),
    (Window("3-5-weeks-before", 21, 35), PublishedOdds(3.1, _LIU)),
    (Window("7-9-weeks-before", 49, 63), PublishedOdds(4.9, _LIU)),
)
"""Days from a draw to the imaging that it is compared with, and what was published of each."""

EARLY_DRAW = Window("draw", 21, 35)
"""Days from the start of a line to its draw after 3 to 5 weeks."""

EARLY_IMAGING = Window("imaging", 56, 84)
"""Days from the start of a line to its imaging after 8 to 12 weeks."""


@dataclass(frozen=True)
class Cell:
    """One of four: what imaging said, and on which side of the cut-off the count lay."""

    name: str
    progression: bool
    is_high: bool
    published: PublishedCell


CELLS = (
    Cell("no-progression-low", False, False, PublishedCell(83, 26.9, _BUDD)),
    Cell("no-progression-high", False, True, PublishedCell(13, 15.3, _BUDD)),
    Cell("progression-low", True, False, PublishedCell(20, 19.9, _BUDD)),
    Cell("progression-high", True, True, PublishedCell(22, 6.4, _BUDD)),
)
"""The count by imaging; low is below the cut-off."""


@dataclass(frozen=True)
class OddsAtLag:
    """
    Progression at imaging by the count before it, one imaging a patient.

    Attributes
    ----------
    lag : Window
        Days from the draw to the imaging.
    published : PublishedOdds
        Of this lag.
    patients : int or None
        With a draw in the window; None where they are few.
    table : tuple of tuple of int, shape (2, 2), or None
        High counts, then low ones: with progression, and without. None where
        any cell is of few.
    odds : OddsRatio or None
        None with the table.
    """

    lag: Window
    published: PublishedOdds
    patients: int | None
    table: tuple[tuple[int, int], tuple[int, int]] | None
    odds: OddsRatio | None


@dataclass(frozen=True)
class ResponseRate:
    """
    Objective responses of one group of baseline counts.

    Attributes
    ----------
    group, label : str
        Of the scheme.
    patients : int
        Never few.
    responders : int or None
        With a complete or partial response by imaging as the best of the
        line; None where these or the others are few.
    rate : Share or None
        None with the responders.
    """

    group: str
    label: str
    patients: int
    responders: int | None
    rate: Share | None


@dataclass(frozen=True)
class CohortResponse:
    """
    What the counts of a cohort had to do with response.

    Attributes
    ----------
    lags : tuple of OddsAtLag
        In the order of `LAGS`.
    by_imaging : CohortSurvival
        Overall survival from the imaging, in the cells of `CELLS` by name.
    rates : tuple of ResponseRate
        Groups of baseline counts, the best first; few are left out.
    suppressed_groups : tuple of str
        Those left out.
    """

    lags: tuple[OddsAtLag, ...]
    by_imaging: CohortSurvival
    rates: tuple[ResponseRate, ...]
    suppressed_groups: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """Of one patient what counts: draws in the setting, imaging and lines, each by day."""

    course: Course
    draws: tuple[BloodTest, ...]
    imaging: tuple[Assessment, ...]
    lines: tuple[Line, ...]


def cohort_response(
    courses: Iterable[Course], *, setting: str, scheme: Scheme, data_cutoff: date
) -> CohortResponse:
    """
    Set the counts of a cohort beside what imaging showed.

    Parameters
    ----------
    courses : iterable of Course
        One a patient, at least of all with an assessment.
    setting : str
        Draws of another disease setting do not count.
    scheme : Scheme
        Of the setting; its groups are those of the baseline count.
    data_cutoff : datetime.date
        Nothing later counts.

    Returns
    -------
    CohortResponse
        Every number of fewer than `SMALLEST_CELL` patients, but of none, is
        left out, and so is what would give it away.
    """
    seen = [_seen(course, setting, data_cutoff) for course in courses]
    seen = [each for each in seen if each.imaging and each.draws]
    rates, suppressed = _rates(seen, scheme)
    return CohortResponse(
        lags=tuple(_at_lag(seen, lag, published) for lag, published in LAGS),
        by_imaging=_by_imaging(seen, data_cutoff),
        rates=rates,
        suppressed_groups=suppressed,
    )


def _seen(course: Course, setting: str, data_cutoff: date) -> _Seen:
    patient = course.patient
    draws = (
        test
        for test in patient.blood_tests
        if test.is_result
        and test.is_comparable
        and test.drawn_on <= data_cutoff
        and setting_of(known_on(patient.observations, test.drawn_on)) == setting
    )
    imaging = (
        each
        for each in course.assessments
        if each.method == "imaging" and each.assessed_on <= data_cutoff
    )
    return _Seen(
        course,
        tuple(sorted(draws, key=lambda test: (test.drawn_at, test.accession_number))),
        tuple(sorted(imaging, key=lambda each: (each.assessed_on, each.assessment_id))),
        tuple(course.lines()),
    )


def _is_high(test: BloodTest) -> bool:
    return test.ctc_count >= CUT_OFF


def _is_few(patients: int) -> bool:
    return 0 < patients < SMALLEST_CELL


def _at_lag(seen: Iterable[_Seen], lag: Window, published: PublishedOdds) -> OddsAtLag:
    found = [pair for each in seen if (pair := _first_pair(each, lag))]
    table = tuple(
        tuple(found.count((is_high, progression)) for progression in (True, False))
        for is_high in (True, False)
    )
    (a, b), (c, d) = table
    patients = None if _is_few(len(found)) else len(found)
    if not found or any(map(_is_few, (a, b, c, d))):
        return OddsAtLag(lag, published, patients, None, None)
    return OddsAtLag(lag, published, patients, ((a, b), (c, d)), odds_ratio(((a, b), (c, d))))


def _first_pair(seen: _Seen, lag: Window) -> tuple[bool, bool] | None:
    """Tell of the first imaging with a draw in the window whether the count was high, and it."""
    for imaging in seen.imaging:
        days = [(imaging.assessed_on - test.drawn_on).days for test in seen.draws]
        place = lag.nearest(days)
        if place is not None:
            return _is_high(seen.draws[place]), imaging.status == "progression"
    return None


def _by_imaging(seen: Iterable[_Seen], data_cutoff: date) -> CohortSurvival:
    rows = [row for each in seen if (row := _row(each, data_cutoff))]
    days, died, codes = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.zeros(0),) * 3
    )
    names = [cell.name for cell in CELLS]
    return survival_by_group(days, died, codes, names, ordered=False)


def _row(seen: _Seen, data_cutoff: date) -> tuple[float, bool, int] | None:
    """Make one row of the first line with both a draw and imaging in time, from the imaging."""
    for line in seen.lines:
        draw = EARLY_DRAW.nearest([(t.drawn_on - line.started_on).days for t in seen.draws])
        since = [(each.assessed_on - line.started_on).days for each in seen.imaging]
        place = EARLY_IMAGING.nearest(since)
        if draw is not None and place is not None:
            imaging = seen.imaging[place]
            sides = imaging.status == "progression", _is_high(seen.draws[draw])
            code = [(cell.progression, cell.is_high) for cell in CELLS].index(sides)
            followed = _followed(seen.course, imaging.assessed_on, data_cutoff)
            return followed and (*followed, code)
    return None


def _followed(course: Course, start: date, data_cutoff: date) -> tuple[float, bool] | None:
    told = course.patient.follow_up
    if told is None:
        return None
    end = told.death_on or told.last_known_alive_on or told.progression_on
    if end is None or end < start:
        return None
    died = told.death_on is not None and told.death_on <= data_cutoff
    return (min(end, data_cutoff) - start).days or HALF_A_DAY, died


def _rates(
    seen: Iterable[_Seen], scheme: Scheme
) -> tuple[tuple[ResponseRate, ...], tuple[str, ...]]:
    best: dict[str, list[bool]] = {group.name: [] for group in scheme.groups}
    for each in seen:
        found = _baseline_and_best(each)
        if found:
            count, status = found
            best[scheme.group_of(count).name].append(status in RESPONSES)
    few = tuple(name for name, responses in best.items() if _is_few(len(responses)))
    rates = (
        _rate(group.name, group.label, best[group.name])
        for group in scheme.groups
        if len(best[group.name]) >= SMALLEST_CELL
    )
    return tuple(rates), few


def _rate(group: str, label: str, responses: list[bool]) -> ResponseRate:
    patients, responders = len(responses), sum(responses)
    if _is_few(responders) or _is_few(patients - responders):
        return ResponseRate(group, label, patients, None, None)
    return ResponseRate(group, label, patients, responders, share_of(responders, patients))


def _baseline_and_best(seen: _Seen) -> tuple[int, str] | None:
    """Give the baseline count and the best status of the first line that has both."""
    for line, end in _spans(seen.lines):
        draw = next((t for t in seen.draws if line_of_draw(seen.lines, t.drawn_on) == line), None)
        statuses = {
            each.status for each in seen.imaging if line.started_on < each.assessed_on <= end
        }
        if draw is not None and statuses:
            return draw.ctc_count, min(statuses, key=BEST_FIRST.index)
    return None


def _spans(lines: Sequence[Line]) -> Iterator[tuple[Line, date]]:
    # Imaging on the day a line starts is of the line before it; without a line there is no end.
    ends = [line.started_on for line in lines[1:]]
    return zip(lines, [*ends, date.max], strict=False)
