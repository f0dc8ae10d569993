"""A stored answer comes out again to the last byte, whatever was told since."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, update

from app.prognosis.patient import BloodTest, FollowUp, Value
from app.prognosis.simulation import simulate_cohort
from app.prognosis.specification import ModelRequest
from app.storage import tables
from app.storage.cohort_writes import as_new, new_person
from app.storage.store import reading, writing
from app.usecases import replays
from app.usecases.intake import Statement
from app.usecases.models import request_refit
from app.usecases.patients import tell_outcome
from app.usecases.prognoses import Asked, give_prognosis
from app.usecases.replays import replayed
from app.usecases.results import correct_result, record_result
from app.usecases.service import Call, Reply, Service, answered_alone
from tests.owner import as_owner

TODAY = datetime.now(UTC).date()
DRAWN = datetime.combine(TODAY - timedelta(days=40), datetime.min.time(), UTC)


def a_model(service: Service, call: Call, patients: int = 300) -> None:
    """A model in use, of simulated patients."""
    people = simulate_cohort(patients, 7, TODAY)
    with writing(service.database, call.caller.organisation_id) as store:
        now = service.now()
        store.cohort.save((as_new(new_person(each.patient_id, now), each) for each in people), now)
    request = ModelRequest("hospital", "overall_survival", "metastatic", "draw", TODAY)
    request_refit(service, call, request)


def told(ecog: int | None = 1) -> dict[str, Value | None]:
    return {
        "disease_setting": "metastatic",
        "birth_year": 1960,
        "er_status": "positive",
        "line_of_therapy": 1,
        "sites": ["liver"],
        "ecog": ecog,
    }


def a_test(number: int, count: int = 17) -> BloodTest:
    return BloodTest(f"LAB-{number}", DRAWN, DRAWN.date(), count)


def answer(service: Service, call: Call, number: int = 1, **asked: Any) -> dict[str, Any]:
    statement = Statement(f"P-{number}", None, told(), {})
    prepared = give_prognosis(service, call, statement, a_test(number), Asked(**asked))
    reply = answered_alone(service, prepared)
    content: dict[str, Any] = json.loads(reply.body or "")
    return content


def verdicts(service: Service, call: Call) -> list[str]:
    return [each.verdict for each in replayed(service, call.caller.organisation_id)]


def tamper(service: Service, table: Table, **values: object) -> None:
    with as_owner(service.database) as connection:
        connection.execute(update(table).values(values))


def test_answers_come_out_again_with_a_model_and_without(service: Service, call: Call) -> None:
    withheld = answer(service, call, 1)
    a_model(service, call)
    given = answer(service, call, 2, scheme="cellsearch-5", horizons_months=(3, 6))

    assert withheld["model"] is None
    assert given["hazard"]["status"] in ("given", "qualified")
    assert verdicts(service, call) == ["equal", "equal"]


def test_what_is_told_later_changes_no_earlier_answer(service: Service, call: Call) -> None:
    a_model(service, call)
    answer(service, call)
    later = Statement("P-1", TODAY, told(ecog=3), {})
    prepared = give_prognosis(service, call, later, a_test(2, 40), Asked())
    answered_alone(service, prepared)
    tell_outcome(service, call, "P-1", FollowUp(TODAY - timedelta(days=2)), None)
    corrected = replace(a_test(1, 3), status="corrected")
    seen = frozenset({"1"})
    correct_result(service, call, "P-1", corrected, seen, Asked())
    a_model(service, replace(call), patients=0)

    assert verdicts(service, call) == ["equal"] * 3


def test_a_laboratorys_answer_comes_out_again(service: Service, call: Call) -> None:
    a_model(service, call)
    reply = record_result(service, call, "P-9", a_test(9), Asked())

    assert isinstance(reply, Reply)
    assert verdicts(service, call) == ["equal"]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (tables.observation, {"facts": json.dumps({"disease_setting": "non_metastatic"})}),
        (tables.blood_test, {"ctc_count": 3}),
        (tables.blood_test, {"version": 7}),
        (tables.prognosis, {"circumstances": "{}"}),
        (tables.prognosis, {"circumstances": "none"}),
        (tables.prognosis, {"answer": "none"}),
    ],
)
def test_what_was_altered_behind_the_service_is_found(
    service: Service, call: Call, table: Table, values: dict[str, object]
) -> None:
    answer(service, call)

    tamper(service, table, **values)

    assert verdicts(service, call) == ["differs"]


def test_another_last_digit_counts_on_the_same_software_only(
    service: Service, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_model(service, call)
    sent = answer(service, call)
    sent["hazard"]["hazard_ratio"] *= 1 + 1e-12
    text = json.dumps(sent, separators=(",", ":"), ensure_ascii=False)
    tamper(service, tables.prognosis, answer=text)
    here = verdicts(service, call)

    monkeypatch.setattr(replays, "software", lambda: {"ctc-prognosis": "another"})

    assert (here, verdicts(service, call)) == (["differs"], ["close"])


def test_an_answer_of_the_first_release_is_told_as_unrecorded(service: Service, call: Call) -> None:
    answer(service, call)

    tamper(service, tables.prognosis, circumstances=None)

    assert verdicts(service, call) == ["unrecorded"]


def test_another_hospitals_answers_are_not_among_them(
    service: Service, call: Call, call_of: Any
) -> None:
    answer(service, call)

    assert verdicts(service, call_of("another")) == []


def test_every_answer_is_replayed_over_many_pages(
    service: Service, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "PAGE", 2)
    for number in range(5):
        answer(service, call, number)

    assert verdicts(service, call) == ["equal"] * 5
    with reading(service.database, call.caller.organisation_id) as store:
        assert store.prognoses.count() == 5
