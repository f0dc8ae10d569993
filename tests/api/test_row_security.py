"""Two hospitals on PostgreSQL, and a service that forgot to ask whose a row is."""

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from app.prognosis.model import canonical_json, model_id
from app.prognosis.training_values import laid_open
from app.storage import tables
from app.storage.comparisons import Comparison
from app.storage.database import Database
from app.storage.model_rows import blocks_of
from app.storage.models import ModelStanding
from app.storage.pools import PoolModel
from app.storage.refits import Refit
from app.storage.store import writing
from tests.api.bodies import a_prognosis_request, a_treatment, an_assessment, open_a_trial
from tests.owner import as_owner
from tests.prognosis.cohorts import TrainingRow, a_table
from tests.protocols.hl7v2.oru import an_oru, segment
from tests.running import Running, running

PREDICATE = re.compile(r"\b(\w+)\.organisation_id = %\(\w+\)s(::INTEGER)?")
"""The service's own filter, as it is sent to PostgreSQL."""

INVITED = re.compile(
    r"\b(\w+)\.pool_id IN \(SELECT pool_member\.pool_id\s+FROM pool_member\s+"
    r"WHERE pool_member\.member = \(SELECT organisation\.name\s+FROM organisation\s+"
    r"WHERE organisation\.organisation_id = (?:%\(\w+\)s(?:::INTEGER)?|\?)\)\)"
)
"""The filter of what several hospitals see: those that were invited by their name."""

COMPUTED = re.compile('"(computed_at|last_used_at)":("[^"]+"|null)')
KEPT = Path(__file__).parents[1] / "data" / "artefacts" / "2-corrected.json"
ROWS = a_table([TrainingRow("P-both", "LAB-both", date(2025, 11, 1), 9.0, True, {})])
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

FILTERED = {
    *("patient", "observation", "blood_test", "follow_up", "declared_covariate", "client"),
    *("access_token", "used_assertion"),
    *("model", "model_block", "model_change", "stale_patient", "refit", "prognosis"),
    *("idempotency_record", "audit_event", "organisation", "start_block"),
    *("pool", "pool_member", "pool_consent", "pool_model", "pool_share"),
    *("message", "message_result"),
    *("treatment", "assessment", "comparison", "trial", "trial_enrolment", "trial_allocation"),
}
"""Every table with an organisation: each is asked for one in some call below."""


@dataclass(frozen=True)
class Ward:
    """One hospital: who calls, and what it stores under names of its own and of everybody's."""

    client: httpx.Client
    name: str
    model_id: str
    refit_id: str
    pool_id: str
    prognosis_id: str
    client_id: str

    def paths(self) -> list[str]:
        """Name what is its own."""
        return [
            f"/v1/patients/P-{self.name}",
            f"/v1/patients/P-{self.name}/blood-tests",
            f"/v1/patients/P-{self.name}/history",
            f"/v1/patients/P-{self.name}/prognosis",
            f"/v1/blood-tests/LAB-{self.name}",
            f"/v1/blood-tests/LAB-{self.name}/versions",
            f"/v1/prognoses/{self.prognosis_id}",
            f"/v1/models/{self.model_id}",
            f"/v1/models/{self.model_id}/rows",
            f"/v1/refits/{self.refit_id}",
            f"/v1/comparisons/{self.refit_id}",
            f"/v1/trials/TRIAL-{self.name}",
            f"/v1/pools/{self.pool_id}",
            f"/v1/pools/{self.pool_id}/models",
            f"/v1/pools/{self.pool_id}/models/{self.refit_id}",
        ]


