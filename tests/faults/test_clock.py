"""Clocks that jump, differ or meet a strange day: nothing is refused or taken that should not."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from sqlalchemy import select

from app.storage import tables
from app.storage.attempts import Attempts
from app.storage.database import Database
from app.storage.refits import Refit
from app.storage.schema import migrate
from app.storage.store import administering, reading, writing
from app.usecases.chain import check_chain
from app.usecases.clients import SCOPES, NewClient, add_client
from app.usecases.fitting_process import do, open_database
from app.usecases.jobs import job_of
from tests.api.bodies import a_result, ended, facts, tell_cohort
from tests.faults.serving import Served
from tests.owner import as_owner, owned
from tests.postgres_server import PostgresServer
from tests.running import running

BERLIN = ZoneInfo("Europe/Berlin")
GREENWICH = ZoneInfo("UTC")

LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
"""From Debian's package faketime; a file names its offset, which can be changed at any time."""

STRANGE: dict[str, timedelta | datetime] = {
    "a day ahead": timedelta(days=1),
    "a day behind": timedelta(days=-1),
    "a leap day ends": datetime(2028, 2, 29, 23, 59, 50, tzinfo=UTC),
    "summer time begins": datetime(2027, 3, 28, 0, 59, 50, tzinfo=UTC),
    "summer time ends": datetime(2027, 10, 31, 0, 59, 50, tzinfo=UTC),
    "32 bits of seconds end": datetime(2038, 1, 19, 3, 13, 57, tzinfo=UTC),
    "a leap day after that": datetime(2040, 2, 29, 12, tzinfo=UTC),
}


@dataclass(frozen=True)
class Case:
    """One request that names a time, and whether it has to be taken."""

    name: str
    is_taken: bool
    send: Callable[[httpx.Client], httpx.Response]


def cases(now: datetime, zone: ZoneInfo) -> Iterator[Case]:
    """Ask with every kind of date, just within what has happened and just beyond."""
    today = now.astimezone(zone).date()
    for offset in (-12, 0, 1, 2, 14):
        there = timezone(timedelta(hours=offset))
        for minutes, is_taken in ((-1, True), (4, True), (7, False)):
            at = (now + timedelta(minutes=minutes)).astimezone(there)
            yield Case(f"a draw {minutes} minutes on, at {offset:+}", is_taken, draw(at))
    for days in (0, 2):
        day = today + timedelta(days=days)
        yield Case(f"observed in {days} days", days == 0, fact(observed_on=f"{day}"))
        yield Case(f"alive in {days} days", days == 0, outcome(last_known_alive_on=f"{day}"))
        diagnosed = fact(observed_on=f"{today}", metastatic_diagnosis_date=f"{day}")
        yield Case(f"diagnosed in {days} days", days == 0, diagnosed)
    for days in (59, 62):
        line = fact(observed_on=f"{today}", line_started_on=f"{today + timedelta(days=days)}")
        yield Case(f"a line in {days} days", days == 59, line)
    for years in (-1, 2):
        born = fact(observed_on=f"{today}", birth_year=today.year + years)
        yield Case(f"born in {years} years", years < 0, born)
    for day in (date(2024, 2, 29), date(2000, 2, 29)):
        yield Case(f"observed on {day}", True, fact(observed_on=f"{day}"))
    yield Case("a day that there is not", False, fact(observed_on="2023-02-29"))
    for at in (datetime(2025, 10, 26, 2, 30, tzinfo=BERLIN).replace(fold=f) for f in (0, 1)):
        yield Case(f"a draw in the hour that came twice, {at.fold}", True, draw(at))


numbers = iter(range(1, 1_000_000))


def draw(at: datetime) -> Callable[[httpx.Client], httpx.Response]:
    """Post a result drawn at an instant, written with its own offset."""
    number = next(numbers)
    body = a_result(
        patient_id=f"D-{number}", accession_number=f"D-{number}", drawn_at=at.isoformat()
    )
    return lambda client: client.post("/v1/blood-tests", json=body)


def fact(**members: Any) -> Callable[[httpx.Client], httpx.Response]:
    """Tell of a patient as of a day."""
    path = f"/v1/patients/F-{next(numbers)}"
    return lambda client: client.put(path, json=facts(**members))


