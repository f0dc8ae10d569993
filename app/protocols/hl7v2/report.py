"""An ORU^R01 as the results that it reports; what else it says is passed over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from app.errors import FieldError, InvalidInput
from app.prognosis.patient import BloodTest
from app.protocols.hl7v2.reader import Message, Segment, component_of
from app.protocols.hl7v2.refusals import at, refused
from app.protocols.hl7v2.times import Told, read_time
from app.settings import Settings
from app.usecases.intake import IDENTIFIER
from app.usecases.messages import Reported

VERSIONS = frozenset(
    {"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"}
)

LOINC = frozenset({"LN", "LOINC", "2.16.840.1.113883.6.1", ""})
"""Names of LOINC in OBX-3.3; where a sender names no system, it is this one."""

OTHER_TUMOURS = frozenset({"68123-9"})
"""LOINC codes of counts in other tumours: CTC.prostate [#/volume] in Blood."""

STATUSES: Mapping[str, str] = {
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "F": "final",
    "U": "final",
    "V": "final",
    "A": "corrected",
    "B": "corrected",
    "C": "corrected",
    "X": "cancelled",
    "D": "entered_in_error",
    "W": "entered_in_error",
}
"""HL7's table 0085, and what becomes of a result."""

NO_RESULT = frozenset({"I", "N", "O"})
"""Statuses with which there is no result: pending, not asked for, an order's detail."""

WITHDRAWN = frozenset({"cancelled", "entered_in_error"})

DELETED = '""'
"""What HL7 writes in a field whose value is deleted."""

NUMBER_TYPES = ("NM", "SN", "ST", "TX", "FT")

PATIENT_TYPES = ("MR", "PI", "PT", "")
"""Identifiers of a person in PID-3.5 that are taken, the first of them first."""

MOST_RESULTS = 200
"""Counts of one message, which are stored in one transaction."""

MOST_CELLS = 1_000_000

LONGEST_NAME = 256
"""Characters of a sender's name and of a control id; HL7 2.8 has 227 and 199."""

_NUMBER = re.compile(r"\+?0*(\d{1,9})(?:\.0*)?", re.ASCII)
_CELLS = re.compile(r"(?i)(.*?)\s*(?:cells?|ctcs?)?", re.ASCII)
_COMPARED = re.compile(r"[<>≤≥~]")


@dataclass(frozen=True)
class Site:
    """What one service accepts: codes, units, whose identifiers, and its time zone."""

    settings: Settings

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of times that name none."""
        return ZoneInfo(self.settings.time_zone)

    @cached_property
    def codes(self) -> frozenset[tuple[str, str]]:
        """The accepted codes with their systems; LOINC's under every name it goes by."""
        named = (code.partition("^") for code in self.settings.hl7v2_codes.split(","))
        return frozenset(
            (code, each) for code, _, system in named for each in ((system,) if system else LOINC)
        )

    @cached_property
    def units(self) -> frozenset[str]:
        """The accepted spellings."""
        return frozenset(map(spelled, self.settings.hl7v2_units.split(";")))


def spelled(unit: str) -> str:
    """Write a unit without blanks and capitals; it means what it is listed as, and no more."""
    return "".join(unit.split()).casefold()


@dataclass
class Order:
    """One OBR, the patient before it, and what follows it."""

    patient: Segment
    request: Segment
    observations: list[Segment] = field(default_factory=list)
    specimen: Segment | None = None


def reported(message: Message, site: Site) -> tuple[Reported, ...]:
    """Translate a message into results; every error of its content is told at once."""
    sent = check_heading(message, site)
    results: list[Reported] = []
    errors: list[FieldError] = []
    for order, observation in _counts(message, site):
        try:
            results.append(_result(order, observation, site, sent))
        except InvalidInput as refusal:
            errors += refusal.errors
    if errors:
        raise InvalidInput(errors[0].detail, code=errors[0].code, errors=tuple(errors))
    if not results:
        raise refused(at("OBX", 1, 3), "table-value", "no observation is a count of these cells")
    return tuple(results)


def check_heading(message: Message, site: Site) -> Told:
    """Refuse what is not for this service, or says too little of itself."""
    header = message.header
    if header.text(9) != "ORU":
        raise refused(at("MSH", 1, 9, 1), "unsupported-message-type", "only ORU is taken")
    if header.text(9, 2) != "R01":
        raise refused(at("MSH", 1, 9, 2), "unsupported-event", "only R01 is taken")
    if header.text(12) not in VERSIONS:
        raise refused(at("MSH", 1, 12), "unsupported-version", "2.3 to 2.8.2 are taken")
    if not header.raw(10):
        raise refused(at("MSH", 1, 10), "required-field-missing", "the control id is required")
    for number in (3, 4, 10):
        if len(header.raw(number)) > LONGEST_NAME:
            raise refused(at("MSH", 1, number), "data-type", "the field is too long")
    if header.text(11) != "P":
        detail = "only processing id P is stored: no training, no debugging"
        raise refused(at("MSH", 1, 11), "unsupported-processing-id", detail)
    sent = _time(header, 7, site)
    if not sent.has_minute:
        raise refused(at("MSH", 1, 7), "data-type", "a time to the minute is required")
    return sent


def _counts(message: Message, site: Site) -> Iterator[tuple[Order, Segment]]:
    """Yield every count with its order, and cancelled orders that come without one."""
    found = 0
    for order in _orders(message, site):
        counts = [each for each in order.observations if _is_count(each, site)]
        if not order.observations and order.request.text(25) == "X":
            counts = [order.request]
        for observation in counts:
            found += 1
            if found > MOST_RESULTS:
                detail = f"one message may hold {MOST_RESULTS} counts"
                raise refused(at("OBX", observation.sequence, 3), "segment-sequence", detail)
            yield order, observation


def _orders(message: Message, site: Site) -> Sequence[Order]:
    orders: list[Order] = []
    patient: Segment | None = None
    is_open = False
    for segment in message.segments[1:]:
        if segment.name == "MSH":
            raise refused(at("MSH", segment.sequence, 1), "segment-sequence", "a second message")
        if segment.name == "PID":
            patient, is_open = segment, False
        elif segment.name == "OBR":
            if patient is None:
                detail = "no PID stands before it"
                raise refused(at("OBR", segment.sequence, 1), "segment-sequence", detail)
            orders.append(Order(patient, segment))
            is_open = True
        elif segment.name == "OBX":
            if is_open:
                orders[-1].observations.append(segment)
            elif _is_count(segment, site):
                detail = "no OBR stands before it"
                raise refused(at("OBX", segment.sequence, 1), "segment-sequence", detail)
        elif segment.name == "SPM" and is_open:
            orders[-1].specimen = orders[-1].specimen or segment
    return orders


def _is_count(observation: Segment, site: Site) -> bool:
    codes = [(observation.text(3, n), observation.text(3, n + 2)) for n in (1, 4)]
    if any(code in OTHER_TUMOURS and system in LOINC for code, system in codes):
        detail = "a count in another tumour than breast cancer is not taken"
        raise refused(at("OBX", observation.sequence, 3, 1), "table-value", detail)
    return any(code in site.codes for code in codes)


def _result(order: Order, observation: Segment, site: Site, sent: Told) -> Reported:
    stated = _time(order.request, 22, site) if order.request.raw(22) else sent
    # By the minute: two clocks of one laboratory are not nearer to each other.
    as_of = (stated if stated.has_minute else sent).at.replace(second=0, microsecond=0)
    status = _status(order, observation)
    accession_number = _accession_number(order, observation)
    test = None
    if observation.name == "OBX":
        if observation.raw(5) == DELETED and status not in WITHDRAWN:
            status = "entered_in_error"
        test = _test(order, observation, site, accession_number, status)
    return Reported(
        at(observation.name, observation.sequence, 5 if observation.name == "OBX" else 3),
        _patient_id(order.patient, site),
        _birth_year(order.patient, site),
        accession_number,
        status,
        test,
        as_of,
    )


def _status(order: Order, observation: Segment) -> str:
    if order.request.text(25) == "X":
        return "cancelled"
    code, place = observation.text(11), at("OBX", observation.sequence, 11)
    if not code:
        raise refused(place, "required-field-missing", "the status of a result is required")
    if code in NO_RESULT:
        raise refused(place, "table-value", "with this status there is no result to store")
    if code not in STATUSES:
        raise refused(place, "table-value", "the status is none of table 0085")
    return STATUSES[code]


def _accession_number(order: Order, observation: Segment) -> str:
    request = order.request
    number, place = request.text(3), at("OBR", request.sequence, 3)
    if not number:
        raise refused(place, "required-field-missing", "the filler order number is required")
    part = observation.text(4) if observation.name == "OBX" else ""
    # Of most orders one count comes, which senders number 1 or not at all.
    number = number if part in ("", "0", "1") else f"{number}.{part}"
    return _identifier(number, place)


def _identifier(text: str, place: str) -> str:
    if not re.fullmatch(IDENTIFIER, text):
        detail = "1 to 64 letters, digits, dots, dashes or underscores are required"
        raise refused(place, "data-type", detail)
    return text


def _patient_id(patient: Segment, site: Site) -> str:
    place = at("PID", patient.sequence, 3)
    if not patient.raw(3):
        raise refused(place, "required-field-missing", "the patient's identifier is required")
    wanted = site.settings.hl7v2_patient_authority
    separators = patient.separators
    typed: dict[str, str] = {}
    for repetition in patient.repetitions(3):
        number, authority, kind = (component_of(repetition, n, separators) for n in (1, 4, 5))
        if number and (wanted is None or authority == wanted):
            typed.setdefault(kind, number)
    for kind in PATIENT_TYPES:
        if kind in typed:
            return _identifier(typed[kind], place)
    raise refused(place, "unknown-key", "no identifier is of a kind and an authority that is taken")


def _birth_year(patient: Segment, site: Site) -> int | None:
    told = read_time(patient.text(7), site.zone)
    return told.at.year if told else None


def _test(
    order: Order, observation: Segment, site: Site, accession_number: str, status: str
) -> BloodTest | None:
    is_told = observation.raw(5) not in ("", DELETED)
    if not is_told and (status in WITHDRAWN or observation.text(11) == "U"):
        return None
    try:
        count = _count(observation)
    except InvalidInput:
        if status in WITHDRAWN:
            # Whatever stands there, why it was withdrawn as a rule, is no count.
            return None
        raise
    _check_unit(observation, site)
    drawn = _drawn(order, observation, site)
    assay = _assay(observation)
    return BloodTest(accession_number, drawn.at, drawn.at.date(), count, 7.5, assay, status)


def _count(observation: Segment) -> int:
    place = at("OBX", observation.sequence, 5)
    kind, text = observation.text(2), observation.text(5)
    if kind not in NUMBER_TYPES:
        code = "table-value" if kind else "required-field-missing"
        raise refused(at("OBX", observation.sequence, 2), code, "NM, SN, ST, TX or FT is taken")
    if len(observation.repetitions(5)) > 1:
        raise refused(place, "data-type", "one value is required, and several are given")
    if kind == "SN":
        comparator, first, *more = (observation.text(5, n) for n in (1, 2, 3, 4))
        if comparator not in ("", "=") or any(more):
            raise _censored(place)
        text = first
    if _COMPARED.search(text):
        raise _censored(place)
    if not text:
        raise refused(place, "required-field-missing", "a value is required")
    if kind not in ("NM", "SN") and (worded := _CELLS.fullmatch(text)):
        text = worded[1]
    number = _NUMBER.fullmatch(text)
    if number is None or int(number[1]) > MOST_CELLS:
        raise refused(place, "data-type", "a whole number of cells up to 1,000,000 is required")
    return int(number[1])


def _censored(place: str) -> InvalidInput:
    detail = "a comparator, ratio or range is no count: it cannot be stored as one, and is not"
    return refused(place, "data-type", detail)


def _check_unit(observation: Segment, site: Site) -> None:
    unit, place = observation.text(6) or observation.text(6, 2), at("OBX", observation.sequence, 6)
    if not unit:
        raise refused(place, "required-field-missing", "the unit is required")
    if spelled(unit) not in site.units:
        detail = "the unit is none of the accepted spellings of per 7.5 mL"
        raise refused(place, "table-value", detail)


def _assay(observation: Segment) -> str:
    """Read the method; one that is named and not known is none of those with models."""
    named = " ".join(observation.text(17, n) for n in (1, 2, 4, 5)).casefold()
    for assay in ("cellsearch", "parsortix"):
        if assay in named:
            return assay
    return "other" if named.strip() else "cellsearch"


def _drawn(order: Order, observation: Segment, site: Site) -> Told:
    places = [(observation, 14), (order.request, 7)]
    if order.specimen is not None:
        places.append((order.specimen, 17))
    told = [(_time(segment, n, site), segment, n) for segment, n in places if segment.raw(n)]
    if not told:
        place = at("OBR", order.request.sequence, 7)
        raise refused(place, "required-field-missing", "when blood was drawn is required")
    drawn, segment, number = told[0]
    if not drawn.has_day:
        place = at(segment.name, segment.sequence, number)
        raise refused(place, "data-type", "the day on which blood was drawn is required")
    return drawn


def _time(segment: Segment, number: int, site: Site) -> Told:
    place = at(segment.name, segment.sequence, number)
    if not segment.text(number):
        raise refused(place, "required-field-missing", "a time is required")
    told = read_time(segment.text(number), site.zone)
    if told is None:
        raise refused(place, "data-type", "a time YYYYMMDDHHMMSS is required")
    return told