def a_ward(service: Running, name: str) -> Ward:
    """Fill a hospital; both have a patient and a result of the same name."""
    service.add_organisation(f"hospital-{name}")
    key = service.key(f"hospital-{name}")
    client = service.client_with(key)
    told = []
    for patient, number in (("P-both", "LAB-both"), (f"P-{name}", f"LAB-{name}")):
        request = a_prognosis_request(
            {"patient_id": patient, "birth_year": 1950 + len(name)},
            {"accession_number": number, "ctc_count": 17 + len(name)},
        )
        answer = client.post("/v1/prognoses", json=request, headers={"Idempotency-Key": number})
        told.append(answer.raise_for_status().json())
    body = an_oru(segment("PID", f3="P-both"), segment("OBR"), segment("OBX"), f3=name)
    sent = client.post("/hl7v2", content=body, headers={"Content-Type": "text/plain"})
    assert "MSA|AA" in sent.raise_for_status().text
    client.put(f"{COURSE}/treatments/T-1", json=a_treatment()).raise_for_status()
    client.put(f"{COURSE}/assessments/S-1", json=an_assessment()).raise_for_status()
    for trial_id in ("TRIAL-both", f"TRIAL-{name}"):
        at = open_a_trial(client, trial_id=trial_id, eligibility=[], factors=BY_COUNT)
        client.post(f"{at}/enrolments", json={"patient_id": "P-both"}).raise_for_status()
    declared = {"name": f"of_{name}", "kind": "binary"}
    client.post("/v1/covariates", json=declared).raise_for_status()
    own = service.number_of(f"hospital-{name}")
    made = keep_model(service.database, own, f"hospital-{name}")
    pool_id = keep_pool(client, service.database, own)
    return Ward(
        client, name, made, f"{own:032x}", pool_id, told[1]["prognosis_id"], key.split("_")[1]
    )


def keep_pool(client: httpx.Client, database: Database, organisation_id: int) -> str:
    """Found a pool, consent, and keep a fit of it, as the process that fits does."""
    body = {"name": "Larger study", "organisations": ["nobody"]}
    pool_id: str = client.post("/v1/pools", json=body).raise_for_status().json()["pool_id"]
    said = {"reason": "The board agreed."}
    client.post(f"/v1/pools/{pool_id}/consents", json=said).raise_for_status()
    name = f"{organisation_id:032x}"
    asked = json.dumps(
        {
            "endpoint": "overall_survival",
            "setting": "metastatic",
            "covariates": ["log1p_ctc"],
            "data_cutoff": "2026-01-01",
        }
    )
    with writing(database, organisation_id) as store:
        (consent,) = store.pools.consents([pool_id])
        store.pools.queue(
            PoolModel(
                name, pool_id, "who", asked, "queued", 0, None, None, NOON, NOON, None, None, None
            )
        )
        store.pools.finish(name, json.dumps([consent.consent_id]), "null", NOON)
        own = {"patients": 0, "events": 0, "left_out": {}, "baseline": None}
        store.share(name, {organisation_id: json.dumps(own)})
    return pool_id


def keep_model(database: Database, organisation_id: int, name: str) -> str:
    """Keep a model, its rows and its refit, as the process that fits does."""
    content = {**json.loads(KEPT.read_text()), "organisation": name}
    artefact = canonical_json(content)
    made = model_id(artefact)
    about = (content["endpoint"], content["setting"])
    with writing(database, organisation_id) as store:
        store.models.add(ModelStanding(made, *about, "current", NOON, [], None, 0), artefact)
        store.model_rows.replace(made, blocks_of(laid_open(ROWS, [])), set())
        named, times = f"{organisation_id:032x}", (NOON, NOON, NOON)
        job = Refit(named, *about, "{}", "done", 1.0, made, None, None, *times)
        store.refits.add(job)
        compared = Comparison(named, ASKED, "queued", 0.0, None, None, None, NOON, NOON, None)
        store.comparisons.add(compared)
        store.comparisons.fail(named, "abandoned", "", NOON)
        store.starts.all("draw")
    return made


COURSE = "/v1/patients/P-both"
BY_COUNT = [{"name": "ctc", "fact": "ctc_count", "cuts": [5]}]
ASKED = json.dumps(
    {
        "predictors": [["ctc", ["log1p_ctc"]], ["age", ["age"]]],
        "rows": {
            "endpoint": "overall_survival",
            "setting": "metastatic",
            "clock": "draw",
            "data_cutoff": "2026-01-01",
        },
        "horizon_months": 12,
    }
)
"""As the queue holds a comparison."""

COMMON = (
    "/v1/patients",
    "/v1/patients/P-both",
    "/v1/patients/P-both/blood-tests",
    "/v1/patients/P-both/treatments",
    "/v1/patients/P-both/assessments/S-1",
    "/v1/trials",
    "/v1/trials/TRIAL-both",
    "/v1/cohort/summary",
    "/v1/blood-tests/LAB-both",
    "/v1/models",
    "/v1/models/current",
    "/v1/clients",
    "/v1/covariates",
    "/v1/pools",
    "/v1/messages",
)
"""What each hospital has under the same name."""


def seen(by: Ward, paths: list[str]) -> dict[str, tuple[int, Any]]:
    """Read, and leave out what differs with every answer."""
    answers = {path: by.client.get(path) for path in paths}
    return {
        path: (answer.status_code, COMPUTED.sub("", answer.text))
        for path, answer in answers.items()
    }


