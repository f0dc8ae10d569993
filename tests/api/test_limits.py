"""Wrong keys are limited always and calls where it is set, over all processes together."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
from sqlalchemy import select, text, update

from app.storage import tables
from app.storage.attempts import Attempts, count_calls
from app.storage.database import Database
from app.usecases.limits import address_of
from tests.faults.serving import COLD, Served
from tests.owner import as_owner
from tests.running import Running, running

PATH = "/v1/risk-schemes"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

Start = Callable[..., Running]


@pytest.fixture
def start(database_url: str) -> Iterator[Start]:
    """Start services on one database, on each engine in turn; with the default for wrong keys."""
    with ExitStack() as stack:

        def started(wrong_keys_per_minute: int = 60, rate_limit: str | None = None) -> Running:
            service = running(
                database_url, wrong_keys_per_minute=wrong_keys_per_minute, rate_limit=rate_limit
            )
            return stack.enter_context(service)

        yield started


def hospital_of(service: Running, name: str = "hospital-a") -> str:
    """Add a hospital and give a key of it."""
    service.add_organisation(name)
    return service.key(name)


def call(service: Running, key: str | None, address: str = "127.0.0.1") -> httpx.Response:
    """Call from one of the addresses of this machine."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=service.url, transport=transport, timeout=60) as client:
        return client.get(PATH, headers=headers)


def statuses(
    service: Running, key: str | None, calls: int, address: str = "127.0.0.1"
) -> list[int]:
    return [call(service, key, address).status_code for _ in range(calls)]


def forged(key: str) -> str:
    return f"{key[:-4]}{'AAAA' if not key.endswith('AAAA') else 'BBBB'}"


def end_windows(service: Running) -> None:
    """Let a minute pass for the counts."""
    with service.database.begin() as connection:
        connection.execute(update(tables.attempt_window).values(ends_at=NOON))


def test_of_a_thousand_wrong_keys_sixty_are_looked_at(start: Start) -> None:
    service = start()
    key = hospital_of(service)
    wrong = service.client_with(forged(key))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: wrong.get(PATH), range(1000)))

    assert Counter(answer.status_code for answer in answers) == {401: 60, 429: 940}
    assert call(service, key).status_code == 429
    assert call(service, hospital_of(service, "hospital-b")).status_code == 429
    assert call(service, key, "127.0.0.2").status_code == 200


def test_wrong_keys_that_wait_to_be_counted_count_already(sqlite_url: str) -> None:
    with (
        running(sqlite_url, wrong_keys_per_minute=3) as service,
        ThreadPoolExecutor(3) as guessers,
    ):
        key = hospital_of(service)
        with service.database.begin():
            guesses = [guessers.submit(call, service, forged(key)) for _ in range(3)]
            _wait_for(lambda: service.app.state.service.limits.uncounted("127.0.0.1") == 3)
            right = call(service, key).status_code

        assert [guess.result().status_code for guess in guesses] == [401] * 3
        assert right == 429
        assert service.app.state.service.limits.uncounted("127.0.0.1") == 0


def _wait_for(came: Callable[[], bool]) -> None:
    deadline = monotonic() + 30
    while not came():
        assert monotonic() < deadline
        sleep(0.01)


def test_a_refusal_tells_when_to_come_again(start: Start) -> None:
    service = start(wrong_keys_per_minute=1)
    key = hospital_of(service)
    call(service, forged(key))

    answer = call(service, key)

    assert answer.json()["code"] == "rate-limited"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["ratelimit-policy"] == '"wrong-keys";q=1;w=60'
    assert re.fullmatch(r'"wrong-keys";r=0;t=[0-9]+', answer.headers["ratelimit"])


def test_after_a_minute_keys_are_looked_at_again(start: Start) -> None:
    service = start(wrong_keys_per_minute=2)
    key = hospital_of(service)
    before = statuses(service, forged(key), 3)

    end_windows(service)

    assert before == [401, 401, 429]
    assert statuses(service, key, 1) + statuses(service, forged(key), 3) == [200, 401, 401, 429]


def test_wrong_keys_count_in_every_process(start: Start) -> None:
    one, another = start(wrong_keys_per_minute=4), start(wrong_keys_per_minute=4)
    key = hospital_of(one)

    told = statuses(one, forged(key), 2) + statuses(another, forged(key), 2)

    assert told == [401] * 4
    assert (call(one, key).status_code, call(another, key).status_code) == (429, 429)


