"""The rows of a fit are those of the records, whatever was told, corrected or erased since."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from app.prognosis import fitting
from app.prognosis.covariates import REGISTRY, declared
from app.prognosis.patient import BloodTest, FollowUp, Value
from app.prognosis.simulation import simulate_cohort
from app.prognosis.specification import ModelRequest
from app.prognosis.training import TrainingTable, cohort_of
from app.prognosis.trials.allocation import Allocation
from app.storage.cohort_writes import as_new, new_person
from app.storage.store import Store, reading, writing
from app.storage.trials import Allocated, Enrolment, Trial
from app.usecases import refitting, training
from app.usecases.due import due
from app.usecases.intake import Statement
from app.usecases.models import request_refit
from app.usecases.patients import erase_patient, tell_outcome, tell_patient
from app.usecases.prognoses import Asked
from app.usecases.results import correct_result, record_result
from app.usecases.service import Call, Service
from app.usecases.training import read_rows, registry_of, renew
from tests.prognosis.cohorts import opened

TODAY = datetime.now(UTC).date()
DRAWN = datetime.combine(TODAY - timedelta(days=400), datetime.min.time(), UTC)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
REQUEST = ModelRequest("hospital", "overall_survival", "metastatic", "draw", TODAY)


@pytest.fixture
def told(service: Service, call: Call) -> Call:
    """A call of a hospital whose patients' clock starts are derived."""
    people = simulate_cohort(120, 3, TODAY)
    with writing(service.database, call.caller.organisation_id) as store:
        now = service.now()
        store.cohort.save((as_new(new_person(each.patient_id, now), each) for each in people), now)
    renewed(service, call)
    return call


def renewed(service: Service, call: Call) -> None:
    renew(service.database, call.caller.organisation_id, lambda _: None)


def stale(service: Service, call: Call) -> set[str]:
    with reading(service.database, call.caller.organisation_id) as store:
        return set(store.starts.stale())


def rows(service: Service, call: Call, **changes: Any) -> TrainingTable:
    """The rows as a fit reads them."""
    with reading(service.database, call.caller.organisation_id) as store:
        return read_rows(store, replace(REQUEST, **changes), registry_of(store))


