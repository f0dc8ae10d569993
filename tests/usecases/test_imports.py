"""A cohort comes in: good rows are stored, bad ones named, and a broken import begins again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import DBAPIError

from app.errors import MalformedRequest
from app.prognosis.covariates import declared
from app.prognosis.patient import BloodTest, FollowUp, Patient
from app.storage.cohort_file import NumberedRow
from app.storage.store import reading, writing
from app.usecases.imports import Outcome, import_chunk, import_rows, rehearse_import
from app.usecases.patients import tell_outcome
from app.usecases.prognoses import Asked
from app.usecases.results import record_result
from app.usecases.service import Call, Service, pseudonym
from tests.owner import as_owner
from tests.usecases.rows import Cells, a_draw, an_index_date, draws, numbered

ASSAY_TEST = BloodTest("LAB-1", datetime(2024, 3, 5, 8, 30, tzinfo=UTC), date(2024, 3, 5), 17)


def imported(service: Service, call: Call, *rows: Cells) -> list[Outcome]:
    return list(import_rows(service, call, numbered(rows)))


def told(outcomes: list[Outcome]) -> list[str]:
    """The code of each refusal, else the status."""
    return [outcome.code or outcome.status for outcome in outcomes]


def record(service: Service, call: Call, patient_id: str = "P-1") -> Patient:
    with reading(service.database, call.caller.organisation_id) as store:
        return store.patients.record(patient_id)


def count(service: Service, call: Call) -> int:
    with reading(service.database, call.caller.organisation_id) as store:
        return store.patients.count()


def events(service: Service, call: Call) -> list[tuple[int, str | None, str | None]]:
    with reading(service.database, call.caller.organisation_id) as store:
        return [(event.status, event.person, event.detail) for _, event in store.audit.page(500, 0)]


def test_a_row_is_stored_as_if_it_had_been_posted(service: Service, call: Call) -> None:
    outcomes = imported(service, call, a_draw(er_status="positive", follow_up_days=90, died=False))

    assert outcomes == [Outcome(1, "stored")]
    patient = record(service, call)
    # 2024-03-05 + 90 days.
    assert patient.follow_up == FollowUp(date(2024, 6, 3))
    assert patient.blood_tests == (ASSAY_TEST,)
    assert patient.observations[0].values == {
        "disease_setting": "metastatic",
        "er_status": "positive",
    }


def test_a_repeated_import_changes_nothing(service: Service, call: Call) -> None:
    rows = [a_draw(age=56, follow_up_days=90, died=True), an_index_date(patient_id="P-2")]
    imported(service, call, *rows)
    before = record(service, call), record(service, call, "P-2")

    assert told(imported(service, call, *rows)) == ["unchanged", "unchanged"]
    assert (record(service, call), record(service, call, "P-2")) == before


def test_one_bad_row_in_a_thousand_is_named_and_the_others_are_stored(
    service: Service, call: Call
) -> None:
    rows = draws(1000)
    rows[699] = rows[699] | {"ctc_count": -1}

    outcomes = imported(service, call, *rows)

    assert [outcome for outcome in outcomes if outcome.status != "stored"] == [
        Outcome(700, "refused", "greater-than-equal", "ctc_count: the number is too small")
    ]
    assert [outcome.line for outcome in outcomes] == list(range(1, 1001))
    assert count(service, call) == 999


def test_an_import_that_broke_is_begun_again_from_its_first_line(
    service: Service, call: Call
) -> None:
    rows = numbered(draws(1200))
    outcomes = import_rows(service, call, rows)
    # Five hundred rows are one transaction; the second one is never begun.
    for _ in range(500):
        next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]

    assert count(service, call) == 500
    again = Counter(outcome.status for outcome in import_rows(service, call, rows))
    assert again == {"unchanged": 500, "stored": 700}
    assert count(service, call) == 1200


REFUSES_FOLLOW_UP = {
    "sqlite": ["CREATE TRIGGER no BEFORE INSERT ON follow_up BEGIN SELECT RAISE(ABORT, 'no'); END"],
    "postgresql": [
        "CREATE FUNCTION no() RETURNS trigger AS 'BEGIN RAISE ''no''; END' LANGUAGE plpgsql",
        "CREATE TRIGGER no BEFORE INSERT ON follow_up FOR EACH ROW EXECUTE FUNCTION no()",
    ],
}


def test_a_chunk_is_stored_whole_or_not_at_all(service: Service, call: Call) -> None:
    with as_owner(service.database) as connection:
        for statement in REFUSES_FOLLOW_UP[service.database.dialect]:
            connection.exec_driver_sql(statement)

    with pytest.raises(DBAPIError):
        imported(service, call, a_draw(), an_index_date(patient_id="P-2", progression_days=1))
    assert count(service, call) == 0


def test_what_could_not_be_read_is_refused_in_its_place(service: Service, call: Call) -> None:
    unreadable = MalformedRequest("is not CSV", code="not-csv")
    rows = [*numbered([a_draw()]), NumberedRow(2, unreadable), *numbered([])]

    outcomes = import_chunk(service, call, rows)

    assert outcomes == [Outcome(1, "stored"), Outcome(2, "refused", "not-csv", "is not CSV")]


@pytest.mark.parametrize(
    "other", [{"ctc_count": 18}, {"patient_id": "P-2"}, {"drawn_at": "2024-03-05T09:31:00+01:00"}]
)
def test_an_accession_number_with_other_content_is_refused(
    service: Service, call: Call, other: Cells
) -> None:
    outcomes = imported(service, call, a_draw(), a_draw(**other))

    assert told(outcomes) == ["stored", "result-differs"]
    assert record(service, call).blood_tests == (ASSAY_TEST,)
    assert count(service, call) == 1


def test_a_result_that_was_corrected_to_the_same_content_is_the_same(
    service: Service, call: Call
) -> None:
    corrected = replace(ASSAY_TEST, status="corrected")
    record_result(service, call, "P-1", corrected, Asked())
    cancelled = replace(ASSAY_TEST, status="cancelled", accession_number="LAB-2")
    record_result(service, call, "P-2", cancelled, Asked())

    outcomes = imported(service, call, a_draw(), a_draw(patient_id="P-2", accession_number="LAB-2"))

    assert told(outcomes) == ["stored", "result-differs"]
    assert record(service, call).blood_tests == (corrected,)


@pytest.mark.parametrize(
    ("first", "second", "code", "left"),
    [
        # A row seen earlier than what is stored leaves it.
        ({"last_known_alive_on": "2025-01-01"}, {"last_known_alive_on": "2024-12-01"},
         "unchanged", FollowUp(date(2025, 1, 1))),
        ({"last_known_alive_on": "2025-01-01"}, {"last_known_alive_on": "2025-02-01"},
         "stored", FollowUp(date(2025, 2, 1))),
        ({"last_known_alive_on": "2025-01-01"}, {"death_on": "2025-02-01"},
         "stored", FollowUp(date(2025, 1, 1), date(2025, 2, 1))),
        ({"death_on": "2025-02-01"}, {"last_known_alive_on": "2025-01-01"},
         "stored", FollowUp(date(2025, 1, 1), date(2025, 2, 1))),
        ({"death_on": "2025-02-01"}, {"last_known_alive_on": "2025-02-02"},
         "contradicts-follow-up", FollowUp(None, date(2025, 2, 1))),
        ({"death_on": "2025-02-01"}, {"death_on": "2025-02-02"},
         "contradicts-follow-up", FollowUp(None, date(2025, 2, 1))),
        ({"progression_on": "2024-06-01"}, {"progression_on": "2024-07-01"},
         "contradicts-follow-up", FollowUp(None, None, date(2024, 6, 1))),
        ({"progression_on": "2024-06-01"}, {}, "unchanged",
         FollowUp(None, None, date(2024, 6, 1))),
    ],
)  # fmt: skip
def test_follow_up_grows_and_never_contradicts_itself(
    service: Service, call: Call, first: Cells, second: Cells, code: str, left: FollowUp
) -> None:
    outcomes = imported(service, call, a_draw(**first), a_draw(**second))

    assert told(outcomes) == ["stored", code]
    assert record(service, call).follow_up == left


def test_a_row_contradicting_what_the_hospital_told_is_refused(
    service: Service, call: Call
) -> None:
    imported(service, call, a_draw())
    tell_outcome(service, call, "P-1", FollowUp(None, date(2024, 4, 1)), None)

    late = a_draw(accession_number="LAB-2", drawn_at="2024-04-02")
    early = an_index_date(index_date="2024-04-03")

    assert told(imported(service, call, late, early)) == ["contradicts-follow-up"] * 2
    assert len(record(service, call).blood_tests) == 1


def test_a_later_row_of_the_same_day_overwrites(service: Service, call: Call) -> None:
    outcomes = imported(service, call, a_draw(er_status="negative"), a_draw(er_status="positive"))

    assert told(outcomes) == ["stored", "stored"]
    assert [o.values.get("er_status") for o in record(service, call).observations] == [
        "negative",
        "positive",
    ]


def test_declared_covariates_are_stored_and_others_refused(service: Service, call: Call) -> None:
    with writing(service.database, call.caller.organisation_id) as store:
        store.declared.add(declared("nodes", "continuous"), (None, None), service.now())

    outcomes = imported(service, call, a_draw(nodes=3), a_draw(patient_id="P-2", grade=2))

    assert told(outcomes) == ["stored", "unknown-covariate"]
    assert outcomes[1].reason == (
        "grade: is neither a column of a cohort file nor a declared covariate"
    )
    assert record(service, call).observations[0].values["nodes"] == 3.0


def test_a_rehearsal_tells_what_an_import_would_do_and_stores_nothing(
    service: Service, call: Call
) -> None:
    # The contradiction lies more than one chunk apart.
    rows: list[Cells] = [
        *draws(700),
        a_draw(patient_id="P-5", accession_number="LAB-5"),
        a_draw(patient_id="P-701", accession_number="LAB-701", nodes=3),
    ]
    assumed = {"nodes": declared("nodes", "continuous")}

    rehearsed = list(rehearse_import(service, call, numbered(rows), assumed))

    assert Counter(told(rehearsed)) == {"stored": 701, "result-differs": 1}
    assert count(service, call) == 0
    assert rehearsed[:700] == imported(service, call, *rows[:700])


def test_what_is_stored_elsewhere_is_not_seen(
    service: Service, call: Call, call_of: Callable[[str], Call]
) -> None:
    other = call_of("another hospital")
    imported(service, other, a_draw(ctc_count=3))

    assert told(imported(service, call, a_draw())) == ["stored"]
    assert record(service, other).blood_tests[0].ctc_count == 3


def test_everybody_touched_has_an_audit_event_and_so_has_the_chunk(
    service: Service, call: Call
) -> None:
    imported(service, call, a_draw(), a_draw(ctc_count=-1), a_draw())
    imported(service, call, a_draw(ctc_count=18))

    with writing(service.database, call.caller.organisation_id) as store:
        person = pseudonym(store.patients.locked("P-1"))
    assert events(service, call) == [
        (201, person, "1 stored, 1 unchanged, 0 refused"),
        (200, None, "1 stored, 1 unchanged, 1 refused"),
        (409, person, "0 stored, 0 unchanged, 1 refused"),
        (200, None, "0 stored, 0 unchanged, 1 refused"),
    ]


def test_two_imports_of_the_same_rows_at_once_store_each_once(service: Service, call: Call) -> None:
    rows = numbered(draws(300))
    outcomes: list[list[Outcome]] = []
    ready = Barrier(4)

    def run(order: int) -> None:
        ready.wait()
        outcomes.append(import_chunk(service, call, rows[::order]))

    threads = [Thread(target=run, args=(order,)) for order in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = Counter(outcome.status for told_to_one in outcomes for outcome in told_to_one)
    assert stored == {"stored": 300, "unchanged": 900}
    assert count(service, call) == 300