def test_nobody_locks_a_client_out_by_naming_it(start: Start) -> None:
    service = start(wrong_keys_per_minute=3)
    key = hospital_of(service)

    guessed = [call(service, forged(key), f"127.0.0.{n}").status_code for n in range(2, 6)]

    assert guessed == [401] * 4
    # Each of them sent one only; but in this client's name they were too many.
    assert statuses(service, forged(key), 1, "127.0.0.2") == [429]
    assert statuses(service, key, 1, "127.0.0.9") == [200]


def test_keys_of_no_client_and_no_form_count_too(start: Start) -> None:
    service = start(wrong_keys_per_minute=2)

    told = [call(service, key).status_code for key in ("ctc_0123456789abcdef_x", "nonsense", "x")]

    assert told == [401, 401, 429]


def test_a_call_without_a_key_is_no_guess(start: Start) -> None:
    service = start(wrong_keys_per_minute=1)
    key = hospital_of(service)

    assert statuses(service, None, 3) + statuses(service, key, 1) == [401] * 3 + [200]


def test_a_key_that_ended_is_no_guess(start: Start) -> None:
    """A program that was not told of it keeps nobody else of its house from calling."""
    service = start(wrong_keys_per_minute=1)
    key = hospital_of(service)
    expired, revoked = service.key("hospital-a"), service.key("hospital-a")
    service.client_with(key).delete(f"/v1/clients/{revoked.split('_')[1]}").raise_for_status()
    secret = tables.client_secret
    with as_owner(service.database) as connection:
        is_its = secret.c.client_id == expired.split("_")[1]
        connection.execute(update(secret).where(is_its).values(expires_at=NOON))

    told = statuses(service, expired, 2) + statuses(service, revoked, 2)

    assert told + statuses(service, key, 1) == [401] * 4 + [200]


def told_by(service: Running, key: str) -> list[tuple[int, str]]:
    """Read the denials of a hospital, each with its detail up to the instant named in it."""
    end_windows(service)
    items = service.client_with(key).get("/v1/audit-events?limit=500").json()["items"]
    denied = [each for each in items if each["action"] == "denied"]
    return [(each["status"], (each["detail"] or "").partition(" until ")[0]) for each in denied]


def test_guesses_that_are_not_looked_at_leave_one_event_together(start: Start) -> None:
    one, another = start(wrong_keys_per_minute=3), start(wrong_keys_per_minute=3)
    key = hospital_of(one)
    reader = one.key("hospital-a")

    statuses(one, forged(key), 2)
    statuses(another, forged(key), 4)

    no_more = "3 keys in 60 seconds, no more are looked at"
    assert told_by(one, reader) == [
        *[(401, "")] * 3,
        (429, f"wrong address 127.0.0.1: {no_more}"),
        (429, f"wrong client {key.split('_')[1]}: {no_more}"),
    ]


def test_calls_beyond_a_limit_leave_one_event_together(start: Start) -> None:
    services = [start(rate_limit="3/minute"), start(rate_limit="3/minute")]
    key = hospital_of(services[0])

    told = [call(services[n % 2], key).status_code for n in range(8)]

    assert Counter(told) == {200: 3, 429: 5}
    client = f"client {key.split('_')[1]}: 3 calls in 60 seconds, no more"
    assert told_by(services[0], services[0].key("hospital-a")) == [(429, client)]


def test_a_limit_of_calls_counts_in_every_process(start: Start) -> None:
    services = [start(rate_limit="10/minute"), start(rate_limit="10/minute")]
    key = hospital_of(services[0])

    told = [call(services[n % 2], key).status_code for n in range(12)]

    assert told == [200] * 10 + [429] * 2


def test_an_answer_tells_what_is_left(start: Start) -> None:
    service = start(rate_limit="3/hour")
    key = hospital_of(service)
    call(service, key)

    answer = call(service, key)

    policy = '"client";q=3;w=3600, "organisation";q=30;w=3600, "address";q=30;w=3600'
    assert answer.headers["ratelimit-policy"] == policy
    left = r'"client";r=1;t=\d+, "organisation";r=28;t=\d+, "address";r=28;t=\d+'
    assert re.fullmatch(left, answer.headers["ratelimit"])


def test_without_a_limit_nothing_is_told_and_nothing_written(start: Start) -> None:
    service = start()
    key = hospital_of(service)

    answer = call(service, key)

    with service.database.read() as connection:
        counted = connection.execute(select(tables.attempt_window)).all()
    assert "ratelimit" not in answer.headers
    assert counted == []


def test_one_client_leaves_the_others_of_its_hospital_their_calls(start: Start) -> None:
    service = start(rate_limit="2/minute")
    key = hospital_of(service)

    told = statuses(service, key, 3) + statuses(service, service.key("hospital-a"), 1)

    assert told == [200, 200, 429, 200]


