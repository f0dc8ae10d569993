"""Two hospitals do what they like in any order: each sees its own, whole, and nothing else."""

import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.main import create_app
from app.prognosis.clock_starts import BASELINE, kind_of
from app.settings import Settings
from tests.api.twins import APART, SHARED, Answer, Name, Twins

Json = dict[str, Any]

HOSPITALS = st.sampled_from([SHARED, APART])
PEOPLE = st.sampled_from(["P-1", "P-2", "P-3"])
DRAWS = st.integers(0, 2)
COUNTS = st.sampled_from([0, 3, 4, 17, 60])
FIRST_DRAW = date(2021, 3, 1)
FACTS: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"birth_year": st.sampled_from([1950, 1960])},
    optional={"ecog": st.integers(0, 2), "line_started_on": st.just("2021-03-02")},
)
OUTCOMES = st.sampled_from(
    [
        {"last_known_alive_on": "2024-01-01", "death_on": None, "progression_on": None},
        {"last_known_alive_on": "2024-06-01", "death_on": None, "progression_on": "2022-02-02"},
        {"last_known_alive_on": None, "death_on": "2023-05-05", "progression_on": None},
        {"last_known_alive_on": None, "death_on": "2020-01-01", "progression_on": None},
    ]
)
"""The last dies before every draw."""

ASKED = st.sampled_from(
    [
        {},
        {"covariates": ["log1p_ctc"]},
        {"covariates": ["age"]},
        {"clock": "weeks-3-5", "covariates": ["log1p_ctc"]},
    ]
)
TRIAL: Json = {
    "trial_id": "T-1",
    "title": "By the count",
    "arms": [{"name": "same"}, {"name": "other"}],
    "factors": [{"name": "ctc", "fact": "ctc_count", "cuts": [5]}],
    "planned_patients": 20,
    "blinded": True,
}
"""Blinded, for an arm is drawn by chance and the twin's is another."""

AT_TRIAL = f"/v1/trials/{TRIAL['trial_id']}"
USABLE = ("final", "corrected")
TOKEN = re.compile(r"[A-Za-z0-9._-]+")
NO_VIEW = {"/livez", "/readyz", "/metrics"}
"""These are of the whole server."""

READS = {
    path: item["get"]
    for path, item in create_app(Settings()).openapi()["paths"].items()
    if "get" in item
}
VIEW = sorted(READS.keys() - NO_VIEW)
COHORT = 25


@dataclass
class Life:
    """What was told of one person, in the order it was told."""

    observations: list[tuple[str, Json]] = field(default_factory=list)
    results: dict[str, list[Json]] = field(default_factory=dict)
    outcomes: list[Json] = field(default_factory=list)
    treatments: dict[str, list[Json]] = field(default_factory=dict)
    assessments: dict[str, list[Json]] = field(default_factory=dict)

    def death(self) -> date | None:
        """The day of death, as last told."""
        told = self.outcomes[-1]["death_on"] if self.outcomes else None
        return date.fromisoformat(told) if told else None

    def courses(self) -> Iterator[Json]:
        """What was given and seen, each as last told."""
        for kept in (self.treatments, self.assessments):
            yield from (versions[-1] for versions in kept.values())

    def observe(self, day: str, facts: Json) -> None:
        """Add what is new of a day; the first statement of a person counts even if empty."""
        said: Json = {}
        for of, values in self.observations:
            said |= values if of == day else {}
        new = {name: value for name, value in facts.items() if said.get(name) != value}
        if new or not self.observations:
            self.observations.append((day, new))


