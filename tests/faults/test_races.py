"""Callers at once: one record a key, one row a result, no correction lost, models whole."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest
from sqlalchemy import func, select

from app.storage import tables
from app.storage.database import Database
from tests.api.bodies import a_correction, tell_cohort
from tests.faults.laboratory.stored import damage_of
from tests.faults.serving import COLD, Served
from tests.owner import owned

Result = TypeVar("Result")
Json = dict[str, Any]

DRAWN = "2026-01-15T08:30:00Z"
WAIT = {"Prefer": "wait=60"}

CORRECTING = 8
"""Callers that correct the same results at once."""


@dataclass(frozen=True)
class Answer:
    """What one caller was answered."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The JSON of the answer."""
        return json.loads(self.content)


class Caller:
    """One connection of the hospital's client."""

    def __init__(self, served: Served) -> None:
        self._connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
        self._key = served.key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: Json | None = None, **headers: str) -> Answer:
        """Send one request and read its answer."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        content = json.dumps(body).encode() if body is not None else None
        self._connection.request(method, path, content, told)
        answer = self._connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read())


def together(served: Served, callers: int, work: Callable[[Caller, int], Result]) -> list[Result]:
    """Have so many callers work at the same time, each on a connection of its own."""

    def call(number: int) -> Result:
        with Caller(served) as caller:
            return work(caller, number)

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(call, range(callers)))


def in_rounds(
    served: Served, callers: int, rounds: int, ask: Callable[[Caller, int, int], Result]
) -> list[tuple[Result, ...]]:
    """Have all callers ask at the same moment, round after round; give the answers by round."""
    line = threading.Barrier(callers)

    def work(caller: Caller, number: int) -> list[Result]:
        found = []
        try:
            for turn in range(rounds):
                line.wait(timeout=60)
                found.append(ask(caller, number, turn))
        except BaseException:
            line.abort()
            raise
        return found

    return list(zip(*together(served, callers, work), strict=True))


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """The service with two workers, on each engine in turn."""
    with Served(database_url, tmp_path, **COLD) as served:
        yield served


@pytest.fixture
def stored(database_url: str) -> Iterator[Database]:
    """The database beside the service."""
    with closing(owned(database_url)) as database:
        yield database


def rows_of(stored: Database, *columns: Any, of: str = "") -> list[tuple[Any, ...]]:
    """Read some columns of a table, those of one test alone; first whether the file is whole."""
    query = select(*columns).where(columns[0].startswith(of)).order_by(*columns)
    with stored.read() as connection:
        assert damage_of(connection) == []
        return [tuple(row) for row in connection.execute(query)]


def a_result(of: str, number: int, ctc_count: int) -> Json:
    """A result under one of many accession numbers, those of one test alone."""
    return {
        "patient_id": f"{of}{number:04}",
        "accession_number": f"{of}{number:04}",
        "drawn_at": DRAWN,
        "ctc_count": ctc_count,
    }


def one_record_a_key(served: Served, stored: Database, callers: int, keys: int) -> None:
    """Send each key from every caller at once: half of them name a result, half a new client."""

    def ask(caller: Caller, _: int, turn: int) -> tuple[int, bool, str]:
        key = f"{turn // 2}-{'result' if turn % 2 else 'client'}"
        if turn % 2:
            path, body = "/v1/blood-tests", a_result("key-", turn, turn)
        else:
            path, body = "/v1/clients", {"name": f"key-{turn:04}", "scopes": ["results:write"]}
        answer = caller.ask("POST", path, body, Idempotency_Key=key)
        content = answer.body
        # A key is told in the first answer alone.
        content.pop("key", None)
        replayed = "idempotent-replayed" in answer.headers
        return answer.status, replayed, sha256(json.dumps(content).encode()).hexdigest()

    for answers in in_rounds(served, callers, keys, ask):
        assert Counter(status for status, _, _ in answers) == {201: callers}
        assert [replayed for _, replayed, _ in answers].count(False) == 1
        assert len({content for _, _, content in answers}) == 1
    columns, number = tables.blood_test.c, "key-{:04}".format
    results = rows_of(stored, columns.accession_number, columns.version, of="key-")
    assert results == [(number(turn), 1) for turn in range(1, keys, 2)]
    answered = rows_of(stored, tables.prognosis.c.accession_number, of="key-")
    assert answered == [(number(turn),) for turn in range(1, keys, 2)]
    clients = rows_of(stored, tables.client.c.name, of="key-")
    assert clients == [(number(turn),) for turn in range(0, keys, 2)]
    assert len(rows_of(stored, tables.idempotency_record.c.key)) == keys


def one_row_a_result(served: Served, stored: Database, callers: int, results: int) -> None:
    """Post each accession number from every caller at once; of every second two counts."""

    def ask(caller: Caller, number: int, turn: int) -> tuple[int, int, str]:
        ctc_count = 2 * turn + (number % 2 if turn % 2 else 0)
        answer = caller.ask("POST", "/v1/blood-tests", a_result("row-", turn, ctc_count))
        return answer.status, ctc_count, sha256(answer.content).hexdigest()

    kept = []
    for turn, answers in enumerate(in_rounds(served, callers, results, ask)):
        (first,) = [ctc_count for status, ctc_count, _ in answers if status == 201]
        same = [each for each in answers if each[1] == first]
        others = {status for status, ctc_count, _ in answers if ctc_count != first}
        assert Counter(status for status, _, _ in same) == {201: 1, 200: len(same) - 1}
        assert len({content for _, _, content in same}) == 1
        assert others == ({409} if turn % 2 else set())
        kept.append((f"row-{turn:04}", 1, first))
    columns = tables.blood_test.c
    found = (columns.accession_number, columns.version, columns.ctc_count)
    assert rows_of(stored, *found, of="row-") == kept


def no_lost_correction(served: Served, stored: Database, corrections: int) -> None:
    """Add one to a count that was read, many callers at once, until so many were acknowledged."""
    numbers = range(10)
    with Caller(served) as caller:
        for number in numbers:
            assert caller.ask("POST", "/v1/blood-tests", a_result("put-", number, 0)).status == 201
    acknowledged, reached = count(1), threading.Event()

    def work(caller: Caller, number: int) -> Counter[int]:
        statuses: Counter[int] = Counter()
        for turn in count(number):
            if reached.is_set():
                return statuses
            name = f"put-{turn % len(numbers):04}"
            seen = caller.ask("GET", f"/v1/blood-tests/{name}")
            more = a_correction(
                patient_id=name, drawn_at=DRAWN, ctc_count=seen.body["ctc_count"] + 1
            )
            etag = seen.headers["etag"]
            sent = caller.ask("PUT", f"/v1/blood-tests/{name}", more, If_Match=etag)
            statuses[sent.status] += 1
            if sent.status == 200 and next(acknowledged) >= corrections:
                reached.set()
        raise AssertionError("endless")

    statuses = sum(together(served, CORRECTING, work), Counter())
    columns = tables.blood_test.c
    found = (columns.accession_number, columns.version, columns.ctc_count)
    rows = rows_of(stored, *found, of="put-")
    assert statuses.keys() == {200, 412}, statuses
    assert statuses[200] >= corrections
    # Every acknowledged correction is one version, and each counts one more than the one before.
    assert len(rows) == len(numbers) + statuses[200]
    assert all(ctc_count == version - 1 for _, version, ctc_count in rows)
    current = select(func.count()).where(columns.is_current, columns.accession_number.like("put-%"))
    with stored.read() as connection:
        assert connection.execute(current).scalar_one() == len(numbers)


def one_fit(served: Served, stored: Database, callers: int) -> str:
    """Ask for the same refit from every caller at once; give its model."""
    with served.client() as client:
        tell_cohort(client, patients=60)
        # The two processes that fit are warm, so that the jobs would run at once.
        answers = in_rounds(
            served, callers, 1, lambda caller, *_: caller.ask("POST", "/v1/models", {})
        )[0]
        assert Counter(answer.status for answer in answers) == {202: callers}
        (location,) = {answer.headers["location"] for answer in answers}
        assert len({answer.body["refit_id"] for answer in answers}) == 1
        waited = client.post("/v1/models", json={}, headers=WAIT)
        refits = rows_of(stored, tables.refit.c.refit_id, tables.refit.c.status)
        assert f"/v1/refits/{refits[0][0]}" == location or len(refits) == 2
        done = client.get(location).json()
        while done["status"] in ("queued", "running"):
            done = client.get(location).json()
        assert (waited.status_code, done["status"]) == (201, "done")
        model_id: str = done["model_id"]
        assert model_id == waited.json()["model_id"]
        return model_id


def no_torn_model(served: Served, promotions: int) -> None:
    """Promote one model after the other while others read what is in use."""
    with served.client() as client:
        asked: list[Json] = [
            {"covariates": ["log1p_ctc"]},
            {"covariates": ["log1p_ctc", "age"]},
            {"covariates": ["log1p_ctc"], "penalizer": 0.1},
        ]
        fitted = [client.post("/v1/models", json=each, headers=WAIT).json() for each in asked]
    numbers = {each["model_id"]: numbers_of(each) for each in fitted}
    assert len({json.dumps(each) for each in numbers.values()}) == len(asked)
    acknowledged, seen, stop = count(1), Counter[str](), threading.Event()

    def promote(caller: Caller, number: int) -> Counter[int]:
        statuses: Counter[int] = Counter()
        for turn in count(number):
            if stop.is_set():
                return statuses
            path = f"/v1/models/{fitted[turn % len(fitted)]['model_id']}/promotion"
            answer = caller.ask("POST", path, {"reason": "Who reads meanwhile?"})
            statuses[answer.status] += 1
            if answer.status == 201 and next(acknowledged) >= promotions:
                stop.set()
        raise AssertionError("endless")

    def read(caller: Caller, number: int) -> Counter[int]:
        statuses: Counter[int] = Counter()
        for turn in count():
            if stop.is_set():
                return statuses
            statuses += look(caller, f"R-{number}-{turn}")
        raise AssertionError("endless")

    def look(caller: Caller, name: str) -> Counter[int]:
        current = caller.ask("GET", "/v1/models/current")
        assert current.body["status"] == "current"
        assert numbers_of(current.body) == numbers[current.body["model_id"]]
        listed = caller.ask("GET", "/v1/models")
        assert [each["status"] for each in listed.body["items"]].count("current") == 1
        told = {"patient_id": name, "birth_year": 1950, "line_started_on": "2021-06-15"}
        test = {"accession_number": name, "drawn_at": "2021-06-15T08:30:00Z", "ctc_count": 5}
        given = caller.ask("POST", "/v1/prognoses", {"patient": told, "blood_test": test})
        model_id = given.body["model"]["model_id"]
        seen[model_id] += 1
        facts = numbers[model_id]["facts"]
        assert {each: given.body["model"][each] for each in facts} == facts
        used = {
            each["covariate"]: (each["coefficient"], each["mean"])
            for each in given.body["hazard"]["contributions"]
        }
        assert used == numbers[model_id]["coefficients"]
        return Counter(each.status for each in (current, listed, given))

    def work(caller: Caller, number: int) -> Counter[int]:
        try:
            return promote(caller, number) if number < 2 else read(caller, number)
        finally:
            stop.set()

    *promoted, first, second = together(served, 4, work)
    # Two who promote the same model: to one of them it is in use already.
    assert sum(promoted, Counter()).keys() <= {201, 409}, promoted
    assert (first + second).keys() == {200, 201}
    assert seen.keys() == numbers.keys()


def numbers_of(model: Json) -> Json:
    """Tell what of a model its answers repeat."""
    named = ("fitted_at", "data_cutoff", "patients", "events", "concordance")
    return {
        "facts": {name: model[name] for name in named},
        "coefficients": {
            each["covariate"]: (each["coefficient"], each["mean"]) for each in model["coefficients"]
        },
    }


@pytest.fixture
def served_by_postgres(postgres_url: str, tmp_path: Path) -> Iterator[tuple[Served, Database]]:
    """The service with two workers on PostgreSQL, whose writers are truly at once."""
    with Served(postgres_url, tmp_path) as served, closing(owned(postgres_url)) as stored:
        yield served, stored


def test_callers_at_once_neither_repeat_nor_lose_anything(
    served_by_postgres: tuple[Served, Database],
) -> None:
    one_record_a_key(*served_by_postgres, callers=20, keys=6)
    one_row_a_result(*served_by_postgres, callers=16, results=6)
    no_lost_correction(*served_by_postgres, corrections=100)


@pytest.mark.soak
def test_a_thousand_keys_a_hundred_times_at_once(served: Served, stored: Database) -> None:
    one_record_a_key(served, stored, callers=100, keys=1000)


@pytest.mark.soak
def test_five_hundred_numbers_from_sixty_four_callers(served: Served, stored: Database) -> None:
    one_row_a_result(served, stored, callers=64, results=500)


@pytest.mark.soak
def test_twenty_thousand_corrections_lose_none(served: Served, stored: Database) -> None:
    no_lost_correction(served, stored, corrections=20_000)


@pytest.mark.soak
def test_fifty_equal_refits_at_once_are_one(served: Served, stored: Database) -> None:
    one_fit(served, stored, callers=50)


@pytest.mark.soak
def test_a_thousand_promotions_tear_no_model(served: Served) -> None:
    with served.client() as client:
        tell_cohort(client, patients=60)
    no_torn_model(served, promotions=1000)