def outcome(**members: Any) -> Callable[[httpx.Client], httpx.Response]:
    """Tell what became of a patient."""
    path = f"/v1/patients/O-{next(numbers)}"

    def send(client: httpx.Client) -> httpx.Response:
        client.put(path, json=facts()).raise_for_status()
        return client.put(f"{path}/follow-up", json=members)

    return send


def wrongly_judged(client: httpx.Client, zone: ZoneInfo = GREENWICH) -> list[str]:
    """Name the cases that the service takes and should not, or refuses and should not."""
    wrong = []
    names = [case.name for case in cases(now_of(client), zone)]
    for place, name in enumerate(names):
        # Laid out anew: meanwhile the service's clock goes on, through midnight perhaps.
        case = list(cases(now_of(client), zone))[place]
        answer = case.send(client)
        expected = (200, 201) if case.is_taken else (422,)
        if answer.status_code not in expected:
            wrong.append(f"{name}: {answer.status_code} {answer.text}")
    return wrong


def now_of(client: httpx.Client) -> datetime:
    """Ask the service what time it is, as it writes a prognosis."""
    body = {
        "patient": facts(patient_id="N-1"),
        "blood_test": {
            "accession_number": "N-1",
            "drawn_at": "2020-01-01T00:00:00Z",
            "ctc_count": 1,
        },
    }
    body["patient"].pop("observed_on")
    answer = client.post("/v1/prognoses/preview", json=body)
    assert answer.status_code == 200, answer.text
    return datetime.fromisoformat(answer.json()["computed_at"])


def test_every_kind_of_date_is_judged_rightly(sqlite_url: str) -> None:
    with running(sqlite_url) as service:
        service.add_organisation("hospital-a")

        assert wrongly_judged(service.client()) == []


def set_ahead(url: str, minutes: int) -> None:
    """Let a PostgreSQL database tell a time of its own: ours is found before the built-in one."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS ahead")
        connection.execute("GRANT USAGE ON SCHEMA ahead TO PUBLIC")
        connection.execute(
            "CREATE OR REPLACE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
            f" $$ SELECT pg_catalog.clock_timestamp() + interval '{minutes} minutes' $$"
        )
        name = connection.info.dbname
        connection.execute(
            f"ALTER DATABASE {name} SET search_path = ahead, public, pg_catalog".encode()
        )


def test_the_clock_of_the_database_counts_on_every_machine(postgres_url: str) -> None:
    set_ahead(postgres_url, minutes=10)
    with running(postgres_url) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        ours = datetime.now(UTC)
        soon = service.key("hospital-a", expires_at=ours + timedelta(minutes=9))

        assert timedelta(minutes=9) < now_of(client) - ours < timedelta(minutes=11)
        assert draw(ours + timedelta(minutes=14))(client).status_code == 201
        assert draw(ours + timedelta(minutes=16))(client).status_code == 422
        assert service.client_with(soon).get("/v1/models").status_code == 401
        with as_owner(service.database) as connection:
            events = connection.scalars(select(tables.audit_event.c.at)).all()
        assert all(event > ours + timedelta(minutes=9) for event in events)


def test_a_refit_goes_by_the_clock_of_the_database_as_it_is_now(postgres_url: str) -> None:
    set_ahead(postgres_url, minutes=0)
    with running(postgres_url) as service:
        organisation_id = service.add_organisation("hospital-a")
        by_now = open_database(postgres_url)
        with by_now.read():
            pass
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        set_ahead(postgres_url, minutes=24 * 60)
        asked = Refit(
            "R-1", "death", "all", "{}", "queued", 0.0, None, None, None, tomorrow, tomorrow, None
        )
        with writing(service.database, organisation_id) as store:
            store.refits.add(asked)

        do(by_now, job_of("refit", organisation_id, "R-1"))
        by_now.close()

        with reading(service.database, organisation_id) as store:
            found = store.refits.find("R-1")
    assert found is not None
    assert found.finished_at is not None
    assert abs(found.finished_at - tomorrow) < timedelta(minutes=1)


def test_a_clock_set_back_keeps_no_caller_out(database: Database) -> None:
    now = datetime.now(UTC)

    def count(at: datetime) -> int:
        with database.begin() as connection:
            return Attempts(connection).add(["client x"], at, 60)["client x"].attempts

    assert [count(now + timedelta(days=1)) for _ in range(3)] == [1, 2, 3]
    assert [count(now), count(now), count(now - timedelta(seconds=2))] == [1, 2, 3]


def test_a_call_limit_of_a_clock_that_was_ahead_is_forgotten(sqlite_url: str) -> None:
    with running(sqlite_url, rate_limit="2/hour", wrong_keys_per_minute=2) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        with service.database.begin() as connection:
            subjects = [f"{kind} 127.0.0.1" for kind in ("address", "wrong address")]
            for _ in range(30):
                Attempts(connection).add(subjects, tomorrow, 3600)

        assert client.get("/v1/models").status_code == 200


class Clock:
    """The clock that a service's processes are shown, by an offset that can be changed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._file = folder / f"offset-{next(numbers)}"
        self.set(timedelta(0))
        monkeypatch.setenv("LD_PRELOAD", LIBRARY)
        monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(self._file))
        monkeypatch.setenv("FAKETIME_CACHE_DURATION", "1")
        # What waits and what times out goes by the steady clock, which no administrator sets.
        monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        monkeypatch.setenv("DONT_FAKE_MONOTONIC", "1")

    def set(self, to: timedelta | datetime) -> None:
        """Set the clock, ahead or back."""
        ahead = to - datetime.now(UTC) if isinstance(to, datetime) else to
        written = self._file.with_suffix(".new")
        written.write_text(f"{ahead.total_seconds():+.0f}\n")
        written.chmod(0o644)
        written.rename(self._file)


