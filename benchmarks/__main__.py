"""`make bench`: the service and its bare twin by turns, and the table of both."""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from benchmarks import cohort, twin
from benchmarks.load import NUMBER, Job, Measured
from benchmarks.serving import WORKERS, serving

CONNECTIONS = 16
GOALS = {"POST /v1/prognoses": 0.5, "GET /v1/patients/{patient_id}/prognosis": 0.7}


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with TemporaryDirectory() as name, _databases(Path(name), arguments.postgres) as urls:
        folder, (ours, bare) = Path(name), urls
        key = cohort.fill(ours)
        answer = folder / "answer.json"
        with serving(
            "app.main:create_app", folder / "service.log", {"PROGNOSIS_DATABASE_URL": ours}
        ) as port:
            gets, text = _gets(port, key)
            # Reading first: every post adds to the results since the fit, which an answer counts.
            requests = {
                "GET /v1/patients/{patient_id}/prognosis": gets,
                "POST /v1/prognoses": _posts(key),
            }
            answer.write_text(text)
            twin.metadata.create_all(twin.open_database(bare))
            with serving(
                "benchmarks.twin:create_app",
                folder / "twin.log",
                {"TWIN_DATABASE_URL": bare, "TWIN_ANSWER": str(answer)},
            ) as twin_port:
                _print_head(arguments, ours)
                for call, sent in requests.items():
                    rounds = _rounds(sent, (port, twin_port), arguments)
                    _print_table(call, rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each time")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    return parser.parse_args()


@contextmanager
def _databases(folder: Path, postgres: bool) -> Iterator[tuple[str, str]]:
    if not postgres:
        yield f"sqlite:///{folder}/service.db", f"sqlite:///{folder}/twin.db"
        return
    from tests.postgres_server import SETTINGS, PostgresServer  # noqa: PLC0415

    SETTINGS.update(fsync="on", full_page_writes="on")
    with PostgresServer() as server:
        yield server.url(server.create_database()), server.url(server.create_database())


def _posts(key: str) -> list[str]:
    return [_request("POST", "/v1/prognoses", key, body) for body in cohort.new_submissions(500)]


def _gets(port: int, key: str) -> tuple[list[str], str]:
    # Only patients whose hazard can be given: a withheld one is a cheaper answer.
    paths = [f"/v1/patients/SIM-{n:06d}/prognosis" for n in range(1, cohort.PATIENTS + 1)]
    answers = {path: _answer(port, path, key) for path in paths}
    given = {path: text for path, text in answers.items() if '"withheld"' not in text}
    typical = sorted(given.values(), key=len)[len(given) // 2]
    return [_request("GET", path, key) for path in given], typical


def _answer(port: int, path: str, key: str) -> str:
    asked = Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {key}"})
    try:
        with urlopen(asked, timeout=30) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        raise SystemExit(f"{path}: {error.code} {error.read().decode()}") from error


def _request(method: str, path: str, key: str, body: str = "") -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {key}"]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", body])


def _rounds(
    requests: list[str], ports: tuple[int, int], arguments: argparse.Namespace
) -> list[tuple[Measured, Measured]]:
    first = 0
    measured: list[tuple[Measured, Measured]] = []
    for number in range(arguments.rounds + 1):
        pair = []
        for port in ports:
            seconds = arguments.seconds if number else 1.0
            pair.append(_load(Job(port, requests, CONNECTIONS, seconds, first)))
        first += max(len(each.milliseconds) for each in pair)
        # The first round warms up and is left out.
        if number:
            measured.append((pair[0], pair[1]))
    return measured


def _load(job: Job) -> Measured:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        check=True,
        timeout=60 + job.seconds,
    )
    measured = Measured(**json.loads(done.stdout))
    expected = "201" if NUMBER in job.requests[0].encode() else "200"
    if set(measured.statuses) != {expected}:
        raise SystemExit(f"not every answer was a {expected}: {measured.statuses}")
    return measured


def _print_head(arguments: argparse.Namespace, url: str) -> None:
    machine = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}")
    print(
        f"{url.partition(':')[0]}, {WORKERS} workers, {CONNECTIONS} connections,"
        f" {arguments.rounds} rounds of {arguments.seconds:g} s each, by turns; medians"
    )


def _print_table(call: str, rounds: list[tuple[Measured, Measured]]) -> None:
    print(f"\n{call}")
    print(f"{'':8} {'requests/s':>10} {'p50 ms':>8} {'p99 ms':>8}")
    for place, who in enumerate(("service", "twin")):
        each = [pair[place] for pair in rounds]
        rate = median(m.per_second for m in each)
        p50, p99 = (median(m.quantile(share) for m in each) for share in (0.5, 0.99))
        print(f"{who:8} {rate:10.0f} {p50:8.1f} {p99:8.1f}")
    ratios = sorted(ours.per_second / bare.per_second for ours, bare in rounds)
    answers = sum(len(ours.milliseconds) for ours, _ in rounds)
    withheld = sum(ours.withheld for ours, _ in rounds)
    print(
        f"ratio {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), goal {GOALS[call]};"
        f" {answers} answers, {withheld / answers:.1%} without a hazard"
    )


if __name__ == "__main__":
    main()
