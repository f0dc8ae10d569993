"""A count comes in, a risk group and a hazard go out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from app.errors import Conflict, NotFound
from app.prognosis.answer import CurveStep
from app.prognosis.answer import to_json as to_dict
from app.prognosis.assessment import survival_curve
from app.prognosis.basis import ModelInUse, Question
from app.prognosis.gates import GateOutcome
from app.prognosis.patient import (
    BloodTest,
    Clock,
    Observation,
    Patient,
    Value,
    clock_of_answer,
    clock_of_index,
    setting_of,
)
from app.prognosis.risk_group import SCHEMES, Scheme, is_applicable
from app.storage.answers import StoredPrognosis
from app.storage.models import ModelStanding
from app.storage.patients import PatientRow
from app.storage.store import Store
from app.usecases.intake import (
    Statement,
    changes,
    check_death_against_draws,
    check_death_against_index,
    check_draw,
    observation_of,
)
from app.usecases.replays import Posed, circumstances_of
from app.usecases.service import (
    Call,
    Prepared,
    Reply,
    Service,
    answered,
    digest,
    instant,
    to_json,
)

METASTATIC_ONLY = "progression_free_survival"
OTHERS_ONLY = "disease_free_survival"


@dataclass(frozen=True)
class Asked:
    """How an answer is wanted; the scheme is None where the caller named none."""

    endpoint: str = "overall_survival"
    scheme: str | None = None
    horizons_months: tuple[int, ...] = (6, 12, 24, 36, 60)


@dataclass(frozen=True)
class Decision:
    """What one submission will leave in the store; the row is None for a patient to be added."""

    row: PatientRow | None
    patient: Patient
    test: BloodTest
    observation: Observation
    new: Mapping[str, Value | None]
    overwrites: bool
    adds_test: bool
    observations: int
    first: StoredPrognosis | None
    prognosis: StoredPrognosis | None


@dataclass(frozen=True)
class Given:
    """What one answer is given on: everything of a patient so far, and what was told with it."""

    patient: Patient
    test: BloodTest
    observations: int
    told: Observation | None = None


def give_prognosis(
    service: Service, call: Call, statement: Statement, test: BloodTest, asked: Asked
) -> Prepared[Decision]:
    """Store a patient's covariates and blood test and answer the prognosis."""

    def decide(store: Store) -> Decision:
        return _decide(service, store, statement, test, asked)

    def carry_out(store: Store, decision: Decision) -> Reply:
        now = service.now()
        row = decision.row or store.patients.locked_or_added(statement.patient_id, now)
        if decision.row is None and not row.is_new:
            # Somebody else added the patient meanwhile; now the row is held.
            return carry_out(store, decide(store))
        first = decision.first
        if first is not None:
            return Reply(200, first.answer, etag=first.prognosis_id, patient=row)
        row = _write_down(store, decision, row, now)
        kept = decision.prognosis or _answered(
            service,
            store,
            Given(decision.patient, decision.test, decision.observations, decision.observation),
            asked,
        )
        store.prognoses.add(kept)
        return Reply(201, kept.answer, etag=kept.prognosis_id, patient=row)

    return Prepared(call, statement.patient_id, decide, carry_out)


def preview_prognosis(
    service: Service, call: Call, statement: Statement, test: BloodTest, asked: Asked
) -> Reply:
    """Answer as a submission would be answered, and store nothing of it."""

    def work(store: Store) -> Reply:
        row = store.patients.locked(statement.patient_id)
        stored = store.patients.record(statement.patient_id) if row else None
        patient = stored or Patient(statement.patient_id)
        observation = _observation(service, store, statement, test)
        _stored_test(store, patient, test)
        patient = _with_test(_with_observation(patient, observation), test)
        _check_contradictions(patient)
        posed = pose(service, store, patient, test, asked, stored=False)
        return Reply(200, to_json(to_dict(posed.answer())), patient=row)

    return answered(service, call, work)


def read_prognosis(service: Service, call: Call, prognosis_id: str) -> Reply:
    """Give the stored answer as it was given."""

    def work(store: Store) -> Reply:
        stored = store.prognoses.find(prognosis_id)
        if stored is None:
            raise NotFound("no such prognosis")
        row = store.patients.locked(stored.patient_id)
        return Reply(200, stored.answer, etag=stored.prognosis_id, patient=row)

    return answered(service, call, work)


def prognosis_of_patient(
    service: Service, call: Call, patient_id: str, asked: Asked
) -> Prepared[Reply]:
    """Answer for the latest blood test that can be answered, from the model in use."""

    def decide(store: Store) -> Reply:
        row, posed = _about_patient(service, store, patient_id, asked)
        answer = posed.answer()
        model_id = answer.model.model_id if answer.model else None
        return Reply(200, to_json(to_dict(answer)), patient=row, audit_detail=model_id)

    return Prepared(call, patient_id, decide, lambda _, reply: reply)