def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show what is started from now on the true time."""
    for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE"):
        monkeypatch.delenv(name)


@pytest.mark.soak
def test_no_strange_day_is_judged_wrongly_on_sqlite(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(tmp_path, monkeypatch)
    with Served(sqlite_url, tmp_path, time_zone="Europe/Berlin") as served:
        check_strange_days(served, [clock], sqlite_url)


@pytest.mark.soak
def test_no_strange_day_is_judged_wrongly_on_postgres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = PostgresServer()
    # Where the server's account can read it too.
    clock = Clock(server.folder, monkeypatch)
    with ExitStack() as stack:
        stack.enter_context(server)
        url = server.url(server.create_database())
        migrate(url)
        served = stack.enter_context(Served(url, tmp_path, time_zone="Europe/Berlin"))
        unset(monkeypatch)
        check_strange_days(served, [clock], url)


def check_strange_days(served: Served, clocks: list[Clock], database_url: str) -> None:
    """Go through every strange day with the same service, then back to the true one."""
    tried = 0
    with served.client() as client:
        tell_cohort(client, patients=60)
        for name, to in {**STRANGE, "the true time": timedelta(0)}.items():
            for clock in clocks:
                clock.set(to)
            expected = to if isinstance(to, datetime) else datetime.now(UTC) + to
            # PostgreSQL is asked the time every 5 s.
            deadline = time.monotonic() + 15
            while abs(now_of(client) - expected) > timedelta(seconds=30):
                assert time.monotonic() < deadline, (name, now_of(client))
                time.sleep(0.2)
            if isinstance(to, datetime):
                # So that the strange moment comes while requests do.
                for clock in clocks:
                    clock.set(to)
                time.sleep(6)
            assert wrongly_judged(client, BERLIN) == [], name
            location = client.post("/v1/models", json={}).headers["location"]
            refit = ended(client, location, seconds=300)
            assert refit["status"] == "done", (name, refit)
            assert client.get("/v1/patients/P1/prognosis").status_code == 200, name
            tried += len(list(cases(datetime.now(UTC), BERLIN)))
    time.sleep(8)
    database = owned(database_url)
    report = check_chain(database, int)
    database.close()
    assert (report.fault, report.unsealed) == (None, 0)
    sys.stdout.write(f"{tried} requests in {len(STRANGE) + 1} places of the clock, 0 wrong\n")


@contextmanager
def two_machines(
    database_url: str, parent: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> Iterator[tuple[list[Served], list[httpx.Client]]]:
    """Serve one database from two machines, the first ten minutes ahead of the other."""
    with ExitStack() as stack:
        machines: list[Served] = []
        for name, minutes in (("ahead", 5), ("behind", -5)):
            folder = parent / name
            folder.mkdir()
            Clock(folder, monkeypatch).set(timedelta(minutes=minutes))
            key = machines[0].key if machines else None
            machines.append(stack.enter_context(Served(database_url, folder, key, **settings)))
        unset(monkeypatch)
        yield machines, [stack.enter_context(served.client()) for served in machines]


@pytest.mark.soak
def test_two_machines_ten_minutes_apart_agree(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"rate_limit": "100000/hour"}
    with two_machines(postgres_url, tmp_path, monkeypatch, settings) as (machines, clients):
        assert_same_time(clients)
        assert_same_judgement(clients)
        assert_keys_end_together(postgres_url, machines)
        assert_repeats_are_known(clients)
        assert_refits_keep_their_lease(machines, clients)
        time.sleep(8)
    database = owned(postgres_url)
    report = check_chain(database, int)
    database.close()
    assert (report.fault, report.unsealed) == (None, 0)


def assert_same_time(clients: list[httpx.Client]) -> None:
    """Though their own clocks differ, as the header Date shows, answers bear the same time."""
    dates = [parsedate_to_datetime(each.get("/livez").headers["date"]) for each in clients]
    assert timedelta(minutes=9) < dates[0] - dates[1] < timedelta(minutes=11)
    ahead, behind = (now_of(client) for client in clients)
    assert abs(ahead - behind) < timedelta(seconds=5)
    assert abs(ahead - datetime.now(UTC)) < timedelta(seconds=5)


def assert_same_judgement(clients: list[httpx.Client]) -> None:
    """What lies in the future of one lies in that of the other."""
    assert [wrongly_judged(client) for client in clients] == [[], []]


def assert_keys_end_together(database_url: str, machines: list[Served]) -> None:
    """A key ends for both in the same second."""
    database, now = owned(database_url), datetime.now(UTC)
    with administering(database) as directory:
        found = directory.organisation("hospital-a")
        assert found is not None
        new = NewClient("short", tuple(SCOPES), now + timedelta(seconds=6))
        short = add_client(directory, found.organisation_id, new, now)[1]
    database.close()
    headers = {"Authorization": f"Bearer {short}"}
    statuses = []
    for wait in (0, 7):
        time.sleep(wait)
        for served in machines:
            url = f"http://127.0.0.1:{served.port}/v1/risk-schemes"
            statuses.append(httpx.get(url, headers=headers).status_code)
    assert statuses == [200, 200, 401, 401]


def assert_repeats_are_known(clients: list[httpx.Client]) -> None:
    """The key of a request is known to the other machine; limits are counted together."""
    body = a_result(patient_id="I-1", accession_number="I-1")
    headers = {"Idempotency-Key": "apart"}
    answers = [c.post("/v1/blood-tests", json=body, headers=headers) for c in clients]
    assert [each.headers.get("idempotent-replayed") for each in answers] == [None, "true"]
    assert len({each.content for each in answers}) == 1
    left = [int(each.headers["ratelimit"].split("r=")[1].split(";")[0]) for each in answers]
    assert left[1] == left[0] - 1


def assert_refits_keep_their_lease(machines: list[Served], clients: list[httpx.Client]) -> None:
    """A refit that lives is no machine's to give up; one that died is given up by both in time."""
    tell_cohort(clients[0], patients=60)
    for place, other in ((0, 1), (1, 0)):
        for process in machines[place].fitting():
            process.suspend()
        location = clients[place].post("/v1/models", json={}).headers["location"]
        time.sleep(1)
        assert clients[other].get(location).json()["status"] in ("queued", "running")
        for process in machines[place].fitting():
            process.resume()
        refit = ended(clients[other], location, seconds=300)
        assert refit["status"] == "done", refit


@pytest.mark.soak
def test_a_refit_that_died_ends_with_its_lease_though_clocks_differ(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"refit_lease_seconds": "5"}
    with two_machines(postgres_url, tmp_path, monkeypatch, settings) as (machines, clients):
        tell_cohort(clients[0], patients=60)
        for process in machines[0].fitting():
            process.suspend()
        location = clients[0].post("/v1/models", json={}).headers["location"]
        machines[0].kill_all()

        refit = ended(clients[1], location, seconds=20)

        assert (refit["status"], refit["code"]) == ("failed", "abandoned")
