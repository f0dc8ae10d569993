"""Who may call: keys are shown once, grant no more than their maker has, and end when told."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.api.conftest import Hospital
from tests.running import running

PATH = "/v1/clients"
READER = {"name": "Ward reader", "scopes": ["patients:read"]}


def made(client: httpx.Client, **members: object) -> dict[str, str]:
    """Make a client and give its document with the key."""
    answer = client.post(PATH, json=READER | members)
    assert answer.status_code == 201, answer.text
    content: dict[str, str] = answer.json()
    return content


def test_a_key_works_and_is_shown_once(hospital: Hospital) -> None:
    new = made(hospital.client)

    answer = hospital.service.client_with(new["key"]).get("/v1/patients")

    assert answer.status_code == 200
    assert new["key"].startswith(f"ctc_{new['client_id']}_")
    listed = hospital.client.get(PATH)
    assert new["client_id"] in listed.text
    assert new["key"].rpartition("_")[2] not in listed.text
    assert all("key" not in each for each in listed.json()["items"])


def test_the_secret_is_nowhere_in_the_database(hospital: Hospital) -> None:
    secret = made(hospital.client)["key"].split("_", 2)[2]

    with hospital.service.database.read() as connection:
        tables = ("client", "client_secret", "idempotency_record", "audit_event")
        rows = [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables]

    assert secret not in str(rows)
    assert secret.encode() not in str(rows).encode()


def test_a_key_cannot_grant_a_scope_that_it_lacks(hospital: Hospital) -> None:
    maker = hospital.client_of("clients:write", "patients:read")

    within = maker.post(PATH, json=READER)
    beyond = maker.post(PATH, json={**READER, "scopes": ["patients:read", "patients:write"]})

    assert within.status_code == 201
    assert (beyond.status_code, beyond.json()["code"]) == (422, "scope-not-yours")


def test_a_key_cannot_take_over_a_client_with_more_scopes(hospital: Hospital) -> None:
    """Rotation answers with a key: it would grant what the caller lacks."""
    maker = hospital.client_of("clients:write")
    stronger = made(hospital.client)

    answer = maker.post(f"{PATH}/{stronger['client_id']}/rotation")

    assert (answer.status_code, answer.json()["code"]) == (422, "scope-not-yours")


def test_a_scope_that_nobody_knows_is_refused(client: httpx.Client) -> None:
    answer = client.post(PATH, json={**READER, "scopes": ["everything"]})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-scope")


def test_a_revoked_client_is_refused_at_the_next_request(hospital: Hospital) -> None:
    new = made(hospital.client)
    reader = hospital.service.client_with(new["key"])
    before = reader.get("/v1/patients")

    revoked = hospital.client.delete(f"{PATH}/{new['client_id']}")

    after = reader.get("/v1/patients")
    assert [each.status_code for each in (before, revoked, after)] == [200, 204, 401]
    assert hospital.client.delete(f"{PATH}/{new['client_id']}").status_code == 404


def test_a_revocation_reaches_every_process_at_once(hospital: Hospital) -> None:
    new = made(hospital.client)
    with running(hospital.service.database_url) as another:
        reader = another.client_with(new["key"])
        before = reader.get("/v1/patients").status_code

        hospital.client.delete(f"{PATH}/{new['client_id']}")

        assert (before, reader.get("/v1/patients").status_code) == (200, 401)


def test_a_rotated_key_replaces_the_old_one_at_once(hospital: Hospital) -> None:
    old = made(hospital.client)

    new = hospital.client.post(f"{PATH}/{old['client_id']}/rotation")

    keys = (old["key"], new.json()["key"])
    statuses = [hospital.service.client_with(key).get("/v1/patients").status_code for key in keys]
    assert (new.status_code, statuses) == (201, [401, 200])


def test_an_overlap_lets_the_old_key_work_on(hospital: Hospital) -> None:
    old = made(hospital.client)

    new = hospital.client.post(
        f"{PATH}/{old['client_id']}/rotation", json={"overlap_minutes": 5}
    ).json()

    keys = (old["key"], new["key"])
    statuses = [hospital.service.client_with(key).get("/v1/patients").status_code for key in keys]
    assert statuses == [200, 200]


def test_a_revoked_client_gets_no_new_key(hospital: Hospital) -> None:
    new = made(hospital.client)
    hospital.client.delete(f"{PATH}/{new['client_id']}")

    answer = hospital.client.post(f"{PATH}/{new['client_id']}/rotation")

    assert (answer.status_code, answer.json()["code"]) == (409, "client-revoked")


def test_an_expired_key_is_refused(hospital: Hospital) -> None:
    now = datetime.now(UTC)
    ended = made(hospital.client, expires_at=(now + timedelta(seconds=1)).isoformat())["key"]
    lasting = made(hospital.client, expires_at=(now + timedelta(hours=1)).isoformat())["key"]
    time.sleep(1.1)

    statuses = [
        hospital.service.client_with(key).get("/v1/patients").status_code
        for key in (ended, lasting)
    ]

    assert statuses == [401, 200]


def test_a_key_cannot_be_made_that_has_expired(hospital: Hospital) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()

    answer = hospital.client.post(
        "/v1/clients", json={"name": "late", "scopes": ["patients:read"], "expires_at": past}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "in-the-past")


def test_a_rotated_key_expires_when_the_old_one_would_have(hospital: Hospital) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    client_id = made(hospital.client, expires_at=soon)["client_id"]
    rotated = hospital.client.post(f"/v1/clients/{client_id}/rotation").json()["key"]

    time.sleep(1.1)

    assert hospital.service.client_with(rotated).get("/v1/patients").status_code == 401


def test_the_clients_of_another_hospital_cannot_be_touched(
    hospital: Hospital, other_hospital: Hospital
) -> None:
    new = made(hospital.client)

    revoked = other_hospital.client.delete(f"{PATH}/{new['client_id']}")
    rotated = other_hospital.client.post(f"{PATH}/{new['client_id']}/rotation")

    assert (revoked.status_code, rotated.status_code) == (404, 404)
    assert hospital.service.client_with(new["key"]).get("/v1/patients").status_code == 200


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "Bearer",
        "Bearer nonsense",
        "Bearer ctc_0123456789abcdef_wrong",
        "Bearer ctc__secret",
        "Bearer ctc_" + "a" * 5000 + "_x",
        "Basic Y3RjOng=",
        "Token {key}",
        "Bearer {key}x",
        "Bearer {key} {key}",
        "Bearer \u00e9",
    ],
)
def test_every_wrong_key_is_refused_alike(hospital: Hospital, credentials: str) -> None:
    key = hospital.service.key(hospital.name)
    text = credentials.format(key=key).encode("latin-1")
    anybody = hospital.service.client_with(None)

    answer = anybody.get("/v1/patients", headers=[(b"authorization", text)])

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_nothing_is_said_before_the_key_is_known(hospital: Hospital) -> None:
    anybody = hospital.service.client_with(None)

    answers = [
        anybody.get("/v1/no-such-route"),
        anybody.post("/v1/prognoses", content=b"{", headers={"Content-Type": "text/plain"}),
        anybody.request("PATCH", "/v1/patients"),
        anybody.get("/v1/patients?limit=none"),
    ]

    assert [each.status_code for each in answers] == [401] * 4