def curve_of_patient(
    service: Service, call: Call, patient_id: str, asked: Asked
) -> tuple[dict[str, Any], tuple[CurveStep, ...]]:
    """Answer as for the patient's prognosis, with the steps of the survival curve."""
    drawn: list[tuple[dict[str, Any], tuple[CurveStep, ...]]] = []

    def work(store: Store) -> Reply:
        row, posed = _about_patient(service, store, patient_id, asked)
        drawn.append((to_dict(posed.answer()), survival_curve(posed.question, posed.in_use)))
        return Reply(200, patient=row)

    answered(service, call, work)
    return drawn[0]


def result_prognosis(
    service: Service, store: Store, row: PatientRow, test: BloodTest, asked: Asked
) -> StoredPrognosis:
    """Answer and keep the prognosis that a laboratory's result is answered with."""
    first = _repeated(store, test, _question_digest(None, test, asked))
    if first is not None:
        return first
    patient = store.patients.record(row.patient_id)
    kept = _answered(service, store, Given(patient, test, row.version), asked)
    store.prognoses.add(kept)
    return kept


def _decide(
    service: Service, store: Store, statement: Statement, test: BloodTest, asked: Asked
) -> Decision:
    told = _observation(service, store, statement, test)
    row = store.patients.locked(statement.patient_id)
    patient = store.patients.record(row.patient_id) if row else Patient(statement.patient_id)
    stored = _stored_test(store, patient, test)
    new, overwrites = changes(patient, told)
    patient = _with_observation(patient, replace(told, values=new))
    adds_test, test = stored is None, stored or test
    patient = _with_test(patient, test)
    _check_contradictions(patient)
    first = None
    if not adds_test and not new:
        first = _repeated(store, test, _question_digest(told, test, asked))
    observations = (row.version if row else 0) + bool(new or row is None or row.version == 0)
    # What is overwritten counts against the model, so that such an answer waits for it.
    is_ready = first is None and not overwrites
    return Decision(
        row=row,
        patient=patient,
        test=test,
        observation=told,
        new=new,
        overwrites=overwrites,
        adds_test=adds_test,
        observations=observations,
        first=first,
        prognosis=_answered(service, store, Given(patient, test, observations, told), asked)
        if is_ready
        else None,
    )


def _write_down(store: Store, decision: Decision, row: PatientRow, now: datetime) -> PatientRow:
    if decision.new or row.version == 0:
        observed_on = decision.observation.observed_on
        version = store.patients.observe(row, observed_on, decision.new, now)
        row = replace(row, version=version)
    if decision.overwrites:
        store.model_rows.note_change(row.patient_id)
    if decision.adds_test and not store.blood_tests.add(row.patient_id, decision.test, now):
        raise _differs()
    return row


def _observation(
    service: Service, store: Store, statement: Statement, test: BloodTest
) -> Observation:
    check_draw(test.drawn_at, service.now(), "/blood_test/drawn_at")
    declared = store.declared.all() if statement.extra else {}
    observed_on = statement.observed_on or test.drawn_on
    today = max(service.today(), test.drawn_on)
    return observation_of(statement, observed_on, declared, today, "/patient")


def _stored_test(store: Store, patient: Patient, test: BloodTest) -> BloodTest | None:
    recorded = store.blood_tests.current(test.accession_number)
    if recorded is None:
        return None
    same = recorded.patient_id == patient.patient_id
    if not same or replace(recorded.test, version=test.version) != test:
        raise _differs()
    return recorded.test


def _differs() -> Conflict:
    return Conflict(
        "a result with this accession number is stored with other content", code="result-differs"
    )


def _check_contradictions(patient: Patient) -> None:
    check_death_against_draws(patient.follow_up, patient.blood_tests)
    check_death_against_index(patient.follow_up, patient)


def _with_observation(patient: Patient, observation: Observation) -> Patient:
    return replace(patient, observations=(*patient.observations, observation))


def _with_test(patient: Patient, test: BloodTest) -> Patient:
    others = (t for t in patient.blood_tests if t.accession_number != test.accession_number)
    tests = sorted((*others, test), key=lambda t: (t.drawn_at, t.accession_number))
    return replace(patient, blood_tests=tuple(tests))


def _question_digest(told: Observation | None, test: BloodTest, asked: Asked) -> str:
    return digest(
        {
            "told": told and [told.observed_on.isoformat(), _said(told)],
            "test": _plain(vars(test)),
            # A laboratory's correction is answered anew, even back to what it corrected.
            "version": test.version if told is None else None,
            "asked": _plain(vars(asked)),
        }
    )


def _said(told: Observation) -> dict[str, Value]:
    # A null that clears nothing is not said: the same question with and without it is one.
    return {name: value for name, value in told.values.items() if value is not None}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: instant(value)
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in values.items()
        if name != "version"
    }


