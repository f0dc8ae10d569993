"""What the counts of one person did under treatment: two draws of one line, and what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.prognosis.answer import Reason
from app.prognosis.count_change import CountChange, change_of_count
from app.prognosis.courses import Course, line_on
from app.prognosis.covariates import is_her2_positive
from app.prognosis.patient import (
    BloodTest,
    Known,
    Line,
    known_on,
    line_of_draw,
    setting_of,
)
from app.prognosis.risk_group import NEAR_CUT_OFF
from app.prognosis.serial_groups import (
    SERIAL_SCHEMES,
    SERIAL_SETTING,
    SerialGroup,
    SerialScheme,
)

CAUTIONS: Mapping[str, str] = {
    "her2-positive-on-anti-her2": "HER2-positive disease on a treatment against HER2: in such "
    "patients the count did not separate prognoses (Giuliano M et al. Breast Cancer Res "
    "2011;13:R67).",
    "near-cut-off": "Repeat draws of the same patient would make another serial group with "
    "probability 0.2 or more.",
    "line-start-unknown": "No start of a line of therapy is known, so the draws are taken to be "
    "of one line.",
    "first-draw-not-baseline": "The first draw of the line was taken more than 7 days after the "
    "line's start.",
    "later-than-first-follow-up": "Draws lie between the two; the published figures are of the "
    "baseline and the first follow-up draw.",
    "setting-assumed": "The disease setting is not known; metastatic is assumed.",
}
"""What each caution of a response means."""

NO_LANDMARK_MODEL = Reason(
    "no-landmark-model",
    "No landmark model is in use for a draw at this time, and a baseline model does not answer "
    "a later draw.",
)


@dataclass(frozen=True)
class Pair:
    """
    Two draws of one line of therapy.

    Attributes
    ----------
    first, second : BloodTest
        The first and the latest comparable draw of the line, on two days.
    line : Line or None
        None where no start of a line was told before the draws.
    between : int
        Comparable draws of the line between them.
    known : mapping of str to Known
        What was known on the second draw's day.
    """

    first: BloodTest
    second: BloodTest
    line: Line | None
    between: int
    known: Mapping[str, Known]


@dataclass(frozen=True)
class InScheme:
    """The serial group of two draws in one scheme, and how firmly they are in it."""

    scheme: SerialScheme
    group: SerialGroup
    repeat_draws_other_group: float


@dataclass(frozen=True)
class Response:
    """
    What two draws of one line of therapy say.

    Attributes
    ----------
    pair : Pair
        The draws; what follows counts from the second.
    change : CountChange
        From the first count to the second.
    serial : InScheme
        In the scheme asked for.
    others : tuple of InScheme
        In every other one.
    cautions : tuple of str
        Codes of `CAUTIONS`.
    """

    pair: Pair
    change: CountChange
    serial: InScheme
    others: tuple[InScheme, ...]
    cautions: tuple[str, ...]


def find_pair(course: Course) -> Pair | Reason:
    """
    Find the two draws that tell of the line of therapy under way.

    Parameters
    ----------
    course : Course
        Everything recorded of one patient.

    Returns
    -------
    Pair or Reason
        The first and the latest draw of the line of the latest draw, among
        released CellSearch counts of comparable volumes; or why there are no
        two: `serial-needs-two-draws`, `draws-not-comparable`,
        `draws-of-different-lines`, `scheme-not-applicable`.
    """
    lines = course.lines()
    draws = [test for test in course.patient.blood_tests if _has_count(test)]
    usable = [test for test in draws if test.is_result and test.is_comparable]
    usable.sort(key=lambda test: (test.drawn_at, test.accession_number))
    if len({test.drawn_on for test in usable}) < 2:
        return _too_few(len(draws), len(usable))
    second = usable[-1]
    line = line_on(lines, second.drawn_on)
    same = [test for test in usable if line_on(lines, test.drawn_on) == line]
    if same[0].drawn_on == second.drawn_on:
        return Reason(
            "draws-of-different-lines",
            "The latest draw is the only one of its line of therapy; a serial group needs two.",
        )
    known = known_on(course.patient.observations, second.drawn_on)
    if setting_of(known) != SERIAL_SETTING:
        return Reason(
            "scheme-not-applicable", f"Serial groups were made for the setting {SERIAL_SETTING}."
        )
    between = sum(same[0].drawn_on < test.drawn_on < second.drawn_on for test in same)
    return Pair(same[0], second, line, between, known)


def _has_count(test: BloodTest) -> bool:
    return test.status not in ("cancelled", "entered_in_error")


def _too_few(draws: int, usable: int) -> Reason:
    if draws > 1 and usable < 2:
        return Reason(
            "draws-not-comparable",
            f"{usable} of {draws} draws is a released CellSearch count in 7.0 to 8.0 mL; a serial "
            "group needs two.",
        )
    return Reason(
        "serial-needs-two-draws",
        f"Comparable draws: {usable}; a serial group needs two, of two days.",
    )


def respond(course: Course, scheme: SerialScheme) -> Response | Reason:
    """
    Tell what the counts did under the line of therapy under way.

    Parameters
    ----------
    course : Course
        Everything recorded of one patient.
    scheme : SerialScheme
        The scheme asked for.

    Returns
    -------
    Response or Reason
        Why there is none, where two draws are not there.
    """
    pair = find_pair(course)
    if isinstance(pair, Reason):
        return pair
    counts = pair.first.ctc_count, pair.second.ctc_count
    serial = _in_scheme(scheme, *counts)
    return Response(
        pair=pair,
        change=change_of_count(*counts),
        serial=serial,
        others=tuple(
            _in_scheme(each, *counts) for each in SERIAL_SCHEMES.values() if each is not scheme
        ),
        cautions=tuple(_cautions(course, pair, serial)),
    )


def _in_scheme(scheme: SerialScheme, first: int, second: int) -> InScheme:
    return InScheme(
        scheme, scheme.group_of(first, second), scheme.repeat_draws_other_group(first, second)
    )


def _cautions(course: Course, pair: Pair, serial: InScheme) -> Iterator[str]:
    if _is_on_anti_her2(course, pair):
        yield "her2-positive-on-anti-her2"
    if serial.repeat_draws_other_group >= NEAR_CUT_OFF:
        yield "near-cut-off"
    if pair.line is None:
        yield "line-start-unknown"
    elif line_of_draw([pair.line], pair.first.drawn_on) is None:
        yield "first-draw-not-baseline"
    if pair.between:
        yield "later-than-first-follow-up"
    if "disease_setting" not in pair.known:
        yield "setting-assumed"


def _is_on_anti_her2(course: Course, pair: Pair) -> bool:
    return is_her2_positive(pair.known) and any(
        treatment.is_anti_her2 and treatment.overlaps(pair.first.drawn_on, pair.second.drawn_on)
        for treatment in course.treatments
    )