def from_the_records(
    service: Service, call: Call, monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> TrainingTable:
    """The rows where nothing was derived before."""
    with monkeypatch.context() as patched:
        patched.setattr(training, "__version__", "another version")
        return rows(service, call, **changes)


def content(table: TrainingTable) -> tuple[object, ...]:
    declared_too = {**REGISTRY, "nodes": NODES}
    cohort = cohort_of(table, list(declared_too.values()))
    values = cohort.matrix(list(declared_too)).round(12)
    return (
        opened(replace(table, facts={n: f for n, f in table.facts.items() if n != "nodes"})),
        np.where(np.isnan(values), -1.0, values).tolist(),
        table.left_out,
        table.line_start_unknown,
    )


NODES = declared("nodes", "continuous", "", 0, 50)
ONE = "SIM-000001"


def statement(patient_id: str, **facts: Value | None) -> Statement:
    return Statement(patient_id, None, facts, {})


def new_patient(service: Service, call: Call) -> None:
    began = DRAWN.date().isoformat()
    told = statement("P-1", birth_year=1970, line_of_therapy=1, line_started_on=began)
    tell_patient(service, call, told, DRAWN.date(), None)
    record_result(service, call, "P-1", BloodTest("P-1-1", DRAWN, DRAWN.date(), 3000), Asked())
    tell_outcome(service, call, "P-1", FollowUp(TODAY), None)


def observed(service: Service, call: Call) -> None:
    version = frozenset({version_of(service, call, ONE)})
    tell_patient(service, call, statement(ONE, birth_year=1933), TODAY, version)


def followed(service: Service, call: Call) -> None:
    with reading(service.database, call.caller.organisation_id) as store:
        before = store.patients.follow_up(ONE)
    assert before is not None
    outcome = FollowUp(death_on=TODAY)
    tell_outcome(service, call, ONE, outcome, frozenset({str(before.version)}))


def corrected(service: Service, call: Call) -> None:
    with reading(service.database, call.caller.organisation_id) as store:
        (before,) = store.patients.record(ONE).blood_tests[:1]
    test = replace(before, ctc_count=2999, status="corrected")
    correct_result(service, call, ONE, test, frozenset({str(before.version)}), Asked())


def erased(service: Service, call: Call) -> None:
    erase_patient(service, call, ONE, None)


def declared_and_told(service: Service, call: Call) -> None:
    with writing(service.database, call.caller.organisation_id) as store:
        store.declared.add(NODES, (0, 50), service.now())
    version = frozenset({version_of(service, call, ONE)})
    on = date(2010, 1, 1)
    tell_patient(service, call, Statement(ONE, on, {}, {"nodes": 7.5}), on, version)


def version_of(service: Service, call: Call, patient_id: str) -> str:
    with reading(service.database, call.caller.organisation_id) as store:
        found = {row.patient_id: row.version for row in store.patients.page(500, None)}
    return str(found[patient_id])


WRITES: Mapping[str, Callable[[Service, Call], None]] = {
    "a new patient": new_patient,
    "an observation": observed,
    "a follow-up": followed,
    "a corrected result": corrected,
    "an erasure": erased,
    "a covariate declared": declared_and_told,
}


@pytest.mark.parametrize("change", WRITES)
def test_whatever_is_written_the_rows_are_those_of_the_records(
    service: Service, told: Call, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(rows(service, told))

    WRITES[change](service, told)

    expected = content(from_the_records(service, told, monkeypatch))
    assert content(rows(service, told)) == expected
    assert expected != before
    renewed(service, told)
    assert not stale(service, told)
    assert content(rows(service, told)) == expected


def test_both_clocks_are_derived(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = frozenset({version_of(service, told, ONE)})
    indexed = statement(ONE, index_date=DRAWN.date().isoformat())
    tell_patient(service, told, indexed, TODAY, version)
    renewed(service, told)

    by_index = rows(service, told, clock="index_date")

    assert list(by_index.patient_ids) == [ONE]
    assert by_index.left_out["no_index_date"] == 119
    again = from_the_records(service, told, monkeypatch, clock="index_date")
    assert content(by_index) == content(again)


def test_what_changes_while_it_is_derived_stays_to_be_derived(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed(service, told)
    derive = training._derived

    def slowly(*given: Any) -> Any:
        corrected(service, told)
        return derive(*given)

    monkeypatch.setattr(training, "_derived", slowly)
    renewed(service, told)
    monkeypatch.undo()

    assert stale(service, told) == {ONE}
    assert content(rows(service, told)) == content(from_the_records(service, told, monkeypatch))


def test_another_version_derives_everything_again(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "__version__", "another version")

    renewed(service, told)

    assert not stale(service, told)
    monkeypatch.undo()
    with reading(service.database, told.caller.organisation_id) as store:
        assert store.starts.packed_by().startswith("another version ")
        assert sum(len(ids.split("\n")) for ids, _, _ in store.starts.all("draw")) == 120
    assert len(rows(service, told)) > 100


def test_two_hospitals_have_rows_of_their_own(
    service: Service, told: Call, call_of: Callable[[str], Call]
) -> None:
    other = call_of("another hospital")
    new_patient(service, other)
    renewed(service, other)

    assert list(rows(service, other).patient_ids) == ["P-1"]
    assert "P-1" not in rows(service, told).patient_ids


def test_who_is_erased_during_a_fit_is_not_among_the_models_rows(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = fitting.fit_model

    def fit_and_erase(*given: Any) -> Any:
        model = fit(*given)
        erased(service, told)
        return model

    monkeypatch.setattr(refitting, "fit_model", fit_and_erase)
    request_refit(service, told, REQUEST)

    assert ONE not in model_rows(service, told)
    assert len(model_rows(service, told)) > 100
    with reading(service.database, told.caller.organisation_id) as store:
        (standing,) = store.models.page(10, None)
    assert standing.changed_rows == 1


def tell_of_one(store: Store, at: datetime) -> None:
    patient = store.patients.locked_or_added(ONE, at)
    store.patients.observe(patient, TODAY, {"birth_year": 1933}, at)
    store.model_rows.note_change(ONE)


def changed_rows_after(
    service: Service, told: Call, during: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> int:
    """Refit while something happens between the snapshot and the keeping of the model."""
    fit = fitting.fit_model

    def fit_meanwhile(*given: Any) -> Any:
        model = fit(*given)
        during()
        return model

    monkeypatch.setattr(refitting, "fit_model", fit_meanwhile)
    request_refit(service, told, REQUEST)
    with reading(service.database, told.caller.organisation_id) as store:
        (standing,) = store.models.page(10, None)
    return standing.changed_rows


def test_what_bears_an_earlier_instant_than_the_snapshot_changes_the_model_too(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell() -> None:
        with writing(service.database, told.caller.organisation_id) as store:
            tell_of_one(store, service.now() - timedelta(seconds=50))

    assert changed_rows_after(service, told, tell, monkeypatch) == 1


def test_what_was_told_before_the_snapshot_changes_nothing(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed(service, told)

    assert changed_rows_after(service, told, lambda: None, monkeypatch) == 0


def test_a_model_is_kept_after_what_is_being_told_meanwhile(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()

    def tell_slowly() -> None:
        with writing(service.database, told.caller.organisation_id) as store:
            tell_of_one(store, service.now())
            began.set()
            time.sleep(1)

    thread = threading.Thread(target=tell_slowly)

    def begin() -> None:
        thread.start()
        assert began.wait(10)

    assert changed_rows_after(service, told, begin, monkeypatch) == 1
    thread.join()


def test_who_is_erased_leaves_the_rows_of_every_model(service: Service, told: Call) -> None:
    request_refit(service, told, REQUEST)
    request_refit(service, told, replace(REQUEST, covariates=("age",)))
    assert ONE in model_rows(service, told)
    with writing(service.database, told.caller.organisation_id) as store:
        in_use = store.models.page(1, None)[0].model_id
        store.models.supersede("overall_survival", "metastatic")
        store.models.put_into_use(in_use)
    assert due(service.database, told.caller.organisation_id) == []

    erased(service, told)

    with reading(service.database, told.caller.organisation_id) as store:
        standings = store.models.page(10, None)
        found = [store.model_rows.page(each.model_id, 500, None) for each in standings]
    assert [each.changed_rows for each in standings] == [1, 1]
    assert due(service.database, told.caller.organisation_id) == [in_use]
    assert all(ONE not in {row["patient_id"] for row in each} for each in found)
    assert min(len(each) for each in found) > 100


def model_rows(service: Service, call: Call) -> list[str]:
    """The patients of the newest model, in pages."""
    with reading(service.database, call.caller.organisation_id) as store:
        standing = store.models.page(1, None)[0]
        found: list[str] = []
        while page := store.model_rows.page(standing.model_id, 50, found[-1] if found else None):
            found += [row["patient_id"] for row in page]
    assert found == sorted(set(found))
    return found


def enrolled(
    store: Store, trial_id: str, patient_ids: list[str], *, interim_outcomes: bool
) -> None:
    """Put patients into an open trial, as enrolments do."""
    store.trials.add(Trial(trial_id, "{}", (), None, interim_outcomes, "open", NOON))
    for number, patient_id in enumerate(patient_ids, 1):
        allocated = Allocated(number, Allocation("same", {}), f"{number}", NOON)
        store.trials.enrol(Enrolment(trial_id, patient_id, number, "{}", "client", NOON), allocated)


def test_patients_of_an_open_trial_are_not_fitted_on(
    service: Service, told: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(service.database, told.caller.organisation_id) as store:
        store.patients.locked_or_added("NOBODY-TOLD", NOON)
    before = rows(service, told)
    concealed = list(before.patient_ids[:7])
    with writing(service.database, told.caller.organisation_id) as store:
        enrolled(store, "T-1", [*concealed, "NOBODY-TOLD"], interim_outcomes=False)
        enrolled(store, "T-2", list(before.patient_ids[5:20]), interim_outcomes=True)

    request_refit(service, told, REQUEST)

    during = rows(service, told)
    expected = [each for each in before.patient_ids if each not in concealed]
    assert list(during.patient_ids) == expected
    assert during.left_out["open_trial"] == 8
    everybody = len(before) + sum(before.left_out.values())
    assert len(during) + sum(during.left_out.values()) == everybody
    assert content(during) == content(from_the_records(service, told, monkeypatch))
    assert set(model_rows(service, told)).isdisjoint(concealed)
    with writing(service.database, told.caller.organisation_id) as store:
        store.trials.close("T-1", NOON)
    assert content(rows(service, told)) == content(before)
