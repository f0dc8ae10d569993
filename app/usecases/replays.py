"""What an answer rested on, as versions of what is stored, and the answer recomputed from it."""

import json
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from math import isclose
from typing import Any, Literal

import numpy as np

from app import __version__
from app.errors import DamagedModel
from app.prognosis.answer import Prognosis, Reason
from app.prognosis.answer import to_json as to_dict
from app.prognosis.assessment import assess
from app.prognosis.basis import ModelInUse, Question
from app.prognosis.gates import GateOutcome, reason
from app.prognosis.patient import BloodTest, Patient, clock_of_answer
from app.prognosis.risk_group import SCHEMES
from app.storage.answers import StoredPrognosis
from app.storage.models import ModelStanding
from app.storage.store import Store, reading
from app.usecases.service import Service, read_instant, to_json

Verdict = Literal["equal", "close", "differs", "unrecorded"]
"""Close: to nine digits, on other software; unrecorded: an answer of version 0.1.0."""

RELATIVE_TOLERANCE = 1e-9
"""Between the numbers of one answer as two versions of the software compute it."""

PAGE = 200


@dataclass(frozen=True)
class Posed:
    """A question, the model in use, and the candidate that is told of where no model is."""

    question: Question
    in_use: ModelInUse | None
    candidate_id: str | None = None
    candidate_gates: tuple[GateOutcome, ...] = ()

    def answer(self) -> Prognosis:
        """Answer it."""
        refused = (gate for gate in self.candidate_gates if gate.verdict == "refused")
        return assess(self.question, self.in_use, [Reason(*reason(gate)) for gate in refused])


@dataclass(frozen=True)
class Replay:
    """One stored answer and what became of recomputing it."""

    prognosis_id: str
    verdict: Verdict


@cache
def software() -> dict[str, str]:
    """Name what can change the last digits of an answer."""
    return {
        "ctc-prognosis": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }


def circumstances_of(posed: Posed, observations: int) -> dict[str, Any]:
    """Tell what an answer rests on; observations, tests and follow-up are only ever added to."""
    question, in_use = posed.question, posed.in_use
    patient = question.patient
    return {
        "observations": observations,
        "version": question.blood_test.version if question.blood_test else None,
        "tests": {test.accession_number: test.version for test in patient.blood_tests},
        "follow_up": patient.follow_up.version if patient.follow_up else None,
        "scheme": question.scheme.name,
        "horizons_months": list(question.horizons_months),
        "asked_on": question.asked_on.isoformat(),
        "gates": _weak(in_use.gates if in_use else posed.candidate_gates),
        "promoted_despite_gate": bool(in_use and in_use.promoted_despite_gate),
        "changed_rows": in_use.changed_rows if in_use else 0,
        "candidate": posed.candidate_id,
        "software": software(),
    }


def replayed(service: Service, organisation_id: int) -> Iterator[Replay]:
    """Recompute every stored answer of an organisation and compare it with what was sent."""
    after = ""
    while True:
        with reading(service.database, organisation_id) as store:
            page = store.prognoses.page(PAGE, after)
            yield from [Replay(each.prognosis_id, _verdict(service, store, each)) for each in page]
        if len(page) < PAGE:
            return
        after = page[-1].prognosis_id


def answers(service: Service, organisation_id: int) -> int:
    """Count the stored answers of an organisation."""
    with reading(service.database, organisation_id) as store:
        return store.prognoses.count()


def damaged_models(service: Service, organisation_id: int) -> Iterator[str]:
    """Name the models of an organisation whose stored text is not the one that was fitted."""
    after = None
    while True:
        with reading(service.database, organisation_id) as store:
            page = store.models.page(PAGE, after)
            yield from [each.model_id for each in page if _is_damaged(service, store, each)]
        if len(page) < PAGE:
            return
        after = page[-1].fitted_at, page[-1].model_id


def _is_damaged(service: Service, store: Store, standing: ModelStanding) -> bool:
    try:
        service.models.get(standing.model_id, store.models)
    except DamagedModel:
        return True
    return False


def _weak(gates: tuple[GateOutcome, ...]) -> list[dict[str, Any]]:
    # The others are silent in every answer.
    return [asdict(gate) for gate in gates if gate.verdict != "passed"]


def _verdict(service: Service, store: Store, stored: StoredPrognosis) -> Verdict:
    if stored.circumstances is None:
        return "unrecorded"
    try:
        return _compared(service, store, stored, json.loads(stored.circumstances))
    except (DamagedModel, LookupError, TypeError, ValueError):
        # What it rested on is gone, or can no longer be read.
        return "differs"


def _compared(
    service: Service, store: Store, stored: StoredPrognosis, circumstances: dict[str, Any]
) -> Verdict:
    answer = to_json(to_dict(_posed_again(service, store, stored, circumstances).answer()))
    if answer == stored.answer:
        return "equal"
    close = _is_close(json.loads(answer), json.loads(stored.answer))
    return "close" if close and circumstances["software"] != software() else "differs"


def _posed_again(
    service: Service, store: Store, stored: StoredPrognosis, circumstances: dict[str, Any]
) -> Posed:
    sent = json.loads(stored.answer)
    tests = [each.test for each in store.blood_tests.versions_of_patient(stored.patient_id)]
    patient = _patient_then(store, stored.patient_id, tests, circumstances)
    asked = (stored.accession_number, circumstances["version"])
    (test,) = (test for test in tests if (test.accession_number, test.version) == asked)
    question = Question(
        patient=patient,
        blood_test=test,
        clock=clock_of_answer(patient, test),
        endpoint=sent["endpoint"],
        scheme=SCHEMES[circumstances["scheme"]],
        horizons_months=tuple(circumstances["horizons_months"]),
        asked_on=date.fromisoformat(circumstances["asked_on"]),
        computed_at=read_instant(sent["computed_at"]),
        prognosis_id=stored.prognosis_id,
    )
    gates = tuple(GateOutcome(**gate) for gate in circumstances["gates"])
    if stored.model_id is None:
        return Posed(question, None, circumstances["candidate"], gates)
    in_use = ModelInUse(
        model=service.models.get(stored.model_id, store.models),
        model_id=stored.model_id,
        fitted_at=read_instant(sent["model"]["fitted_at"]),
        gates=gates,
        promoted_despite_gate=circumstances["promoted_despite_gate"],
        changed_rows=circumstances["changed_rows"],
        results_since_fit=sent["model"]["results_since_fit"],
    )
    return Posed(question, in_use)


def _patient_then(
    store: Store, patient_id: str, tests: list[BloodTest], circumstances: dict[str, Any]
) -> Patient:
    told = store.patients.observations(patient_id)[: circumstances["observations"]]
    versions = store.patients.follow_up_versions(patient_id)
    outcomes = {each.version: each.follow_up for each in versions}
    current = circumstances["tests"]
    return Patient(
        patient_id,
        tuple(each.observation for each in told),
        tuple(test for test in tests if current.get(test.accession_number) == test.version),
        outcomes.get(circumstances["follow_up"]),
    )


def _is_close(one: Any, other: Any) -> bool:
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(_is_close(one[k], other[k]) for k in one)
        case list(), list():
            return len(one) == len(other) and all(map(_is_close, one, other))
        case float(), float():
            return isclose(one, other, rel_tol=RELATIVE_TOLERANCE)
        case _:
            return bool(one == other)
