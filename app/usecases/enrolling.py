"""Patients of a trial: judged, allocated under the trial's lock, and unblinded."""

import json
from dataclasses import dataclass
from secrets import randbelow, token_hex
from typing import Any

from app import __version__
from app.errors import Conflict, NotFound
from app.prognosis.covariates import COUNT
from app.prognosis.patient import BloodTest, Known, Patient, clock_of_draw, known_on, setting_of
from app.prognosis.risk_group import SCHEMES, assign
from app.prognosis.trials.allocation import Stratum, allocate
from app.prognosis.trials.draws import Draw, sealed_draws
from app.prognosis.trials.eligibility import Eligibility, judge
from app.prognosis.trials.strata import place
from app.storage.patients import PatientRow
from app.storage.store import Store
from app.storage.trials import Allocated, Enrolment, Trial
from app.usecases.patients import found_patient
from app.usecases.service import Call, Reply, Service, answered, instant, to_json
from app.usecases.trials import Protocol, closed, found_trial, protocol_of, rule_content

CODE_BYTES = 4
"""Of the code on a label, which each allocation has its own of: eight hexadecimal digits."""


@dataclass(frozen=True)
class Candidate:
    """A patient on the day of enrolment: the count, what is known, and where it belongs."""

    test: BloodTest | None
    setting: str
    stratum: Stratum
    eligibility: Eligibility


def enrol(
    service: Service, call: Call, trial_id: str, patient_id: str, accession_number: str | None
) -> Reply:
    """Allocate a patient to an arm, or answer the allocation that there is."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        # Everybody who is allocated in this trial waits here for the one before.
        trial = found_trial(store, trial_id, locked=True)
        first = store.trials.enrolment(trial_id, patient_id)
        if first is not None:
            return _reply(store, trial, first, row, call, 200)
        _refuse_unless_open(trial)
        protocol = protocol_of(trial)
        patient = store.patients.record(patient_id)
        candidate = _candidate(service, store, protocol, patient, accession_number)
        enrolment = _allocated(service, store, call, trial, patient_id, candidate)
        return _reply(store, trial, enrolment, row, call, 201)

    return answered(service, call, work)


def unblind(service: Service, call: Call, trial_id: str, patient_id: str, reason: str) -> Reply:
    """Tell the arm of one patient, and keep who asked and why."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        found_trial(store, trial_id)
        if store.trials.enrolment(trial_id, patient_id) is None:
            raise NotFound("no such enrolment")
        now = service.now()
        store.trials.unblind(trial_id, patient_id, call.caller.client_id, reason, now)
        enrolment = store.trials.enrolment(trial_id, patient_id)
        if enrolment is None or enrolment.unblinded_at is None:
            raise LookupError("an enrolment that is held went away")
        entry = store.trials.allocated(trial_id, enrolment.number)
        content = {
            "trial_id": trial_id,
            "patient_id": patient_id,
            "number": entry.number,
            "arm": entry.allocation.arm,
            "allocation_code": entry.code,
            "first_unblinded_at": instant(enrolment.unblinded_at),
        }
        detail = f"{trial_id} {entry.number}: {reason}"
        return Reply(200, to_json(content), patient=row, audit_detail=detail)

    return answered(service, call, work)


def enrolments_of(store: Store, patient_id: str) -> list[dict[str, Any]]:
    """Write what is stored of a patient's trials as JSON holds it, without a concealed arm."""
    found = []
    for enrolment in store.trials.of_patient(patient_id):
        trial = found_trial(store, enrolment.trial_id)
        withheld = None
        if enrolment.unblinded_at is None:
            blinded = protocol_of(trial).blinded
            withheld = "blinded" if blinded else "trial-open" if trial.status == "open" else None
        found.append(
            {
                **_content(store, enrolment, withheld),
                "client_id": enrolment.client_id,
                "first_unblinded_at": enrolment.unblinded_at and instant(enrolment.unblinded_at),
                "unblinded_by": enrolment.unblinded_by,
                "unblinding_reason": enrolment.unblinding_reason,
            }
        )
    return found


def _refuse_unless_open(trial: Trial) -> None:
    if trial.status == "closed":
        raise closed()
    if trial.status != "open":
        raise Conflict("the trial is not open yet", code="trial-not-open")


