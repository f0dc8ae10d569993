"""Where a patient's clocks start, and what was known then: all that a fit can use of a person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal, get_args

from app.prognosis.covariates import COUNT
from app.prognosis.patient import (
    WINDOWS,
    BloodTest,
    Clock,
    FollowUp,
    Known,
    Landmark,
    Patient,
    clock_of_draw,
    clock_of_index,
    landmark_of_draw,
    setting_of,
)

ClockName = Literal["draw", "index_date", Landmark]

CLOCKS: tuple[ClockName, ...] = get_args(ClockName)

BASELINE = "baseline"
"""The kind of the clocks that start before a line of therapy or with it."""


def kind_of(clock: str) -> str:
    """
    Tell which models a clock's model stands beside, and which it replaces.

    Parameters
    ----------
    clock : str
        One of `CLOCKS`.

    Returns
    -------
    str
        `baseline` for a draw and for an index date; a landmark is its own.
    """
    return clock if clock in WINDOWS else BASELINE


@dataclass(frozen=True)
class ClockStart:
    """
    What one patient brings to the fits of one setting, whatever their endpoint and cut-off.

    Attributes
    ----------
    setting : str
        The disease setting known on the day.
    start : datetime.date or None
        Time zero; None where no draw in this setting was a baseline draw.
    accession_number : str or None
        Of the draw that starts the clock; None where an index date does.
    eligible_from : datetime.date
        The first day with a draw whose count may feed a fit, in any setting;
        the index date where that starts the clock.
    passed_over_from : datetime.date or None
        The first day with a draw in this setting that was no baseline draw.
    known : mapping of str to Known
        What was known at time zero, by the fact's name; `ctc_count` included.
    follow_up : FollowUp
        What became of the patient.
    line_start_unknown : bool
        Whether the draw is a baseline draw only because no line start was told.
    """

    setting: str
    start: date | None
    accession_number: str | None
    eligible_from: date
    passed_over_from: date | None
    known: Mapping[str, Known]
    follow_up: FollowUp
    line_start_unknown: bool = False


def clock_starts(patient: Patient, clock: ClockName) -> tuple[ClockStart, ...]:
    """
    Find every start that a fit could choose, for each setting the patient was seen in.

    Parameters
    ----------
    patient : Patient
        Everything recorded.
    clock : {'draw', 'index_date', 'weeks-3-5', 'weeks-6-8', 'weeks-9-14'}
        Time zero: the first baseline draw in the setting, the index date, or
        the first draw in the setting in that window after a line's start.

    Returns
    -------
    tuple of ClockStart
        A later draw follows an earlier one only where its local day is before
        that of the earlier one, so that a cut-off can fall between them; none
        for a patient without an eligible draw, without a draw in the window,
        or without an index date.
    """
    return tuple(_FINDERS[clock](patient))


def _of_index(patient: Patient) -> Iterator[ClockStart]:
    clock = clock_of_index(patient)
    if clock is not None:
        follow_up = patient.follow_up or FollowUp()
        setting = setting_of(clock.known)
        yield ClockStart(setting, clock.start, None, clock.start, None, clock.known, follow_up)


def _of_draws(patient: Patient) -> Iterator[ClockStart]:
    return _by_setting(
        patient, [(test, clock_of_draw(patient, test)) for test in _eligible(patient)]
    )


def _of_window(window: str, patient: Patient) -> Iterator[ClockStart]:
    placed = ((test, landmark_of_draw(patient, test)) for test in _eligible(patient))
    within = [(test, clock) for test, clock in placed if clock and clock.window == window]
    return _by_setting(patient, within)


_FINDERS: Mapping[str, Callable[[Patient], Iterator[ClockStart]]] = {
    "draw": _of_draws,
    "index_date": _of_index,
    **{window: partial(_of_window, window) for window in WINDOWS},
}


def _eligible(patient: Patient) -> list[BloodTest]:
    tests = (test for test in patient.blood_tests if test.is_result and test.is_comparable)
    return sorted(tests, key=lambda test: (test.drawn_at, test.accession_number))


def _by_setting(patient: Patient, placed: list[tuple[BloodTest, Clock]]) -> Iterator[ClockStart]:
    for setting in dict.fromkeys(setting_of(clock.known) for _, clock in placed):
        within = [each for each in placed if setting_of(each[1].known) == setting]
        yield from _of_setting(patient, setting, within, min(test.drawn_on for test, _ in placed))


def _of_setting(
    patient: Patient,
    setting: str,
    draws: list[tuple[BloodTest, Clock]],
    eligible_from: date,
) -> Iterator[ClockStart]:
    follow_up = patient.follow_up or FollowUp()
    passed_over = _earliest(draws, lambda standing: standing == "not-baseline")
    starting = [each for each in draws if each[1].standing != "not-baseline"]
    if not starting:
        yield ClockStart(setting, None, None, eligible_from, passed_over, {}, follow_up)
    earliest = date.max
    for test, clock in starting:
        if test.drawn_on < earliest:
            earliest = test.drawn_on
            yield ClockStart(
                setting=setting,
                start=clock.start,
                accession_number=test.accession_number,
                eligible_from=eligible_from,
                passed_over_from=passed_over,
                known={**clock.known, COUNT: Known(test.ctc_count, test.drawn_on)},
                follow_up=follow_up,
                line_start_unknown=clock.standing == "line-start-unknown",
            )


def _earliest(
    draws: Iterable[tuple[BloodTest, Clock]], chosen: Callable[[str], bool]
) -> date | None:
    return min((test.drawn_on for test, clock in draws if chosen(clock.standing)), default=None)