@contextmanager
def unfiltered(service: Running) -> Iterator[Counter[str]]:
    """Take the service's own filter out of every statement, and count where it was."""
    taken: Counter[str] = Counter()

    def take_out(
        _connection: object, _cursor: object, statement: str, values: Any, *_: object
    ) -> tuple[str, Any]:
        for filters in (INVITED, PREDICATE):
            taken.update(found[1] for found in filters.finditer(statement))
            statement = filters.sub("TRUE", statement)
        return statement, values

    engine = service.database.writer
    event.listen(engine, "before_cursor_execute", take_out, retval=True)
    try:
        yield taken
    finally:
        event.remove(engine, "before_cursor_execute", take_out)


@pytest.fixture
def service(postgres_url: str) -> Iterator[Running]:
    """A service on PostgreSQL alone: SQLite has no other fence than the filter."""
    with running(postgres_url) as service:
        yield service


def test_without_its_own_filter_the_service_shows_and_changes_nothing_of_another_hospital(
    service: Running,
) -> None:
    one, other = a_ward(service, "a"), a_ward(service, "other")
    own, foreign = [*COMMON, *one.paths()], other.paths()
    before = seen(one, own)
    theirs = seen(other, [*COMMON, *foreign])
    assert [path for path in before if before[path][0] != 200] == []
    assert {status for status, _ in theirs.values()} == {200}

    with unfiltered(service) as taken:
        assert seen(one, own) == before
        assert {status for status, _ in seen(one, foreign).values()} == {404}
        events = one.client.get("/v1/audit-events").json()["items"]
        assert {each["client_id"] for each in events} <= {one.client_id, None}
        change(one)
        refused = one.client.delete(f"/v1/clients/{other.client_id}")
        assert refused.status_code == 404

    assert seen(other, [*COMMON, *foreign]) == theirs
    assert FILTERED - set(taken) == set()
    # So it was the filter: with the fence down, too, everything lies open.
    with as_owner(service.database) as connection:
        for table in {*FILTERED, "client_secret"}:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    with unfiltered(service):
        assert 200 in {status for status, _ in seen(one, foreign).values()}


def change(ward: Ward) -> None:
    """Change and remove what the other hospital has under the same name."""
    client = ward.client
    client.put("/v1/patients/P-both/follow-up", json={"death_on": "2026-01-31"}).raise_for_status()
    again = a_prognosis_request({"patient_id": "P-new"}, {"accession_number": "LAB-new"})
    client.post(
        "/v1/prognoses", json=again, headers={"Idempotency-Key": "LAB-other"}
    ).raise_for_status()
    client.delete("/v1/patients/P-both").raise_for_status()
    _, *key = client.headers["authorization"].split("_", 2)
    form = {"grant_type": "client_credentials"}
    shown = {"Authorization": f"Basic {b64encode(':'.join(key).encode()).decode()}"}
    client.post("/oauth2/token", data=form, headers=shown).raise_for_status()


def test_the_tables_are_all_that_have_an_organisation() -> None:
    assert {
        each.name for each in tables.metadata.sorted_tables if "organisation_id" in each.columns
    } == FILTERED


FROM = re.compile(r"\b(?:FROM|JOIN|UPDATE|,) (\w+)(?= |$|,|\))")

OF_THE_CALLER = {"client", "client_secret", "access_token", "organisation"}
"""Asked before it is known who calls."""


def test_every_statement_of_a_call_names_the_organisation(sqlite_url: str) -> None:
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(" ".join(statement.split()))

    with running(sqlite_url) as service:
        engines = (service.database.writer, service.database.reader)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        ward = a_ward(service, "a")
        seen(ward, [*COMMON, *ward.paths(), "/v1/audit-events"])
        change(ward)

    found = [
        (table, statement)
        for statement in asked
        if not statement.startswith("INSERT")
        for table in set(FROM.findall(statement)) & (FILTERED - OF_THE_CALLER)
    ]
    assert {table for table, _ in found} >= FILTERED - OF_THE_CALLER - {"model_block"}
    assert [each for each in found if not names_organisation(*each)] == []


def names_organisation(table: str, statement: str) -> bool:
    """Whether a statement asks a table for one organisation, or for what that is invited to."""
    invited = INVITED.search(statement)
    is_by_invitation = invited is not None and table in {invited[1], "pool_member"}
    return is_by_invitation or f"{table}.organisation_id = ?" in statement
