"""Tokens: who gets one, what it can do, and when it ends."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select, update

from app.storage import tables
from tests.api.conftest import Hospital
from tests.owner import as_owner
from tests.protocols.smart.tokens import GRANT, JWT_BEARER, PATH, Program, form_of, registered
from tests.running import Running, running
from tests.signing import Signer, rsa_key


@pytest.fixture
def program(hospital: Hospital) -> Program:
    """A program of the hospital that signs with ES384 and may do everything."""
    return registered(hospital)


def is_refused(answer: httpx.Response, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("signer", [Signer(), Signer("RS384", key=rsa_key())], ids=["EC", "RSA"])
def test_who_signs_is_given_a_token_that_stands_for_a_key(
    hospital: Hospital, signer: Signer
) -> None:
    answer = registered(hospital, signer).ask(scope="system/Patient.rs")

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    told = answer.json()
    assert told.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (told["token_type"], told["scope"]) == ("bearer", "system/Patient.rs")
    assert told["expires_in"] in (299, 300)
    caller = hospital.service.client_with(told["access_token"])
    assert caller.get("/v1/patients").status_code == 200


@pytest.mark.parametrize("whole", [False, True], ids=["secret", "key"])
def test_who_cannot_sign_shows_the_secret_of_its_key(program: Program, whole: bool) -> None:
    answer = program.show_secret(program.key if whole else None, scope="patients:read")

    assert answer.status_code == 200, answer.text
    caller = program.hospital.service.client_with(answer.json()["access_token"])
    assert caller.get("/v1/patients").status_code == 200
    assert caller.get("/v1/clients").status_code == 403


def test_a_token_does_no_more_than_was_asked_for_and_its_client_can(hospital: Hospital) -> None:
    program = registered(hospital, scopes=["patients:read", "models:read"])

    answer = program.ask(scope="system/*.cruds clients:write audit:read")

    granted = {
        *("system/Condition.rs", "system/DiagnosticReport.rs", "system/Observation.rs"),
        *("system/Patient.rs", "system/Specimen.rs"),
    }
    assert set(answer.json()["scope"].split()) == granted
    caller = hospital.service.client_with(answer.json()["access_token"])
    statuses = [
        caller.get(path).status_code for path in ("/v1/patients", "/v1/models", "/v1/clients")
    ]
    assert statuses == [200, 403, 403]
    assert caller.put("/v1/patients/P-1", json={}).status_code == 403
    refused = caller.get("/v1/clients").headers["www-authenticate"]
    assert 'error="insufficient_scope"' in refused


def test_without_a_scope_a_token_can_what_the_key_can(hospital: Hospital) -> None:
    program = registered(hospital, scopes=["patients:read", "models:read"])

    assert program.ask().json()["scope"] == "patients:read models:read"


def test_what_cannot_be_granted_is_no_token(hospital: Hospital) -> None:
    program = registered(hospital, scopes=["results:write"])

    is_refused(program.ask(scope="system/Patient.rs"), 400, "invalid_scope")
    assert tokens_of(program) == 0


def test_a_token_shows_nothing_of_another_hospital(
    program: Program, other_hospital: Hospital
) -> None:
    other_hospital.client.put("/v1/patients/P-1", json={"observed_on": "2025-01-01"})

    caller = program.calling()

    assert caller.get("/v1/patients/P-1").status_code == 404
    assert caller.get("/v1/clients").json()["items"] != []


def tokens_of(program: Program, table: Any = tables.access_token) -> int:
    query = select(func.count()).where(table.c.client_id == program.client_id)
    with as_owner(program.hospital.service.database) as connection:
        return connection.execute(query).scalar_one()


REFUSED: dict[str, Callable[[Program], httpx.Response]] = {
    "an hour, as Authlib signs by default": lambda p: p.ask(p.assertion(seconds=3600)),
    "seven minutes": lambda p: p.ask(p.assertion(seconds=420)),
    "expired": lambda p: p.ask(p.assertion(seconds=-61)),
    "no end": lambda p: p.ask(p.assertion(exp=None)),
    "no jti": lambda p: p.ask(p.assertion(jti=None)),
    "another audience": lambda p: p.ask(p.assertion(aud="https://elsewhere.example.org/token")),
    "the base for an audience": lambda p: p.ask(p.assertion(aud=p.hospital.service.url)),
    "no audience": lambda p: p.ask(p.assertion(aud=None)),
    "another issuer": lambda p: p.ask(p.assertion(iss="0123456789abcdef")),
    "another subject": lambda p: p.ask(p.assertion(sub="0123456789abcdef")),
    "an address for an issuer": lambda p: p.ask(p.assertion(iss="https://ehr.example.org")),
    "a key that is not registered": lambda p: p.ask(
        Signer(key=ec.generate_private_key(ec.SECP384R1())).sign(p.claims())
    ),
    "no kid": lambda p: p.ask(p.signer.sign(p.claims(), kid=None)),
    "another kid": lambda p: p.ask(p.signer.sign(p.claims(), kid="key-2")),
    "a jku": lambda p: p.ask(p.signer.sign(p.claims(), jku="https://ehr.example.org/jwks.json")),
    "another type of key": lambda p: p.ask(Signer("RS384", key=rsa_key()).sign(p.claims())),
    "no signature": lambda p: p.ask(p.assertion().rpartition(".")[0] + "."),
    "no assertion": lambda p: p.ask(""),
    "no token at all": lambda p: p.ask("x"),
    "another type of assertion": lambda p: p.ask(client_assertion_type="urn:other"),
    "another client_id": lambda p: p.ask(client_id="0123456789abcdef"),
    "a wrong secret": lambda p: p.show_secret("wrong"),
    "an empty secret": lambda p: p.show_secret(""),
    "a secret and another client_id": lambda p: p.show_secret(client_id="0123456789abcdef"),
    "nobody": lambda p: post(p, GRANT),
    "a key where a secret is shown": lambda p: post(p, GRANT, {"Authorization": f"Bearer {p.key}"}),
    "a secret that is not coded": lambda p: post(p, GRANT, {"Authorization": f"Basic {p.key}"}),
    "a secret in the form": lambda p: post(
        p, {**GRANT, "client_id": p.client_id, "client_secret": p.key.split("_", 2)[2]}
    ),
}


def post(
    program: Program, form: dict[str, str], headers: dict[str, str] | None = None
) -> httpx.Response:
    anybody = program.hospital.service.client_with(None)
    return anybody.post(PATH, data=form, headers=headers)


def denials(program: Program) -> int:
    event = tables.audit_event
    query = select(func.count()).where(event.c.action == "post_token", event.c.status == 401)
    with as_owner(program.hospital.service.database) as connection:
        return connection.execute(query).scalar_one()


def test_who_does_not_show_who_it_is_gets_no_token_and_every_time_is_told(
    program: Program,
) -> None:
    before = denials(program)

    answers = {name: ask(program) for name, ask in REFUSED.items()}

    assert [name for name, answer in answers.items() if answer.status_code != 401] == []
    for answer in answers.values():
        is_refused(answer, 401, "invalid_client")
        assert program.client_id not in answer.text
        assert "example.org" not in answer.text
    assert denials(program) == before + len(REFUSED)
    assert tokens_of(program) == tokens_of(program, tables.used_assertion) == 0


def test_two_keys_of_one_name_are_none(hospital: Hospital) -> None:
    other = Signer(key=ec.generate_private_key(ec.SECP384R1()))
    program = registered(hospital, jwks={"keys": [Signer().public, other.public]})

    is_refused(program.ask(), 401, "invalid_client")


def test_two_keys_of_one_name_and_of_two_types_are_told_apart(hospital: Hospital) -> None:
    both = [Signer().public, Signer("RS384", key=rsa_key()).public]

    assert registered(hospital, jwks={"keys": both}).ask().status_code == 200


def test_an_assertion_is_taken_once(program: Program) -> None:
    assertion = program.assertion()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: program.ask(assertion), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    assert tokens_of(program) == 1


def test_two_clients_may_call_their_assertions_alike(hospital: Hospital) -> None:
    programs = registered(hospital), registered(hospital)

    assert [each.ask(each.assertion(jti="1")).status_code for each in programs] == [200, 200]


@pytest.mark.parametrize(
    ("content", "kind", "error"),
    [
        ("grant_type=password", None, "unsupported_grant_type"),
        ("grant_type=authorization_code&code=1", None, "unsupported_grant_type"),
        ("", None, "invalid_request"),
        ("grant_type=", None, "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", None, "invalid_request"),
        ("grant_type=%FF", None, "invalid_request"),
        ("grant_type=\u00e9", None, "invalid_request"),
        ("&".join(f"a{n}=1" for n in range(99)), None, "invalid_request"),
        ('{"grant_type":"client_credentials"}', "application/json", "invalid_request"),
        ("grant_type=client_credentials", "multipart/form-data", "invalid_request"),
    ],
)
def test_what_is_no_such_form_is_refused(
    hospital: Hospital, content: str, kind: str | None, error: str
) -> None:
    headers = {"Content-Type": kind or "application/x-www-form-urlencoded"}
    anybody = hospital.service.client_with(None)

    answer = anybody.post(PATH, content=content.encode(), headers=headers)

    is_refused(answer, 400, error)


def test_two_ways_to_show_who_asks_are_one_too_many(program: Program) -> None:
    shown = b64encode(f"{program.client_id}:{program.key.split('_', 2)[2]}".encode()).decode()

    answer = post(program, form_of(program.assertion()), {"Authorization": f"Basic {shown}"})

    is_refused(answer, 400, "invalid_request")


def test_a_token_is_only_asked_for_by_post(hospital: Hospital) -> None:
    answer = hospital.service.client_with(None).get(PATH)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_revoked_client_s_token_ends_with_it(program: Program, hospital: Hospital) -> None:
    caller = program.calling()
    assert caller.get("/v1/patients").status_code == 200

    hospital.client.delete(f"/v1/clients/{program.client_id}").raise_for_status()

    answer = caller.get("/v1/patients")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    is_refused(program.ask(), 401, "invalid_client")
    is_refused(program.show_secret(), 401, "invalid_client")


def test_a_rotation_ends_the_tokens_and_the_next_ones_work(
    program: Program, hospital: Hospital
) -> None:
    caller = program.calling()
    path = f"/v1/clients/{program.client_id}/rotation"

    hospital.client.post(path).raise_for_status()

    assert caller.get("/v1/patients").status_code == 401
    assert program.calling().get("/v1/patients").status_code == 200
    is_refused(program.show_secret(), 401, "invalid_client")


def ends(program: Program) -> Any:
    token = tables.access_token
    query = select(token.c.expires_at).where(token.c.client_id == program.client_id)
    with as_owner(program.hospital.service.database) as connection:
        return connection.execute(query).scalar_one()


def test_with_an_overlap_a_token_ends_when_the_old_key_does(
    program: Program, hospital: Hospital
) -> None:
    caller = program.calling()
    before = ends(program)
    path = f"/v1/clients/{program.client_id}/rotation"

    rotated = hospital.client.post(path, json={"overlap_minutes": 1}).raise_for_status()

    old = rotated.json()["keys"][0]["expires_at"]
    assert ends(program).isoformat().replace("+00:00", "Z") == old
    assert ends(program) < before
    assert caller.get("/v1/patients").status_code == 200


def move(program: Program, table: Any, column: str, by: timedelta) -> None:
    """Let what was noted lie in the past, as time would."""
    is_ours = table.c.client_id == program.client_id
    with as_owner(program.hospital.service.database) as connection:
        for row in connection.execute(select(table).where(is_ours)).all():
            value = getattr(row, column)
            if value is not None:
                connection.execute(update(table).where(is_ours).values({column: value - by}))


def test_an_expired_token_is_refused_and_counts_as_no_guess(program: Program) -> None:
    caller = program.calling()
    move(program, tables.access_token, "expires_at", timedelta(seconds=301))

    answers = [caller.get("/v1/patients") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert wrong_in_the_name_of(program) == 0


def wrong_in_the_name_of(program: Program) -> int:
    window = tables.attempt_window
    name = f"wrong client {program.client_id}"
    with as_owner(program.hospital.service.database) as connection:
        found = connection.scalar(select(window.c.attempts).where(window.c.subject == name))
    return found or 0


def test_a_forged_token_and_a_forged_signature_count_as_guesses(program: Program) -> None:
    service = program.hospital.service
    forged = Signer(key=ec.generate_private_key(ec.SECP384R1())).sign(program.claims())

    service.client_with(f"ctt_{program.client_id}_forged").get("/v1/patients")
    program.ask(forged)
    program.show_secret("forged")
    # Whoever signed these has the key: they are mistakes.
    program.ask(program.assertion(seconds=3600))
    assert program.ask(assertion := program.assertion()).status_code == 200
    assert program.ask(assertion).status_code == 401

    assert wrong_in_the_name_of(program) == 3


def test_a_client_whose_key_has_ended_gets_no_token(program: Program) -> None:
    move(program, tables.client_secret, "created_at", timedelta(days=1))
    secret = tables.client_secret
    with as_owner(program.hospital.service.database) as connection:
        is_ours = secret.c.client_id == program.client_id
        created = connection.execute(select(secret.c.created_at).where(is_ours)).scalar_one()
        connection.execute(update(secret).where(is_ours).values(expires_at=created))

    is_refused(program.ask(), 401, "invalid_client")
    is_refused(program.show_secret(), 401, "invalid_client")


def test_a_token_ends_no_later_than_the_key_that_it_rests_on(program: Program) -> None:
    path = f"/v1/clients/{program.client_id}/rotation"
    program.hospital.client.post(path, json={"overlap_minutes": 1}).raise_for_status()

    # The old secret works for a minute; the new one, and so the signature, has no end.
    assert program.show_secret().json()["expires_in"] <= 60
    assert program.ask().json()["expires_in"] > 60


def test_every_token_given_is_told_with_what_was_granted(
    program: Program, hospital: Hospital
) -> None:
    program.ask(scope="system/Observation.rs")

    told = [
        (each["status"], each["client_id"], each["detail"])
        for each in hospital.client.get("/v1/audit-events?limit=500").json()["items"]
        if each["action"] == "post_token"
    ]

    assert told == [(200, program.client_id, "system/Observation.rs")]


def test_the_database_holds_neither_token_nor_assertion(program: Program) -> None:
    assertion = program.assertion(jti="a-name-of-its-own")
    token = program.ask(assertion).json()["access_token"]

    with as_owner(program.hospital.service.database) as connection:
        rows = str([connection.execute(select(t)).all() for t in tables.metadata.sorted_tables])

    assert program.client_id in rows
    assert token.split("_", 2)[2] not in rows
    assert "a-name-of-its-own" not in rows
    assert assertion.rpartition(".")[2] not in rows


@pytest.fixture
def limited(database_url: str) -> Iterator[Running]:
    """A service of its own with a limit of calls and the usual one of wrong keys."""
    with running(database_url, rate_limit="3/hour", wrong_keys_per_minute=2) as service:
        yield service


def test_limits_hold_for_those_who_ask_for_tokens(limited: Running) -> None:
    program = registered(Hospital(limited, "hospital-a"))
    answers = [program.ask() for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert '"client";r=2' in answers[0].headers["ratelimit"]
    assert int(answers[3].headers["retry-after"]) > 3000
    assert answers[3].json()["error"] == "temporarily_unavailable"
    forged = [program.ask("x") for _ in range(3)]
    assert [answer.status_code for answer in forged] == [401, 401, 429]
    assert '"wrong-keys"' in forged[2].headers["ratelimit"]


def test_the_audience_is_the_public_address(database_url: str) -> None:
    public = "https://prognosis.example.org"
    with running(database_url, public_url=public) as service:
        program = registered(Hospital(service, "hospital-a"))
        configured = service.client_with(None).get("/fhir/R4/.well-known/smart-configuration")

        assert configured.json()["token_endpoint"] == f"{public}{PATH}"
        assert program.ask(program.assertion(aud=f"{public}{PATH}")).status_code == 200
        # The address at which the request came in is nothing to those outside.
        assert program.ask().status_code == 401


def test_a_form_without_its_type_of_assertion_is_nobody_s(program: Program) -> None:
    form = form_of(program.assertion())
    del form["client_assertion_type"]

    is_refused(post(program, form), 401, "invalid_client")
    assert JWT_BEARER not in str(form)
