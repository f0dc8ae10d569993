"""What the counts of one person did under treatment, told beside treatments and assessments."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.errors import Conflict
from app.prognosis.answer import USE, Reason
from app.prognosis.answer import to_json as to_dict
from app.prognosis.courses import Course, line_on
from app.prognosis.patient import BloodTest, Line
from app.prognosis.response import NO_LANDMARK_MODEL, InScheme, Response, respond
from app.prognosis.serial_groups import SERIAL_SCHEMES
from app.storage.patients import PatientRow
from app.storage.store import Store
from app.usecases.patients import found_patient
from app.usecases.prognoses import Asked, pose
from app.usecases.service import Call, Reply, Service, answered, instant, to_json

NO_LANDMARK: Mapping[str, Any] = {
    "landmark": None,
    "landmark_reason": asdict(NO_LANDMARK_MODEL),
}


def read_response(service: Service, call: Call, patient_id: str, scheme: str) -> Reply:
    """Give the serial group and the change of count, or refuse with why there is none."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        course = course_of(store, patient_id)
        found = respond(course, SERIAL_SCHEMES[scheme])
        if isinstance(found, Reason):
            raise Conflict(found.detail, code=found.code)
        landmark = _landmark(service, store, course, found.pair.second)
        told = response_content(service, course, found, landmark)
        content = {"patient_id": patient_id, **told}
        return Reply(200, to_json(content), patient=row)

    return answered(service, call, work)


def shown_response(service: Service, call: Call, patient_id: str, scheme: str) -> dict[str, Any]:
    """Tell what a picture shows; without a serial group, why there is none."""
    told: dict[str, Any] = {}

    def work(store: Store) -> Reply:
        row: PatientRow = found_patient(store, patient_id)
        course = course_of(store, patient_id)
        found = respond(course, SERIAL_SCHEMES[scheme])
        landmark = NO_LANDMARK
        if not isinstance(found, Reason):
            landmark = _landmark(service, store, course, found.pair.second)
        told.update(response_content(service, course, found, landmark), scheme=scheme)
        return Reply(200, patient=row)

    answered(service, call, work)
    return told


def course_of(store: Store, patient_id: str) -> Course:
    """Collect everything recorded of one person, treatments and assessments included."""
    return Course(
        store.patients.record(patient_id),
        store.treatments.of_patients([patient_id]).get(patient_id, ()),
        store.assessments.of_patients([patient_id]).get(patient_id, ()),
    )


def response_content(
    service: Service,
    course: Course,
    found: Response | Reason,
    landmark: Mapping[str, Any] = NO_LANDMARK,
) -> dict[str, Any]:
    """Write a course and what its draws say as JSON holds it."""
    return {
        "computed_at": instant(service.now()),
        **(_none(found) if isinstance(found, Reason) else _serial(found)),
        **landmark,
        "draws": _draws(course, found),
        "treatments": [
            _dated(each) for each in sorted(course.treatments, key=lambda each: each.started_on)
        ],
        "assessments": [
            _dated(each) for each in sorted(course.assessments, key=lambda each: each.assessed_on)
        ],
        "use": USE,
    }


def _landmark(
    service: Service, store: Store, course: Course, second: BloodTest
) -> Mapping[str, Any]:
    posed = pose(service, store, course.patient, second, Asked(), stored=False)
    clock, in_use = posed.question.clock, posed.in_use
    if clock is None or in_use is None or clock.window != in_use.model.clock:
        return NO_LANDMARK
    hazard = to_dict(posed.answer())["hazard"]
    if hazard["status"] == "withheld":
        return {"landmark": None, "landmark_reason": hazard["reasons"][0]}
    told = ("status", "reasons", "hazard_ratio", "ci95", "reference")
    landmark = {
        "window": clock.window,
        "model_id": in_use.model_id,
        **{name: hazard[name] for name in told},
    }
    return {"landmark": landmark, "landmark_reason": None}


def _none(reason: Reason) -> dict[str, Any]:
    return {
        **dict.fromkeys(("line", "counted_from", "serial_group", "change")),
        "other_serial_groups": [],
        "cautions": [],
        "reason": asdict(reason),
    }


def _serial(found: Response) -> dict[str, Any]:
    return {
        "line": _line(found.pair.line),
        "counted_from": found.pair.second.drawn_on.isoformat(),
        "serial_group": {
            **_group(found.serial),
            "label": found.serial.group.label,
            "cut_off": found.serial.scheme.cut_off,
            "first": found.pair.first.accession_number,
            "second": found.pair.second.accession_number,
            "repeat_draws_other_group": found.serial.repeat_draws_other_group,
            "published": [asdict(each) for each in found.serial.group.published],
            "source": found.serial.scheme.source,
        },
        "other_serial_groups": [_group(each) for each in found.others],
        "change": {
            "days": (found.pair.second.drawn_on - found.pair.first.drawn_on).days,
            **asdict(found.change),
        },
        "cautions": list(found.cautions),
    }


def _group(found: InScheme) -> dict[str, Any]:
    return {
        "scheme": found.scheme.name,
        "version": found.scheme.version,
        "group": found.group.name,
    }


def _line(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {"line": line.number, "started_on": line.started_on.isoformat()}


def _draws(course: Course, found: Response | Reason) -> list[dict[str, Any]]:
    lines = course.lines()
    roles = (
        {}
        if isinstance(found, Reason)
        else {
            found.pair.first.accession_number: "first",
            found.pair.second.accession_number: "second",
        }
    )
    tests = sorted(
        course.patient.blood_tests, key=lambda test: (test.drawn_at, test.accession_number)
    )
    return [
        {
            "accession_number": test.accession_number,
            "drawn_at": instant(test.drawn_at),
            "drawn_on": test.drawn_on.isoformat(),
            "ctc_count": test.ctc_count,
            "blood_volume_ml": test.blood_volume_ml,
            "assay": test.assay,
            "status": test.status,
            "line_started_on": _start(line_on(lines, test.drawn_on)),
            "is_comparable": _is_comparable(test),
            "serial": roles.get(test.accession_number),
        }
        for test in tests
    ]


def _start(line: Line | None) -> str | None:
    return line.started_on.isoformat() if line else None


def _is_comparable(test: BloodTest) -> bool:
    return test.is_result and test.is_comparable


def _dated(told: Any) -> dict[str, Any]:
    days = {name: day.isoformat() for name, day in told.days.items()}
    return {**vars(told), **days}
