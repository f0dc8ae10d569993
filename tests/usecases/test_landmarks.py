"""Every way to an answer: a later draw gets the landmark model of its weeks, or none."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.errors import Conflict, InvalidInput, NotFound
from app.prognosis.patient import BloodTest, Landmark, Patient, Value
from app.prognosis.specification import ModelRequest
from app.prognosis.training_values import laid_open
from app.storage.cohort_writes import as_new, new_person
from app.storage.refits import Refit
from app.storage.store import reading, writing
from app.usecases.due import due
from app.usecases.intake import Statement
from app.usecases.models import promote_model, queue_refit, read_current_model, request_refit
from app.usecases.patients import tell_patient
from app.usecases.prognoses import (
    Asked,
    curve_of_patient,
    give_prognosis,
    preview_prognosis,
    prognosis_of_patient,
    read_prognosis,
)
from app.usecases.replays import replayed
from app.usecases.results import correct_result, record_result
from app.usecases.service import Call, Prepared, Reply, Service, answered_alone
from app.usecases.training import read_rows, registry_of, renew
from tests.prognosis.cohorts import CUTOFF
from tests.prognosis.serial_cohorts import BEFORE, NOW, serial_patients

TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)
WEEKS: Landmark = "weeks-3-5"
BASELINE = ModelRequest(
    "hospital", "overall_survival", "metastatic", "draw", CUTOFF, ("log1p_ctc",)
)
LANDMARK = replace(BASELINE, clock=WEEKS, covariates=("log1p_ctc", "log1p_baseline_ctc"))
BEGUN = TODAY - 60 * DAY


def save(service: Service, call: Call, patients: list[Patient]) -> None:
    with writing(service.database, call.caller.organisation_id) as store:
        now = service.now()
        store.cohort.save(
            (as_new(new_person(each.patient_id, now), each) for each in patients), now
        )


@pytest.fixture
def followed(service: Service, call: Call) -> Call:
    """A hospital with a baseline model in use and patients who were drawn again."""
    save(service, call, serial_patients(250, 11))
    request_refit(service, call, BASELINE)
    return call


def current(service: Service, call: Call, clock: str | None = None) -> dict[str, Any]:
    reply = read_current_model(service, call, "overall_survival", "metastatic", clock)
    return told(reply)


def told(reply: Reply) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(reply.body or "")
    return content


def a_draw(number: str, day: date, count: int) -> BloodTest:
    return BloodTest(number, datetime.combine(day, datetime.min.time(), UTC), day, count)


def on_a_line(service: Service, call: Call, patient_id: str, baseline: int | None = 20) -> None:
    """Tell of a patient whose line began sixty days ago, and of the draw before it."""
    facts: dict[str, Value | None] = {"line_of_therapy": 1, "line_started_on": BEGUN.isoformat()}
    tell_patient(service, call, Statement(patient_id, BEGUN, facts, {}), BEGUN, None)
    if baseline is not None:
        record_result(
            service, call, patient_id, a_draw(f"{patient_id}-0", BEGUN, baseline), Asked()
        )


Door = Callable[[Service, Call, str, BloodTest], dict[str, Any]]


def given(service: Service, prepared: Prepared[Any]) -> dict[str, Any]:
    return told(answered_alone(service, prepared))


def by_submission(service: Service, call: Call, patient_id: str, test: BloodTest) -> dict[str, Any]:
    statement = Statement(patient_id, test.drawn_on, {}, {})
    return given(service, give_prognosis(service, call, statement, test, Asked()))


def by_preview(service: Service, call: Call, patient_id: str, test: BloodTest) -> dict[str, Any]:
    statement = Statement(patient_id, test.drawn_on, {}, {})
    return told(preview_prognosis(service, call, statement, test, Asked()))


def by_result(service: Service, call: Call, patient_id: str, test: BloodTest) -> dict[str, Any]:
    content = told(record_result(service, call, patient_id, test, Asked()))
    prognosis: dict[str, Any] = content["prognosis"]
    return prognosis


def by_correction(service: Service, call: Call, patient_id: str, test: BloodTest) -> dict[str, Any]:
    record_result(service, call, patient_id, replace(test, ctc_count=3), Asked())
    corrected = replace(test, status="corrected")
    reply = correct_result(service, call, patient_id, corrected, frozenset({"1"}), Asked())
    prognosis: dict[str, Any] = told(reply)["prognosis"]
    return prognosis


def by_patient(service: Service, call: Call, patient_id: str, test: BloodTest) -> dict[str, Any]:
    record_result(service, call, patient_id, test, Asked())
    return given(service, prognosis_of_patient(service, call, patient_id, Asked()))


def by_picture(service: Service, call: Call, patient_id: str, test: BloodTest) -> dict[str, Any]:
    record_result(service, call, patient_id, test, Asked())
    answer, steps = curve_of_patient(service, call, patient_id, Asked())
    assert bool(steps) == (answer["hazard"]["status"] != "withheld")
    return answer


def by_name(service: Service, call: Call, patient_id: str, test: BloodTest) -> dict[str, Any]:
    answer = by_submission(service, call, patient_id, test)
    return told(read_prognosis(service, call, answer["prognosis_id"]))


DOORS: tuple[Door, ...] = (
    by_submission,
    by_preview,
    by_result,
    by_correction,
    by_patient,
    by_picture,
    by_name,
)


def test_no_door_has_a_baseline_model_answer_a_later_draw(service: Service, followed: Call) -> None:
    by_window = {"weeks-3-5": 28, "weeks-6-8": 49, "none": 10}
    answers: dict[tuple[str, str, str], dict[str, Any]] = {}
    for state in ("baseline", "landmark"):
        if state == "landmark":
            request_refit(service, followed, LANDMARK)
        for door in DOORS:
            for window, day in by_window.items():
                name = f"{door.__name__}-{window}-{state}"
                # Without a draw before the line a patient has none that a baseline model answers.
                keeps = door not in (by_patient, by_picture) or state == "landmark"
                on_a_line(service, followed, name, 20 if keeps else None)
                draw = a_draw(f"{name}-1", BEGUN + day * DAY, 40)
                answers[state, door.__name__, window] = door(service, followed, name, draw)

    mine = current(service, followed, WEEKS)
    for (state, door_name, window), answer in answers.items():
        about = (state, door_name, window)
        hazard, drawn = answer["hazard"], answer["clock_start"]
        if state == "landmark" and window == WEEKS:
            assert hazard["status"] in ("given", "qualified"), about
            assert answer["model"]["model_id"] == mine["model_id"], about
            assert drawn == (BEGUN + 28 * DAY).isoformat(), about
        elif state == "landmark" and door_name in ("by_patient", "by_picture"):
            # The latest that can be answered is then the draw before the line.
            assert drawn == BEGUN.isoformat(), about
            assert answer["blood_test"]["ctc_count"] == 20, about
        else:
            assert [each["code"] for each in hazard["reasons"]] == ["draw-not-baseline"], about
            assert set(hazard) == {"status", "reasons"}, about
            assert answer["risk_group"]["group"] == "4-50", about
    assert {each.verdict for each in replayed(service, followed.caller.organisation_id)} == {
        "equal"
    }


def test_a_landmark_model_stands_beside_the_baseline_model(
    service: Service, followed: Call
) -> None:
    before = current(service, followed)

    request_refit(service, followed, LANDMARK)
    first = current(service, followed, WEEKS)
    request_refit(service, followed, replace(LANDMARK, covariates=("log1p_ctc",)))

    assert current(service, followed) == current(service, followed, "draw") == before
    assert (first["status"], first["clock"]) == ("current", WEEKS)
    for coefficient, truth in zip(first["coefficients"], (NOW, BEFORE), strict=True):
        assert abs(coefficient["coefficient"] - truth) < 4 * coefficient["standard_error"]
    for clock in ("index_date", "weeks-6-8"):
        with pytest.raises(NotFound):
            current(service, followed, clock)
    # The second replaced the first and nothing else, and so does the first again.
    assert current(service, followed, WEEKS)["model_id"] != first["model_id"]
    promoted = told(promote_model(service, followed, first["model_id"], "as it was before"))
    assert (promoted["status"], current(service, followed)["status"]) == ("current", "current")
    corrected = correct_a_baseline_count(service, followed, first["model_id"])
    assert first["model_id"] in due(service.database, followed.caller.organisation_id)
    assert current(service, followed, WEEKS)["changed_rows"] == 1
    assert corrected.endswith("-2")


def correct_a_baseline_count(service: Service, call: Call, model_id: str) -> str:
    """Correct the count before the line of a landmark row; give the draw that its clock counts."""
    with reading(service.database, call.caller.organisation_id) as store:
        (row,) = store.model_rows.page(model_id, 1, None)
        before = store.patients.record(row["patient_id"]).blood_tests[0]
    corrected = replace(before, ctc_count=999, status="corrected")
    correct_result(service, call, row["patient_id"], corrected, frozenset({"1"}), Asked())
    number: str = row["accession_number"]
    return number


def test_kept_landmarks_are_those_of_the_records(service: Service, call: Call) -> None:
    save(service, call, serial_patients(40, 3))
    organisation_id = call.caller.organisation_id

    def seen(version: str) -> list[object]:
        with reading(service.database, organisation_id) as store:
            registry = registry_of(store)
            rows = read_rows(store, LANDMARK, registry)
            kept = len(store.starts.all(WEEKS)), len(store.starts.stale())
        values = laid_open(rows, [registry[name] for name in LANDMARK.covariates])
        return [version, kept, [values.row(place) for place in range(len(rows))], rows.left_out]

    told_only = seen("told")
    renew(service.database, organisation_id, lambda _: None)
    derived = seen("derived")

    assert told_only[2:] == derived[2:]
    assert (told_only[1], derived[1]) == ((0, 40), (1, 0))
    assert len(derived[2]) > 30  # type: ignore[arg-type]


def queued(service: Service, call: Call, request: ModelRequest) -> tuple[Refit, bool]:
    with writing(service.database, call.caller.organisation_id) as store:
        return queue_refit(service, store, request)


def test_refits_of_each_window_run_beside_each_other(service: Service, call: Call) -> None:
    requests = [BASELINE, LANDMARK, replace(LANDMARK, clock="weeks-6-8")]

    refits = [queued(service, call, each) for each in requests]

    assert [is_new for _, is_new in refits] == [True, True, True]
    again, is_new = queued(service, call, LANDMARK)
    assert (again.refit_id, is_new) == (refits[1][0].refit_id, False)
    with pytest.raises(Conflict, match="endpoint, setting and clock"):
        queued(service, call, replace(BASELINE, clock="index_date", covariates=("age",)))


@pytest.mark.parametrize(
    ("clock", "name"),
    [
        ("draw", "log1p_baseline_ctc"),
        ("index_date", "log1p_baseline_ctc"),
        ("index_date", "log1p_ctc"),
    ],
)
def test_a_count_that_a_clock_has_not_is_refused(
    service: Service, call: Call, clock: Any, name: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        request_refit(service, call, replace(BASELINE, clock=clock, covariates=(name,)))

    assert refused.value.code == "count-without-draw"