def _candidate(
    service: Service,
    store: Store,
    protocol: Protocol,
    patient: Patient,
    accession_number: str | None,
) -> Candidate:
    today = service.today()
    if patient.follow_up and patient.follow_up.death_on:
        raise Conflict("the patient is recorded dead", code="recorded-dead")
    test = _test(patient, accession_number)
    known = known_on(patient.observations, today)
    if test is not None:
        known[COUNT] = Known(test.ctc_count, test.drawn_on)
        # The line that a baseline draw belongs to, which may start after it.
        clock = clock_of_draw(patient, test)
        if clock.standing == "baseline" and "line_of_therapy" in clock.known:
            known["line_of_therapy"] = clock.known["line_of_therapy"]
    declared = store.declared.all()
    eligibility = judge(protocol.eligibility, known, today, declared)
    if eligibility.verdict == "not-eligible":
        facts = ", ".join(eligibility.not_met)
        raise Conflict(f"not as the trial asks: {facts}", code="not-eligible")
    placement = place(protocol.factors, known, today, declared)
    missing = dict.fromkeys((*eligibility.missing, *placement.missing))
    if missing:
        raise Conflict(f"not known today: {', '.join(missing)}", code="cannot-be-judged")
    return Candidate(test, setting_of(known), placement.stratum, eligibility)


def _test(patient: Patient, accession_number: str | None) -> BloodTest | None:
    usable = [test for test in patient.blood_tests if test.is_result and test.is_comparable]
    if accession_number is None:
        return usable[-1] if usable else None
    named = [test for test in patient.blood_tests if test.accession_number == accession_number]
    if not named:
        raise NotFound("the patient has no such result")
    if named[0] not in usable:
        raise Conflict(
            "the result is not released, or no CellSearch count of 7.0 to 8.0 mL",
            code="result-not-usable",
        )
    return named[0]


def _allocated(
    service: Service,
    store: Store,
    call: Call,
    trial: Trial,
    patient_id: str,
    candidate: Candidate,
) -> Enrolment:
    now = service.now()
    protocol = protocol_of(trial)
    design = protocol.design(store.declared.all(), trial.block_sizes)
    log = store.trials.log(trial.trial_id)
    number = len(log) + 1
    earlier = (entry.allocation for entry in log)
    allocation = allocate(design, earlier, candidate.stratum, _draw(trial, number))
    taken = {entry.code for entry in log}
    code = next(code for code in iter(lambda: token_hex(CODE_BYTES), "") if code not in taken)
    frozen = to_json({**_frozen(protocol, candidate), "enrolled_on": f"{service.today()}"})
    caller = call.caller.client_id
    enrolment = Enrolment(trial.trial_id, patient_id, number, frozen, caller, now)
    store.trials.enrol(enrolment, Allocated(number, allocation, code, now))
    return enrolment


def _draw(trial: Trial, number: int) -> Draw:
    return randbelow if trial.seed is None else sealed_draws(trial.seed, number)


def _frozen(protocol: Protocol, candidate: Candidate) -> dict[str, Any]:
    test, scheme = candidate.test, SCHEMES[protocol.risk_scheme]
    return {
        "blood_test": test
        and {
            "accession_number": test.accession_number,
            "version": test.version,
            "drawn_at": instant(test.drawn_at),
            "ctc_count": test.ctc_count,
            "blood_volume_ml": test.blood_volume_ml,
            "assay": test.assay,
        },
        "risk_group": test
        and {
            "scheme": scheme.name,
            "version": scheme.version,
            "group": assign(scheme, candidate.setting, test).group,
        },
        "stratum": dict(candidate.stratum),
        "eligibility": {
            "verdict": candidate.eligibility.verdict,
            "findings": [
                {**rule_content(each.rule), "value": each.value, "met": each.met}
                for each in candidate.eligibility.findings
            ],
        },
        "software": __version__,
    }


def _reply(
    store: Store, trial: Trial, enrolment: Enrolment, row: PatientRow, call: Call, status: int
) -> Reply:
    withheld = None
    if enrolment.client_id != call.caller.client_id:
        withheld = "enrolled-by-another-key"
    elif protocol_of(trial).blinded:
        withheld = "blinded"
    content = _content(store, enrolment, withheld)
    detail = f"{trial.trial_id} {enrolment.number}"
    return Reply(status, to_json(content), patient=row, audit_detail=detail)


def _content(store: Store, enrolment: Enrolment, withheld: str | None) -> dict[str, Any]:
    entry = store.trials.allocated(enrolment.trial_id, enrolment.number)
    return {
        "trial_id": enrolment.trial_id,
        "patient_id": enrolment.patient_id,
        "number": enrolment.number,
        "enrolled_at": instant(enrolment.enrolled_at),
        "arm": None if withheld else entry.allocation.arm,
        "arm_withheld": withheld,
        "allocation_code": entry.code,
        **json.loads(enrolment.frozen),
    }