def _repeated(store: Store, test: BloodTest, question: str) -> StoredPrognosis | None:
    return store.prognoses.repeated(test.accession_number, question)


def _answered(service: Service, store: Store, given: Given, asked: Asked) -> StoredPrognosis:
    posed = pose(service, store, given.patient, given.test, asked, stored=True)
    answer = posed.answer()
    return StoredPrognosis(
        str(answer.prognosis_id),
        given.patient.patient_id,
        given.test.accession_number,
        _question_digest(given.told, given.test, asked),
        answer.model.model_id if answer.model else None,
        answer.computed_at,
        to_json(to_dict(answer)),
        to_json(circumstances_of(posed, given.observations)),
    )


def _about_patient(
    service: Service, store: Store, patient_id: str, asked: Asked
) -> tuple[PatientRow, Posed]:
    row = store.patients.locked(patient_id)
    if row is None:
        raise NotFound("no such patient")
    patient = store.patients.record(patient_id)
    test = _latest_answerable(store, patient, asked)
    return row, pose(service, store, patient, test, asked, stored=False)


def _latest_answerable(store: Store, patient: Patient, asked: Asked) -> BloodTest | None:
    newest_first = patient.blood_tests[::-1]
    answerable = (
        test
        for test in newest_first
        if test.is_result
        and test.is_comparable
        and _has_model(store, clock_of_answer(patient, test), asked)
    )
    return next(answerable, next(iter(newest_first), None))


def _has_model(store: Store, clock: Clock, asked: Asked) -> bool:
    if clock.window is None:
        return clock.standing != "not-baseline"
    return store.models.current(asked.endpoint, setting_of(clock.known), clock.window) is not None


def pose(
    service: Service,
    store: Store,
    patient: Patient,
    test: BloodTest | None,
    asked: Asked,
    *,
    stored: bool,
) -> Posed:
    """Put the question of a draw, or of a patient without one, to the model that can answer it."""
    clock = clock_of_answer(patient, test) if test else clock_of_index(patient)
    setting = setting_of(clock.known) if clock else "metastatic"
    _check_endpoint(asked.endpoint, setting)
    standing = _standing(store, asked.endpoint, setting, clock)
    model = _in_use(service, store, standing, test) if standing else None
    question = Question(
        patient=patient,
        blood_test=test,
        clock=clock,
        endpoint=asked.endpoint,
        scheme=_scheme(service, asked, setting, test),
        horizons_months=asked.horizons_months,
        asked_on=service.today(),
        computed_at=service.now(),
        prognosis_id=uuid4().hex if stored else None,
    )
    candidate = None if standing else store.models.newest_candidate(asked.endpoint, setting)
    return Posed(question, model, candidate.model_id if candidate else None, _gates(candidate))


def _standing(
    store: Store, endpoint: str, setting: str, clock: Clock | None
) -> ModelStanding | None:
    """Find the landmark model of a later draw; the baseline's is named where it cannot answer."""
    window = clock.window if clock else None
    of_window = store.models.current(endpoint, setting, window) if window else None
    return of_window or store.models.current(endpoint, setting)


def _check_endpoint(endpoint: str, setting: str) -> None:
    metastatic = setting == "metastatic"
    if (endpoint == METASTATIC_ONLY and not metastatic) or (endpoint == OTHERS_ONLY and metastatic):
        raise Conflict(
            f"{endpoint} is not an endpoint of the {setting} setting",
            code="endpoint-not-applicable",
        )


def _scheme(service: Service, asked: Asked, setting: str, test: BloodTest | None) -> Scheme:
    scheme = SCHEMES[asked.scheme or service.settings.risk_scheme]
    if asked.scheme is not None and test is not None and not is_applicable(scheme, setting, test):
        raise Conflict(
            f"{scheme.name} does not cover this setting, assay or volume",
            code="scheme-not-applicable",
        )
    return scheme


def _in_use(
    service: Service, store: Store, standing: ModelStanding, test: BloodTest | None
) -> ModelInUse:
    # Without the answered test itself, which is stored for an answer and not for its preview.
    besides = test.accession_number if test else ""
    return ModelInUse(
        model=service.models.get(standing.model_id, store.models),
        model_id=standing.model_id,
        fitted_at=standing.fitted_at,
        gates=_gates(standing),
        promoted_despite_gate=standing.promotion is not None
        and any(gate["verdict"] == "refused" for gate in standing.gates),
        changed_rows=standing.changed_rows,
        results_since_fit=store.blood_tests.recorded_since(standing.fitted_at, besides=besides),
    )


def _gates(standing: ModelStanding | None) -> tuple[GateOutcome, ...]:
    return tuple(GateOutcome(**gate) for gate in standing.gates) if standing else ()
