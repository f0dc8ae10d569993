"""Who may call: keys are shown once, grant no more than their maker has, and end when told."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.storage import tables
from app.storage.directory import Directory
from tests.api.conftest import Hospital
from tests.owner import as_owner
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
    answer = hospital.client.post(PATH, json=READER, headers={"Idempotency-Key": "once"})
    path = f"{PATH}/{answer.json()['client_id']}/rotation"
    rotated = hospital.client.post(path, headers={"Idempotency-Key": "once"})
    secrets = [each.json()["key"].split("_", 2)[2] for each in (answer, rotated)]

    with as_owner(hospital.service.database) as connection:
        rows = str([connection.execute(select(t)).all() for t in tables.metadata.sorted_tables])

    assert answer.json()["client_id"] in rows
    assert [secret for secret in secrets if secret in rows] == []


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


def history(hospital: Hospital, client_id: str) -> dict[str, Any]:
    """Read what the list tells of a client."""
    listed = hospital.client.get(PATH, params={"limit": 500}).json()["items"]
    (found,) = [each for each in listed if each["client_id"] == client_id]
    return dict(found)


def test_a_key_has_a_history(hospital: Hospital) -> None:
    me = hospital.client.headers["authorization"].split("_")[1]
    client_id = made(hospital.client)["client_id"]
    rotated = hospital.client.post(
        f"{PATH}/{client_id}/rotation", json={"overlap_minutes": 5}
    ).json()
    hospital.client.delete(f"{PATH}/{client_id}")

    told = history(hospital, client_id)

    first, second = told["keys"]
    assert {each["issued_by"] for each in told["keys"]} == {me}
    assert first["issued_at"] == told["created_at"] < second["issued_at"]
    assert first["ended_at"] == second["ended_at"] == told["revoked_at"]
    assert first["ended_by"] == second["ended_by"] == told["revoked_by"] == me
    assert [each["last_used_at"] for each in told["keys"]] == [None, None]
    assert rotated["keys"][0]["ended_at"] is None
    assert rotated["keys"][0]["ended_by"] == me
    assert rotated["keys"][0]["expires_at"] > second["issued_at"]


def test_two_keys_of_a_client_work_at_most(hospital: Hospital) -> None:
    path = f"{PATH}/{made(hospital.client)['client_id']}/rotation"
    overlapping = {"overlap_minutes": 5}
    second = hospital.client.post(path, json=overlapping).json()["key"]

    third = hospital.client.post(path, json=overlapping)
    alone = hospital.client.post(path).json()["key"]

    assert (third.status_code, third.json()["code"]) == (409, "two-keys-work")
    keys = (second, alone)
    statuses = [hospital.service.client_with(key).get("/v1/patients").status_code for key in keys]
    assert statuses == [401, 200]


def test_a_rotation_can_say_when_the_new_key_ends(hospital: Hospital) -> None:
    path = f"{PATH}/{made(hospital.client)['client_id']}/rotation"
    ends = "2999-01-01T00:00:00Z"

    new = hospital.client.post(path, json={"expires_at": ends})
    past = hospital.client.post(path, json={"expires_at": "2020-01-01T00:00:00Z"})

    assert new.json()["keys"][-1]["expires_at"] == ends
    assert (past.status_code, past.json()["code"]) == (422, "in-the-past")


def test_a_client_whose_key_expired_gets_one_that_works(hospital: Hospital) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=0.3)).isoformat()
    path = f"{PATH}/{made(hospital.client, expires_at=soon)['client_id']}/rotation"
    time.sleep(0.4)

    unsaid = hospital.client.post(path)
    new = hospital.client.post(path, json={"expires_at": "2999-01-01T00:00:00Z"})

    # It would end when the old one did.
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "in-the-past")
    answer = hospital.service.client_with(new.json()["key"]).get("/v1/patients")
    assert answer.status_code == 200


def test_a_key_ended_by_a_clock_ahead_of_ours_has_ended(hospital: Hospital) -> None:
    """On another machine it is ten minutes later; what was ended there has ended here."""
    revoked, rotated = made(hospital.client), made(hospital.client)
    later = datetime.now(UTC) + timedelta(minutes=10)
    with as_owner(hospital.service.database) as connection:
        directory = Directory(connection)
        directory.revoke(revoked["client_id"], later)
        directory.end_secrets(rotated["client_id"], later)

    keys = (revoked["key"], rotated["key"])
    statuses = [hospital.service.client_with(key).get("/v1/patients").status_code for key in keys]

    assert statuses == [401, 401]


def use(hospital: Hospital, key: str) -> None:
    """Call once at a service that then stops, and so writes down what it has still to."""
    with running(hospital.service.database_url) as another:
        answer = another.client_with(key).get("/v1/patients")
        assert answer.status_code == 200


def last_use(hospital: Hospital, client: dict[str, str]) -> Any:
    (key,) = history(hospital, client["client_id"])["keys"]
    return key["last_used_at"]


def test_a_list_tells_when_each_key_was_last_used(hospital: Hospital) -> None:
    used, unused = made(hospital.client), made(hospital.client)
    before = datetime.now(UTC)

    use(hospital, used["key"])

    assert before <= datetime.fromisoformat(last_use(hospital, used)) <= datetime.now(UTC)
    assert last_use(hospital, unused) is None


def test_a_use_is_written_down_once_a_minute(hospital: Hospital) -> None:
    key = made(hospital.client)
    use(hospital, key["key"])
    first = last_use(hospital, key)

    use(hospital, key["key"])
    again = last_use(hospital, key)
    secret = tables.client_secret
    with as_owner(hospital.service.database) as connection:
        is_its = secret.c.client_id == key["client_id"]
        long_ago = datetime.now(UTC) - timedelta(seconds=61)
        connection.execute(update(secret).where(is_its).values(last_used_at=long_ago))
    use(hospital, key["key"])

    assert again == first < last_use(hospital, key)


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
