"""What was given to a patient and how the disease stood: told, corrected, read, refused, erased."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.bodies import a_prognosis_request, a_treatment, an_assessment
from tests.api.conftest import Hospital

ONE = "/v1/patients/P-000123"
TREATMENT, ASSESSMENT = f"{ONE}/treatments/T-1", f"{ONE}/assessments/S-1"
BOTH = [(TREATMENT, a_treatment()), (ASSESSMENT, an_assessment())]

Json = dict[str, Any]


@pytest.fixture
def told(hospital: Hospital) -> Hospital:
    """A hospital with one patient."""
    hospital.client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()
    return hospital


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(("path", "body"), BOTH)
def test_what_is_told_is_read_and_a_new_version_needs_the_old_one(
    told: Hospital, path: str, body: Json
) -> None:
    created = told.client.put(path, json=body)
    blind = told.client.put(path, json=body)
    stale = told.client.put(path, json=body, headers={"If-Match": '"9"'})
    seen = told.client.put(path, json=body, headers={"If-Match": created.headers["etag"]})

    assert [each.status_code for each in (created, blind, stale, seen)] == [201, 428, 412, 200]
    read = told.client.get(path)
    assert read.json() == seen.json()
    assert read.headers["etag"] == seen.headers["etag"] == '"2"'
    assert {name: read.json()[name] for name in body} == body


@pytest.mark.parametrize(("path", "body"), BOTH)
def test_a_patient_who_is_not_there_has_none(told: Hospital, path: str, body: Json) -> None:
    nobody = path.replace("P-000123", "P-9")

    assert told.client.put(nobody, json=body).status_code == 404
    assert told.client.get(nobody).status_code == 404
    assert told.client.get(path).status_code == 404
    assert told.client.put(path, json=body, headers={"If-Match": '"1"'}).status_code == 412


@pytest.mark.parametrize("kind", ["treatments", "assessments"])
def test_a_list_shows_each_once_in_its_current_version(told: Hospital, kind: str) -> None:
    body = a_treatment() if kind == "treatments" else an_assessment()
    for name in ("b", "a", "c"):
        told.client.put(f"{ONE}/{kind}/{name}", json=body).raise_for_status()
    told.client.put(f"{ONE}/{kind}/b", json=body, headers={"If-Match": "*"}).raise_for_status()

    first = told.client.get(f"{ONE}/{kind}", params={"limit": 2})
    rest = told.client.get(f"{ONE}/{kind}", params={"cursor": first.json()["next"]})

    items = [*first.json()["items"], *rest.json()["items"]]
    assert [(each[f"{kind[:-1]}_id"], each["version"]) for each in items] == [
        *(("a", 1), ("b", 2), ("c", 1)),
    ]
    assert 'rel="next"' in first.headers["link"]
    assert rest.json()["next"] is None


TOMORROW = f"{datetime.now(UTC).date() + timedelta(days=2)}"


@pytest.mark.parametrize(
    ("path", "body", "pointer", "code"),
    [
        (TREATMENT, a_treatment(started_on=TOMORROW), "/started_on", "in-the-future"),
        (TREATMENT, a_treatment(ended_on=TOMORROW), "/ended_on", "in-the-future"),
        (TREATMENT, a_treatment(ended_on="2025-11-02"), "/ended_on", "before-start"),
        (ASSESSMENT, an_assessment(assessed_on=TOMORROW), "/assessed_on", "in-the-future"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    told: Hospital, path: str, body: Json, pointer: str, code: str
) -> None:
    answer = told.client.put(path, json=body)

    assert code_of(answer) == (422, code)
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TREATMENT, a_treatment(line=0)),
        (TREATMENT, a_treatment(regimen="")),
        (TREATMENT, a_treatment(regimen="x" * 101)),
        (TREATMENT, a_treatment(regimen="given to: somebody")),
        (ASSESSMENT, an_assessment(status="cured")),
        (ASSESSMENT, an_assessment(method="guess")),
        (ASSESSMENT, an_assessment(by="somebody")),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(told: Hospital, path: str, body: Json) -> None:
    assert told.client.put(path, json=body).status_code == 422


@pytest.mark.parametrize(("path", "body"), BOTH)
def test_nothing_is_given_or_seen_after_death(told: Hospital, path: str, body: Json) -> None:
    told.client.put(f"{ONE}/follow-up", json={"death_on": "2025-11-02"}).raise_for_status()

    assert code_of(told.client.put(path, json=body)) == (409, "contradicts-follow-up")


@pytest.mark.parametrize(("path", "body"), BOTH)
def test_no_death_is_told_or_imported_before_what_was_given_or_seen(
    told: Hospital, path: str, body: Json
) -> None:
    told.client.put(path, json=body).raise_for_status()
    early = {"death_on": "2025-11-02"}

    answer = told.client.put(f"{ONE}/follow-up", json=early)
    line = told.client.post(
        "/v1/imports",
        content='{"patient_id":"P-000123","drawn_at":"2025-11-01T08:30:00Z","ctc_count":17,'
        '"accession_number":"LAB-2025-0001","death_on":"2025-11-02"}\n',
        headers={"Content-Type": "application/x-ndjson"},
    ).json()

    assert code_of(answer) == (409, "contradicts-follow-up")
    assert (line["status"], line["code"]) == ("refused", "contradicts-follow-up")
    later = told.client.put(f"{ONE}/follow-up", json={"death_on": "2026-02-01"})
    assert later.status_code == 201


@pytest.mark.parametrize(("path", "body"), BOTH)
def test_of_sixteen_who_tell_the_same_at_once_one_does(
    told: Hospital, path: str, body: Json
) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: told.client.put(path, json=body), range(16)))

    assert sorted(answer.status_code for answer in answers) == [201] + [428] * 15
    assert told.stored(path)["version"] == 1


def test_every_version_stands_in_the_history_and_in_the_export(told: Hospital) -> None:
    for path, body in BOTH:
        told.client.put(path, json=body).raise_for_status()
    ended = a_treatment(ended_on="2026-01-30")
    told.client.put(TREATMENT, json=ended, headers={"If-Match": '"1"'}).raise_for_status()

    history, export = told.stored(f"{ONE}/history"), told.stored(f"{ONE}/export")

    assert [(each["version"], each["ended_on"]) for each in history["treatments"]] == [
        (1, None),
        (2, "2026-01-30"),
    ]
    assert [each["status"] for each in history["assessments"]] == ["stable"]
    assert {name: export[name] for name in ("treatments", "assessments")} == {
        name: history[name] for name in ("treatments", "assessments")
    }


def test_an_erased_person_has_none_when_told_of_anew(told: Hospital) -> None:
    for path, body in BOTH:
        told.client.put(path, json=body).raise_for_status()
    told.client.delete(ONE).raise_for_status()
    told.client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()

    assert [told.stored(f"{ONE}/{kind}")["items"] for kind in ("treatments", "assessments")] == [
        [],
        [],
    ]


def test_each_is_in_the_audit_with_the_persons_pseudonym(told: Hospital) -> None:
    for path, body in BOTH:
        told.client.put(path, json=body).raise_for_status()
        told.client.get(path).raise_for_status()

    events = told.stored("/v1/audit-events?limit=500")["items"]

    ours = [each for each in events if "treatment" in each["action"] or "assess" in each["action"]]
    assert [each["action"] for each in ours] == [
        *("put_treatment", "get_treatment", "put_assessment", "get_assessment"),
    ]
    assert len({each["person"] for each in ours} - {None}) == 1