def test_a_hospital_has_ten_times_the_calls_of_a_client(start: Start) -> None:
    service = start(rate_limit="1/minute")
    hospital_of(service)
    keys = [service.key("hospital-a") for _ in range(11)]

    told = [call(service, key, f"127.0.0.{n + 2}").status_code for n, key in enumerate(keys)]

    assert told == [200] * 10 + [429]


def test_an_address_has_ten_times_the_calls_of_a_client(start: Start) -> None:
    service = start(rate_limit="1/minute")
    keys = [hospital_of(service, f"hospital-{n}") for n in range(11)]

    told = [call(service, key).status_code for key in keys]

    assert told == [200] * 10 + [429]
    assert call(service, hospital_of(service), "127.0.0.2").status_code == 200


def test_health_is_never_limited(start: Start) -> None:
    service = start(rate_limit="1/hour", wrong_keys_per_minute=1)
    statuses(service, "nonsense", 2)

    assert service.client_with(None).get("/readyz").status_code == 200


def test_refusals_are_counted_for_a_scrape(start: Start) -> None:
    service = start(wrong_keys_per_minute=1)
    key = hospital_of(service)
    statuses(service, forged(key), 3)
    end_windows(service)

    scrape = service.client_with(key).get("/metrics").text

    assert 'prognosis_requests_refused_total{limit="wrong-keys"} 2' in scrape
    assert 'prognosis_requests_refused_total{limit="client"} 0' in scrape


REFUSING = {
    "sqlite": "CREATE TRIGGER full BEFORE INSERT ON attempt_window"
    " BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    "postgresql": "ALTER TABLE attempt_window ADD CHECK (attempts < 0)",
}
"""Has the database take no count any more."""


def test_what_cannot_be_counted_lets_right_keys_through_and_no_wrong_one(start: Start) -> None:
    service = start(rate_limit="1/hour")
    key = hospital_of(service)
    with as_owner(service.database) as connection:
        connection.execute(text(REFUSING[connection.dialect.name]))

    wrong = call(service, forged(key))

    assert statuses(service, key, 2) == [200, 200]
    assert (wrong.status_code, wrong.json()["code"]) == (503, "unavailable")


def test_ended_windows_are_deleted(database: Database) -> None:
    for minutes in (0, 5):
        count_calls(database, [f"client {minutes}"], NOON + timedelta(minutes=minutes), 60)

    with database.read() as connection:
        kept = connection.scalars(select(tables.attempt_window.c.subject)).all()
    assert kept == ["client 5"]


def test_a_window_counts_until_it_ends_and_then_anew(database: Database) -> None:
    with database.begin() as connection:
        add = partial(Attempts(connection).add, ["client"], seconds=60)
        windows = [add(NOON + timedelta(seconds=s))["client"] for s in (0, 59.9, 60, 61)]

    ends = [(window.ends_at - NOON).total_seconds() for window in windows]
    assert [window.attempts for window in windows] == [1, 2, 1, 2]
    assert ends == [60, 60, 120, 120]


def test_counts_of_many_at_once_are_neither_lost_nor_entangled(database: Database) -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "a")]

    with ThreadPoolExecutor(6) as pool:
        for n in range(120):
            pool.submit(count_calls, database, pairs[n % 3], NOON, 60)

    found = count_calls(database, "abc", NOON, 60)
    assert {subject: window.attempts for subject, window in found.items()} == dict.fromkeys(
        "abc", 81
    )


@pytest.mark.parametrize(
    ("behind_tls_proxy", "told"), [("true", [401, 401, 429, 401]), ("false", [401, 401, 429, 429])]
)
def test_only_a_trusted_proxy_names_the_address_of_its_caller(
    sqlite_url: str, tmp_path: Path, behind_tls_proxy: str, told: list[int]
) -> None:
    settings = {"behind_tls_proxy": behind_tls_proxy, "wrong_keys_per_minute": "2"}
    addresses = ["203.0.113.7"] * 3 + ["203.0.113.8"]
    with Served(sqlite_url, tmp_path, **COLD, **settings) as served, served.client() as client:
        client.headers["Authorization"] = f"Bearer {forged(served.key)}"

        answers = [client.get(PATH, headers={"X-Forwarded-For": each}) for each in addresses]

    assert [answer.status_code for answer in answers] == told


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("unknown", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_a_house_is_one_address(host: str, address: str) -> None:
    assert address_of(host) == address