@dataclass
class Reference:
    """What one hospital must see."""

    people: dict[str, Life] = field(default_factory=dict)
    lives: dict[str, int] = field(default_factory=dict)
    cohorts: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    answers: dict[Name, tuple[str, Json]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    models: list[str] = field(default_factory=list)
    in_use: dict[str, str] = field(default_factory=dict)
    refits: list[Name] = field(default_factory=list)
    comparisons: list[Name] = field(default_factory=list)
    pools: dict[Name, bool] = field(default_factory=dict)
    pool_models: list[tuple[Name, Name]] = field(default_factory=list)
    clients: dict[Name, Name | None] = field(default_factory=dict)
    past_keys: list[Name] = field(default_factory=list)
    keyed: set[tuple[str, int]] = field(default_factory=set)
    trial_is_open: bool = False
    allocated: int = 0
    enrolled: dict[str, Json] = field(default_factory=dict)

    def number(self, patient: str, draw: int) -> str:
        """Name a result; who returns after an erasure gets other numbers."""
        return f"A-{patient}-{self.lives.get(patient, 0)}-{draw}"

    def revived(self, patient: str) -> Life:
        """Speak of a person, who may have been erased before."""
        self.erased.discard(patient)
        return self.people.setdefault(patient, Life())

    def forget(self, patient: str) -> None:
        """Erase a person."""
        life = self.people.pop(patient, Life())
        self.cohorts.discard(patient)
        self.enrolled.pop(patient, None)
        self.lives[patient] = self.lives.get(patient, 0) + 1
        self.erased |= {patient, f"A-{patient}", *life.results}
        self.erased |= {*life.treatments, *life.assessments}
        gone = [name for name, (whose, _) in self.answers.items() if whose == patient]
        for name in gone:
            self.erased |= {name.main, name.twin}
            del self.answers[name]


def alike(names: list[str]) -> list[Name]:
    """Names that both services use."""
    return [Name(each, each) for each in names]


def day_of(draw: int) -> date:
    """The day of a draw."""
    return FIRST_DRAW + timedelta(days=40 * draw)


def a_test(draw: int, count: int, status: str = "final") -> Json:
    """The content of a result."""
    drawn_at = f"{day_of(draw)}T09:00:00+01:00"
    return {"drawn_at": drawn_at, "ctc_count": count, "status": status}


def cohort_of(number: int) -> str:
    """Lines of a cohort file, the same for the same number."""
    chance = random.Random(number)
    lines = []
    for each in range(COHORT):
        ctc_count = int(chance.expovariate(1 / 20))
        days = min(1800, 1 + int(chance.weibullvariate(900 / (1 + ctc_count) ** 0.3, 1.2)))
        lines.append(
            {
                "patient_id": f"C{number}-{each}",
                "accession_number": f"A-C{number}-{each}",
                "drawn_at": f"{FIRST_DRAW + timedelta(days=each)}T09:00:00+01:00",
                "ctc_count": ctc_count,
                "birth_year": 1950 + each % 7,
                "line_started_on": f"{FIRST_DRAW + timedelta(days=each)}",
                "follow_up_days": days,
                "died": chance.random() < 0.8,
            }
        )
    return "".join(json.dumps(line) + "\n" for line in lines)


class Hospitals(RuleBasedStateMachine):
    """Two hospitals on one service, each with what it must see, and the twin of the first."""

    def __init__(self, new_database: Callable[[], str], folder: Path) -> None:
        super().__init__()
        self.twins = Twins(new_database)
        self.seen = {SHARED: Reference(), APART: Reference()}
        self.backup: tuple[dict[str, Reference], list[Path]] | None = None
        self.folder, self.backups = folder, count()

    def teardown(self) -> None:
        """Look at everything once more, and stop."""
        try:
            for hospital in self.seen:
                self.sees_its_own_alone(hospital)
        finally:
            self.twins.close()

    def ask(self, hospital: str, method: str, path: str, *names: Name, **sent: Any) -> Answer:
        """Ask, and find nobody who was erased in the answer."""
        answer = self.twins.ask(hospital, method, path, *names, **sent)
        shown = {*TOKEN.findall(answer.main.text), *TOKEN.findall(answer.twin.text)}
        assert not shown & self.seen[hospital].erased, (path, shown & self.seen[hospital].erased)
        return answer

    def told(self, hospital: str, patient: str, answer: Answer, *path: str) -> None:
        """Remember an answer that was acknowledged."""
        ours = self.seen[hospital].answers
        name = answer.name(*path, "prognosis_id")
        body = answer.body
        for member in path:
            body = body[member]
        assert ours.setdefault(name, (patient, body)) == (patient, body)

    # ---- what laboratories and wards do

    @rule(hospital=HOSPITALS, patient=PEOPLE, draw=DRAWS, count=COUNTS, twice=st.booleans())
    def post_result(self, hospital: str, patient: str, draw: int, count: int, twice: bool) -> None:
        ours = self.seen[hospital]
        number = ours.number(patient, draw)
        ours.numbers.add(number)
        body = {"patient_id": patient, "accession_number": number, **a_test(draw, count)}
        versions = ours.people.get(patient, Life()).results.get(number, [])
        death = ours.people.get(patient, Life()).death()
        refused = bool(death and death < day_of(draw))
        sent = {"json": body, "headers": {"Idempotency-Key": f"{number}-{count}"} if twice else {}}
        known = {name for name, (whose, _) in ours.answers.items() if whose == patient}
        was_erased = ours.erased & {patient}
        ours.erased -= was_erased

        answer = self.ask(hospital, "POST", "/v1/blood-tests", **sent)

        content = a_test(draw, count)
        if twice and (number, count) in ours.keyed:
            assert answer.name("prognosis", "prognosis_id") in known
            assert answer.main.headers["idempotent-replayed"] == "true"
            return
        if refused or (versions and content not in versions):
            ours.erased |= was_erased
            assert answer.status == 409
            return
        assert answer.status == (200 if versions else 201)
        ours.revived(patient).results.setdefault(number, [content])
        assert answer.body["blood_test"]["ctc_count"] == count
        self.told(hospital, patient, answer, "prognosis")
        if twice:
            ours.keyed.add((number, count))
            again = self.ask(hospital, "POST", "/v1/blood-tests", **sent)
            assert (again.status, again.main.content) == (answer.status, answer.main.content)

    @rule(hospital=HOSPITALS, patient=PEOPLE, draw=DRAWS, count=COUNTS, facts=FACTS)
    def post_prognosis(
        self, hospital: str, patient: str, draw: int, count: int, facts: Json
    ) -> None:
        ours = self.seen[hospital]
        number = ours.number(patient, draw)
        ours.numbers.add(number)
        life = ours.people.get(patient, Life())
        content, versions, death = a_test(draw, count), life.results.get(number, []), life.death()
        latest = max([day_of(draw), *(day_of(int(each[-1])) for each in life.results)])
        refused = bool(death and death < latest) or bool(versions and versions[-1] != content)
        was_erased = ours.erased & {patient}
        ours.erased -= was_erased
        body = {
            "patient": {"patient_id": patient, **facts},
            "blood_test": {"accession_number": number, **content},
        }

        answer = self.ask(hospital, "POST", "/v1/prognoses", json=body)

        if refused:
            ours.erased |= was_erased
            assert answer.status == 409, answer.body
            return
        assert answer.status in (200, 201), answer.body
        life = ours.revived(patient)
        life.results.setdefault(number, [content])
        life.observe(day_of(draw).isoformat(), facts)
        self.told(hospital, patient, answer)

    @rule(hospital=HOSPITALS, data=st.data(), count=COUNTS, stale=st.booleans())
    def correct(self, hospital: str, data: st.DataObject, count: int, stale: bool) -> None:
        ours = self.seen[hospital]
        known = [(who, number) for who, life in ours.people.items() for number in life.results]
        if not known:
            return
        patient, number = data.draw(st.sampled_from(known))
        versions, draw = ours.people[patient].results[number], int(number[-1])
        death = ours.people[patient].death()
        content = a_test(draw, count, data.draw(st.sampled_from(["corrected", "entered_in_error"])))
        etag = f'"{len(versions) - stale}"'

        answer = self.ask(
            hospital,
            "PUT",
            f"/v1/blood-tests/{number}",
            json={"patient_id": patient, **content},
            headers={"If-Match": etag},
        )

        refused = death and death < day_of(draw) and content["status"] == "corrected"
        if stale or refused:
            assert answer.status == (409 if refused else 412)
            return
        assert (answer.status, answer.body["blood_test"]["version"]) == (200, len(versions) + 1)
        versions.append(content)
        self.told(hospital, patient, answer, "prognosis")

    @rule(hospital=HOSPITALS, patient=PEOPLE, facts=FACTS, day=st.integers(1, 28))
    def tell_patient(self, hospital: str, patient: str, facts: Json, day: int) -> None:
        ours = self.seen[hospital]
        life = ours.people.get(patient)
        headers = {"If-Match": f'"{len(life.observations)}"'} if life else {}
        ours.erased.discard(patient)
        observed_on = f"2021-02-{day:02}"

        answer = self.ask(
            hospital,
            "PUT",
            f"/v1/patients/{patient}",
            json={"observed_on": observed_on, **facts},
            headers=headers,
        )

        assert answer.status == (200 if life else 201)
        ours.revived(patient).observe(observed_on, facts)

    @rule(hospital=HOSPITALS, patient=PEOPLE, outcome=OUTCOMES)
    def tell_outcome(self, hospital: str, patient: str, outcome: Json) -> None:
        life = self.seen[hospital].people.get(patient)
        versions = life.outcomes if life else []
        draws = [
            day_of(int(number[-1]))
            for number, told in (life.results if life else {}).items()
            if told[-1]["status"] != "entered_in_error"
        ]
        days = [
            max(day for name, day in told.items() if name.endswith("_on") and day)
            for told in (life.courses() if life else ())
        ]

        answer = self.ask(
            hospital,
            "PUT",
            f"/v1/patients/{patient}/follow-up",
            json=outcome,
            headers={"If-Match": f'"{len(versions)}"'} if versions else {},
        )

        if life is None:
            assert answer.status == 404
        elif outcome["death_on"] and any(f"{day}" > outcome["death_on"] for day in (*draws, *days)):
            assert answer.status == 409
        else:
            assert answer.status == (200 if versions else 201)
            versions.append(outcome)

    @rule(hospital=HOSPITALS, patient=PEOPLE, draw=DRAWS, ended=st.booleans(), seen=st.booleans())
    def tell_course(self, hospital: str, patient: str, draw: int, ended: bool, seen: bool) -> None:
        ours = self.seen[hospital]
        life, day = ours.people.get(patient), day_of(draw)
        last = day + timedelta(days=30 * ended)
        end = f"{last}" if ended else None
        given = {"line": 1, "regimen": "paclitaxel", "started_on": f"{day}", "ended_on": end}
        stood = {"assessed_on": f"{last}", "method": "imaging", "status": "stable"}
        kind, told = ("assessments", stood) if seen else ("treatments", given)
        number = ours.number(patient, draw).replace("A-", f"{kind[0]}-", 1)
        kept: dict[str, list[Json]] = getattr(life, kind, {})
        versions = kept.get(number, [])
        headers = {"If-Match": f'"{len(versions)}"'} if versions else {}
        path = f"/v1/patients/{patient}/{kind}/{number}"

        answer = self.ask(hospital, "PUT", path, json=told, headers=headers)

        death = life.death() if life else None
        if life is None:
            assert answer.status == 404
        elif death and death < last:
            assert answer.status == 409
        else:
            assert answer.status == (200 if versions else 201)
            kept.setdefault(number, []).append(told)

    @rule(hospital=HOSPITALS, data=st.data())
    def erase(self, hospital: str, data: st.DataObject) -> None:
        ours = self.seen[hospital]
        known = sorted({*ours.people, *sorted(ours.cohorts)[:3]})
        if known:
            self.erase_one(hospital, data.draw(st.sampled_from(known)))

    def erase_one(self, hospital: str, patient: str) -> None:
        """Erase somebody who is there."""
        self.seen[hospital].forget(patient)

        answer = self.ask(hospital, "DELETE", f"/v1/patients/{patient}")

        assert answer.status == 204

    @rule(hospital=HOSPITALS, number=st.integers(1, 3))
    def import_cohort(self, hospital: str, number: int) -> None:
        ours, lines = self.seen[hospital], cohort_of(number)
        told = {json.loads(line)["patient_id"] for line in lines.splitlines()}
        ours.erased -= told | {f"A-{each}" for each in told}

        answer = self.ask(
            hospital,
            "POST",
            "/v1/imports",
            content=lines,
            headers={"Content-Type": "application/x-ndjson"},
        )

        outcomes = [json.loads(line)["status"] for line in answer.main.text.splitlines()]
        known = len(told & ours.cohorts)
        assert (outcomes.count("unchanged"), outcomes.count("stored")) == (known, COHORT - known)
        ours.cohorts |= told

    # ---- what those do who run a trial

    @rule(hospital=HOSPITALS)
    def open_trial(self, hospital: str) -> None:
        declared = self.ask(hospital, "POST", "/v1/trials", json=TRIAL)
        opened = self.ask(hospital, "POST", f"{AT_TRIAL}/opening")

        ours = self.seen[hospital]
        assert (declared.status, opened.status) == (200 if ours.trial_is_open else 201, 200)
        ours.trial_is_open = True

    @rule(hospital=HOSPITALS, patient=PEOPLE)
    def enrol(self, hospital: str, patient: str) -> None:
        ours, asked = self.seen[hospital], {"patient_id": patient}
        life = ours.people.get(patient)
        is_known = (
            any(told[-1]["status"] in USABLE for told in life.results.values()) if life else 0
        )

        answer = self.ask(hospital, "POST", f"{AT_TRIAL}/enrolments", json=asked)

        if life is None or not ours.trial_is_open:
            assert answer.status == 404
        elif patient in ours.enrolled:
            assert (answer.status, answer.body) == (200, ours.enrolled[patient])
        elif life.death() or not is_known:
            assert answer.status == 409
        else:
            ours.allocated += 1
            assert (answer.status, answer.body["number"]) == (201, ours.allocated)
            ours.enrolled[patient] = answer.body

    # ---- what those do who keep the service

    @rule(hospital=HOSPITALS, asked=ASKED, waits=st.booleans())
    def refit(self, hospital: str, asked: Json, waits: bool) -> None:
        ours = self.seen[hospital]
        headers = {"Prefer": "wait=60"} if waits else {}

        answer = self.ask(hospital, "POST", "/v1/models", json=asked, headers=headers)

        if not waits:
            assert answer.status == 202
            ours.refits.append(answer.name("refit_id"))
            refit = self.ask(hospital, "GET", "/v1/refits/{}", ours.refits[-1]).body
            assert refit["status"] in ("done", "failed")
            if refit["status"] == "failed":
                return
            answer = self.ask(hospital, "GET", f"/v1/models/{refit['model_id']}")
        assert answer.status in ((201, 409) if waits else (200,)), answer.body
        if answer.status != 409:
            model = answer.body["model_id"]
            ours.models = [*(each for each in ours.models if each != model), model]
            if answer.body["status"] == "current":
                ours.in_use[kind_of(answer.body["clock"])] = model

    @rule(hospital=HOSPITALS)
    def compare(self, hospital: str) -> None:
        ours = self.seen[hospital]
        sets = {"ctc": ["log1p_ctc"], "age": ["age"]}

        answer = self.ask(hospital, "POST", "/v1/comparisons", json={"predictors": sets})

        assert answer.status == 202
        ours.comparisons.append(answer.name("comparison_id"))
        found = self.ask(hospital, "GET", "/v1/comparisons/{}", ours.comparisons[-1]).body
        assert found["status"] in ("done", "failed")

    @precondition(lambda self: any(each.models for each in self.seen.values()))
    @rule(hospital=HOSPITALS, data=st.data())
    def promote_or_roll_back(self, hospital: str, data: st.DataObject) -> None:
        ours = self.seen[hospital]
        if not ours.models:
            return
        model = data.draw(st.sampled_from(ours.models))

        answer = self.ask(
            hospital,
            "POST",
            f"/v1/models/{model}/promotion",
            json={"reason": "The ward asked for it."},
        )

        if model in ours.in_use.values():
            assert (answer.status, answer.body["code"]) == (409, "already-current")
        elif answer.status == 201:
            ours.in_use[kind_of(answer.body["clock"])] = model
        else:
            assert (answer.status, answer.body["code"]) == (409, "not-promotable")

    @rule(hospital=HOSPITALS)
    def found_pool(self, hospital: str) -> None:
        # An invitation is seen by whom it invites, so that the twin's hospital gets none.
        invited = [APART] if hospital == SHARED else ["hospital-elsewhere"]
        body = {"name": "Larger study", "organisations": invited}

        answer = self.ask(hospital, "POST", "/v1/pools", json=body)

        assert answer.status == 201
        self.seen[hospital].pools[answer.name("pool_id")] = False

    @precondition(lambda self: any(each.pools for each in self.seen.values()))
    @rule(hospital=HOSPITALS, data=st.data(), gives=st.booleans())
    def consent(self, hospital: str, data: st.DataObject, gives: bool) -> None:
        ours = self.seen[hospital]
        if not ours.pools:
            return
        pool = data.draw(st.sampled_from(list(ours.pools)))
        consents = "/v1/pools/{}/consents"

        if gives:
            reason = {"reason": "The board agreed."}
            answer = self.ask(hospital, "POST", consents, pool, json=reason)
            assert answer.status == (200 if ours.pools[pool] else 201)
        else:
            answer = self.ask(hospital, "DELETE", f"{consents}/{hospital}", pool)
            assert answer.status == (204 if ours.pools[pool] else 404)
        ours.pools[pool] = gives

    @precondition(lambda self: any(each.pools for each in self.seen.values()))
    @rule(hospital=HOSPITALS, data=st.data())
    def fit_pool(self, hospital: str, data: st.DataObject) -> None:
        ours = self.seen[hospital]
        if not ours.pools:
            return
        pool = data.draw(st.sampled_from(list(ours.pools)))

        answer = self.ask(hospital, "POST", "/v1/pools/{}/models", pool, json={})

        if not ours.pools[pool]:
            assert (answer.status, answer.body["code"]) == (409, "not-consented")
            return
        assert answer.status == 202
        ours.pool_models.append((pool, answer.name("pool_model_id")))
        told = self.ask(hospital, "GET", "/v1/pools/{}/models/{}", *ours.pool_models[-1]).body
        # Nobody else ever consents.
        assert (told["status"], told["code"]) == ("failed", "too-few-organisations")

    @rule(hospital=HOSPITALS)
    def add_client(self, hospital: str) -> None:
        body = {"name": "Ward", "scopes": ["patients:read"]}

        answer = self.ask(hospital, "POST", "/v1/clients", json=body)

        assert answer.status == 201
        self.seen[hospital].clients[answer.name("client_id")] = answer.name("key")

    @rule(hospital=HOSPITALS, data=st.data(), rotated=st.booleans())
    def end_key(self, hospital: str, data: st.DataObject, rotated: bool) -> None:
        ours = self.seen[hospital]
        live = [client for client, key in ours.clients.items() if key]
        if not live:
            return
        client = data.draw(st.sampled_from(live))
        ours.past_keys += [key] if (key := ours.clients[client]) else []
        if rotated:
            answer = self.ask(hospital, "POST", "/v1/clients/{}/rotation", client)
            assert answer.status == 201
            ours.clients[client] = answer.name("key")
        else:
            assert self.ask(hospital, "DELETE", "/v1/clients/{}", client).status == 204
            ours.clients[client] = None

    @rule()
    def restart(self) -> None:
        for side in self.twins.sides:
            side.restart()

    @rule()
    def back_up(self) -> None:
        number = next(self.backups)
        paths = [self.folder / f"{number}-{side}.zip" for side in ("main", "twin")]
        for side, path in zip(self.twins.sides, paths, strict=True):
            path.unlink(missing_ok=True)
            side.back_up(path)
        self.backup = deepcopy(self.seen), paths

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        if self.backup is None:
            return
        before, paths = self.backup
        erased_since = [
            (hospital, patient)
            for hospital, then in before.items()
            for patient in sorted({*then.people, *then.cohorts} & self.seen[hospital].erased)
        ]
        self.seen = deepcopy(before)
        for side, path in zip(self.twins.sides, paths, strict=True):
            side.restore(path)
        for hospital, patient in erased_since:
            # As docs/backup.md has whoever restores do.
            self.erase_one(hospital, patient)

    # ---- what must be seen

    @invariant()
    def nothing_acknowledged_is_lost_or_undone(self) -> None:
        for hospital, ours in self.seen.items():
            for patient, life in ours.people.items():
                self.sees_the_history(hospital, patient, life)

    def sees_the_history(self, hospital: str, patient: str, life: Life) -> None:
        """Compare what was told of one person with what is stored."""
        stored = self.ask(hospital, "GET", f"/v1/patients/{patient}/history").body

        assert [(each["observed_on"], each["said"]) for each in stored["observations"]] == (
            life.observations
        )
        versions: dict[str, list[Json]] = {}
        for each in stored["blood_tests"]:
            told = versions.setdefault(each["accession_number"], [])
            told.append({"ctc_count": each["ctc_count"], "status": each["status"]})
            assert each["version"] == len(told)
        assert versions == {
            number: [{name: each[name] for name in ("ctc_count", "status")} for each in told]
            for number, told in life.results.items()
        }
        assert [
            {name: each[name] for name in told}
            for each, told in zip(stored["follow_up"], life.outcomes, strict=True)
        ] == life.outcomes
        for kind, kept in (("treatment", life.treatments), ("assessment", life.assessments)):
            told_of = [(name, told) for name, versions in sorted(kept.items()) for told in versions]
            assert [
                (each[f"{kind}_id"], {name: each[name] for name in told})
                for each, (_, told) in zip(stored[f"{kind}s"], told_of, strict=True)
            ] == told_of

    @rule(hospital=HOSPITALS)
    def sees_its_own_alone(self, hospital: str) -> None:
        """Read every route about everything that was ever named."""
        ours = self.seen[hospital]
        gone = sorted(each for each in ours.erased if each.startswith(("P-", "C")))
        names = {
            "patient_id": alike([*sorted(ours.people), *sorted(ours.cohorts)[:1], *gone[:2]]),
            "accession_number": alike(sorted(ours.numbers)),
            "prognosis_id": list(ours.answers),
            "model_id": alike(ours.models),
            "refit_id": ours.refits,
            "comparison_id": ours.comparisons,
            "pool_id": list(ours.pools),
            "trial_id": alike([TRIAL["trial_id"]]),
        }
        named_together: dict[str, list[tuple[Name, ...]]] = {
            "pool_model_id": list(ours.pool_models),
            **{
                f"{kind}_id": [
                    (Name(patient, patient), Name(each, each))
                    for patient, life in ours.people.items()
                    for each in getattr(life, f"{kind}s")
                ]
                for kind in ("treatment", "assessment")
            },
        }
        for path in VIEW:
            named = re.findall(r"{(\w+)}", path)
            if not named:
                self.lists(hospital, path)
                continue
            alone = [(each,) for each in names.get(named[0], ())]
            about = named_together[named[1]] if len(named) > 1 else alone
            for each in about:
                answer = self.ask(hospital, "GET", re.sub(r"{\w+}", "{}", path), *each)
                assert answer.status in (200, 404, 409), answer.main.text
        self.sees_what_it_was_told(hospital)

    def lists(self, hospital: str, path: str) -> None:
        """Read what is about no person: a list to its end, or the whole cohort."""
        is_paged = any(each["name"] == "limit" for each in READS[path].get("parameters", ()))
        sent: Json = {"params": {"limit": 500}} if is_paged else {}
        answer = self.ask(hospital, "GET", path, **sent)
        assert answer.status in (200, 404), answer.main.text
        if path == "/v1/patients":
            listed = [each["patient_id"] for each in answer.body["items"]]
            assert listed == sorted({*self.seen[hospital].people, *self.seen[hospital].cohorts})

    def sees_what_it_was_told(self, hospital: str) -> None:
        """Compare answers, the model in use and keys with what was acknowledged."""
        ours = self.seen[hospital]
        for patient, body in ours.enrolled.items():
            (found,) = self.ask(hospital, "GET", f"/v1/patients/{patient}/export").body[
                "trial_enrolments"
            ]
            assert {name: found[name] for name in body} == body
        trial = self.ask(hospital, "GET", AT_TRIAL)
        assert trial.status == (200 if ours.trial_is_open else 404)
        assert not ours.trial_is_open or trial.body["allocated"] == ours.allocated
        for name, (_, body) in ours.answers.items():
            assert self.ask(hospital, "GET", "/v1/prognoses/{}", name).body == body
        for kind, asked in {BASELINE: "", "weeks-3-5": "?clock=weeks-3-5"}.items():
            current = self.ask(hospital, "GET", f"/v1/models/current{asked}")
            found = current.body.get("model_id") if current.status == 200 else None
            assert found == ours.in_use.get(kind)
        statuses = {
            each["model_id"]: each["status"]
            for each in self.ask(hospital, "GET", "/v1/models").body["items"]
        }
        assert statuses.keys() == set(ours.models)
        assert {each for each, status in statuses.items() if status == "current"} == set(
            ours.in_use.values()
        )
        for pool, consents in ours.pools.items():
            told = self.ask(hospital, "GET", "/v1/pools/{}", pool).body
            assert (told["founder"], told["consent"] is not None) == (hospital, consents)
        for key in ours.clients.values():
            if key:
                assert self.ask(hospital, "GET", "/v1/patients", key=key).status == 200
        for key in ours.past_keys:
            assert self.ask(hospital, "GET", "/v1/patients", key=key).status == 401


@pytest.fixture
def new_database(
    engine_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Makes fresh databases with the schema, on each engine in turn."""
    numbers, made = count(), []

    def copy_file() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        path.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        return f"sqlite:///{path}"

    def copy_database() -> str:
        server = request.getfixturevalue("postgres_server")
        made.append(server.create_database(request.getfixturevalue("migrated_postgres")))
        return str(server.url(made[-1]))

    yield copy_file if engine_name == "sqlite" else copy_database
    for name in made:
        request.getfixturevalue("postgres_server").drop_database(name)


def play(new_database: Callable[[], str], folder: Path, runs: int, steps: int, number: int) -> None:
    """Let the hospitals do so many steps, so many times; the number chooses which."""
    note = f"STATEFUL_SEED={number} plays these {runs} runs of {steps} steps again\n"
    sys.stdout.write(note)
    options = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )

    class Played(Hospitals):
        """Begins anew on databases of its own."""

        def __init__(self) -> None:
            super().__init__(new_database, folder)

    run_state_machine_as_test(seed(number)(Played), settings=options)


def test_two_hospitals_see_their_own_alone(new_database: Callable[[], str], tmp_path: Path) -> None:
    play(new_database, tmp_path, runs=2, steps=12, number=1)


@pytest.mark.soak
def test_two_hospitals_see_their_own_alone_in_long_runs(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    chosen = {name: os.environ.get(f"STATEFUL_{name}") for name in ("RUNS", "STEPS", "SEED")}
    number = int(chosen["SEED"] or random.SystemRandom().randrange(2**32))
    runs, steps = int(chosen["RUNS"] or 200), int(chosen["STEPS"] or 30)
    play(new_database, tmp_path, runs, steps, number)
