"""`python -m benchmarks.end_to_end`: from rows in a database to a model, beside R and lifelines."""

# Each process loads the library that it measures, or the memory of one would count for another.
# ruff: noqa: PLC0415

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
from sqlalchemy import create_engine, make_url

from benchmarks.large_cohort import CUTOFF, NAMES, ORGANISATION, fill, flat
from benchmarks.paced import Latencies, Pace
from benchmarks.serving import serving

OURS, R, ORM = "service", "R", "ORM + lifelines"
GOALS = {R: 8, ORM: 20}
"""How many times faster the path from a million rows to a model is meant to be."""

PER_SECOND = 50
"""Answers asked for each second while a refit runs."""

LONGEST_S = 3600


@dataclass(frozen=True)
class Bare:
    """One way from the rows to coefficients, baseline and concordance: seconds by part."""

    read: float
    fit: float
    total: float
    beta: list[float]
    bytes: float


def main() -> None:
    """Measure and print, or measure one way in this process."""
    arguments = _arguments()
    if arguments.one:
        print(json.dumps(ONE[arguments.one](arguments.url)))
        return
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, {platform.platform()}")
    for kind in arguments.databases:
        for patients in arguments.sizes:
            with TemporaryDirectory(dir=arguments.folder) as folder, _database(kind, folder) as url:
                _measure(kind, patients, url, Path(folder), arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.end_to_end", description=__doc__)
    sizes = [1_000, 10_000, 1_000_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help="patients")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is measured")
    parser.add_argument("--without", nargs="*", default=[], choices=[R, ORM], help="leave out")
    parser.add_argument("--folder", help="where the databases are made")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/cohort.db"
        return
    from tests.postgres_server import SETTINGS, PostgresServer

    SETTINGS.update(fsync="on", full_page_writes="on", max_wal_size="4GB", shared_buffers="1GB")
    with PostgresServer() as server:
        yield server.url(server.create_database())


def _measure(
    kind: str, patients: int, url: str, folder: Path, arguments: argparse.Namespace
) -> None:
    began = time.perf_counter()
    _, key = fill(url, patients, seed=1)
    filled = time.perf_counter() - began
    derived = _child("renew", url)
    print(f"\n{kind}, {patients:,} patients, stored in {filled:.0f} s;")
    print(f"their rows derived in {derived['seconds']:.1f} s, once. From the rows to a model, the")
    print("third time in each process:")
    ways = [way for way in (OURS, R, ORM) if way not in arguments.without]
    found: dict[str, list[Bare]] = {way: [] for way in ways}
    for _ in range(arguments.rounds):
        for way in ways:
            found[way].append(_bare(way, url))
    _print_ways(patients, found)
    print(f"a whole refit, by part: {_told(_child('parts', url))}")
    with serving(
        "app.main:create_app", folder / "service.log", {"PROGNOSIS_DATABASE_URL": url}
    ) as port:
        _print_refits(port, key, patients)


def _told(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts.items())


def _child(one: str, url: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.end_to_end", "--one", one, "--url", url]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _bare(way: str, url: str) -> Bare:
    if way != R:
        return Bare(**_child(way, url))
    address = make_url(url)
    where = ["sqlite", str(address.database)]
    if address.get_backend_name() == "postgresql":
        host = str(address.query["host"])
        where = ["postgresql", host, "5432", "postgres", str(address.database)]
    script = Path(__file__).parent / "r/end_to_end.R"
    done = subprocess.run(
        ["Rscript", str(script), *where], stdout=subprocess.PIPE, text=True, check=True
    )
    return Bare(**json.loads(done.stdout))


def _print_ways(patients: int, found: dict[str, list[Bare]]) -> None:
    print(f"{'':16} {'total s':>8} {'read s':>7} {'fit s':>7} {'times ours':>20} {'goal':>5} MB")
    ours = found[OURS]
    for way, rounds in found.items():
        ratios = sorted(other.total / mine.total for other, mine in zip(rounds, ours, strict=True))
        spread = f"{median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
        goal = GOALS.get(way, "") if patients == 1_000_000 else ""
        total, read, fit = (
            median(getattr(each, part) for each in rounds) for part in ("total", "read", "fit")
        )
        most = median(each.bytes for each in rounds) / 1e6
        print(f"{way:16} {total:8.3f} {read:7.3f} {fit:7.3f} {spread:>20} {goal!s:>5} {most:.0f}")
        apart = np.abs(np.array(rounds[0].beta) / np.array(ours[0].beta) - 1).max()
        if apart > 1e-4:
            raise SystemExit(f"{way} has other coefficients: {apart:.1e}")


def _print_refits(port: int, key: str, patients: int) -> None:
    idle = _asking(port, key, patients, 20)()
    seconds = [_refit(port, key) for _ in range(3 if patients <= 10_000 else 1)]
    print(
        "POST /v1/models, waited for: "
        + ", ".join(f"{each:.2f} s" for each in seconds)
        + (" (goal: 2 s)" if patients == 1_000 else "")
    )
    # As long as the refit before took, so that both end about together.
    asked = _asking(port, key, patients, max(seconds[-1], 5))
    _refit(port, key)
    during = asked()
    before, under = ((each.quantile(0.5), each.quantile(0.99)) for each in (idle, during))
    print(
        f"GET …/prognosis at {PER_SECOND}/s, ms: idle p50 {before[0]:.1f}, p99 {before[1]:.1f};"
        f" during a refit p50 {under[0]:.1f}, p99 {under[1]:.1f}:"
        f" {under[1] / before[1]:.1f} times the idle p99 (goal: 2)"
    )


def _asking(port: int, key: str, patients: int, seconds: float) -> Callable[[], Latencies]:
    """Begin to ask, and give how to wait for what came of it."""
    numbers = np.random.default_rng(1).integers(0, patients, 500)
    lines = ("Host: 127.0.0.1", f"Authorization: Bearer {key}", "", "")
    paths = [f"/v1/patients/P{number:07d}/prognosis" for number in numbers]
    requests = ["\r\n".join((f"GET {path} HTTP/1.1", *lines)) for path in paths]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.paced"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(Pace(port, requests, PER_SECOND, seconds))))
    process.stdin.close()
    process.stdin = None

    def found() -> Latencies:
        latencies = Latencies(**json.loads(process.communicate()[0]))
        if latencies.statuses != ["200"]:
            raise SystemExit(f"not every answer was a 200: {latencies.statuses}")
        return latencies

    return found


def _refit(port: int, key: str) -> float:
    url = f"http://127.0.0.1:{port}/v1/models"
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    body = json.dumps({"data_cutoff": CUTOFF.isoformat(), "covariates": list(NAMES)}).encode()
    began = time.perf_counter()
    with urlopen(Request(url, body, headers | {"Prefer": "wait=60"}), timeout=90) as answer:
        refit = json.load(answer)
    while refit.get("status") in ("queued", "running"):
        time.sleep(0.2)
        where = Request(f"http://127.0.0.1:{port}/v1/refits/{refit['refit_id']}", headers=headers)
        with urlopen(where, timeout=90) as answer:
            refit = json.load(answer)
        if time.perf_counter() - began > LONGEST_S or refit["status"] == "failed":
            raise SystemExit(f"the refit ended as {refit['status']}: {refit}")
    return time.perf_counter() - began


def _resident() -> float:
    status = Path("/proc/self/status").read_text()
    return 1024 * float(re.findall(r"VmHWM:\s+(\d+)", status)[0])


def _renew(url: str) -> dict[str, float]:
    from app.storage.database import Database
    from app.usecases.training import renew

    database = Database(url, pool_size=2)
    began = time.perf_counter()
    renew(database, 1, lambda _: None)
    return {"seconds": time.perf_counter() - began}


def _ours(url: str) -> dict[str, Any]:
    from app.prognosis.covariates import REGISTRY
    from app.prognosis.cox import fit
    from app.prognosis.specification import ModelRequest
    from app.prognosis.training import cohort_of
    from app.storage.database import Database
    from app.storage.store import reading
    from app.usecases.training import read_rows

    database = Database(url, pool_size=2)
    request = ModelRequest(ORGANISATION, "overall_survival", "metastatic", "draw", CUTOFF, NAMES)

    def go() -> Bare:
        began = time.perf_counter()
        with reading(database, 1) as store:
            rows = read_rows(store, request, REGISTRY)
        cohort = cohort_of(rows, [REGISTRY[name] for name in NAMES])
        read = time.perf_counter()
        # Baseline and concordance are part of a fit.
        found = fit(cohort, NAMES)
        ended = time.perf_counter()
        beta = found.coefficients.tolist()
        return Bare(read - began, ended - read, ended - began, beta, _resident())

    for _ in range(2):
        go()
    return asdict(go())


def _orm(url: str) -> dict[str, Any]:
    import pandas as pd
    from lifelines import CoxPHFitter
    from sqlalchemy import select
    from sqlalchemy.orm import Session, registry

    row = type("Row", (), {})
    registry().map_imperatively(row, flat)
    names = ["days", "event", *NAMES]
    engine = create_engine(url)

    def go() -> Bare:
        began = time.perf_counter()
        with Session(engine) as session:
            rows: Any = session.scalars(select(row)).all()
            frame = pd.DataFrame([[getattr(each, name) for name in names] for each in rows])
        frame.columns = pd.Index(names)
        read = time.perf_counter()
        fitter = CoxPHFitter().fit(frame, "days", "event", batch_mode=True)
        fitter.concordance_index_  # noqa: B018 - counted when it is asked for
        ended = time.perf_counter()
        beta = [float(fitter.params_[name]) for name in NAMES]
        return Bare(read - began, ended - read, ended - began, beta, _resident())

    for _ in range(2):
        go()
    return asdict(go())


def _parts(url: str) -> dict[str, float]:
    from datetime import timedelta

    from app.prognosis import fitting
    from app.prognosis.checks import check
    from app.prognosis.specification import ModelRequest
    from app.storage.database import Database
    from app.usecases import refitting
    from app.usecases.fitting_process import do
    from app.usecases.jobs import job_of
    from benchmarks.cohort import queued

    parts = {
        "derive": (refitting, "renew"),
        "read": (refitting, "_snapshot"),
        "fit": (fitting, "fit"),
        "submodels": (fitting, "_submodels"),
        "second opinion": (check, "opinion"),
        "resamples": (check, "resampled"),
        "discrimination": (check, "discrimination"),
        "calibration": (check, "calibration"),
        "proportional hazards": (check, "proportional_hazards"),
        "influence": (check, "influence"),
        "functional form": (check, "form_of_the_count"),
        "subgroups": (check, "subgroups"),
        "gates": (refitting, "judge"),
        "pack": (refitting, "blocks_of"),
        "store": (refitting, "_keep"),
    }
    seconds: dict[str, float] = {}
    with ExitStack() as stack:
        for part, (module, name) in parts.items():
            stack.enter_context(_timed(module, name, part, seconds))
        database = Database(url, pool_size=4)
        # Another day than the server's refits ask for, so that the model is another one.
        cutoff = CUTOFF - timedelta(days=1)
        request = ModelRequest(
            ORGANISATION, "overall_survival", "metastatic", "draw", cutoff, NAMES
        )
        refit_id = queued(database, 1, request)
        began = time.perf_counter()
        do(database, job_of("refit", 1, refit_id))
        whole = time.perf_counter() - began
    return {**seconds, "rest": whole - sum(seconds.values()), "whole": whole}


@contextmanager
def _timed(module: Any, name: str, part: str, seconds: dict[str, float]) -> Iterator[None]:
    function = getattr(module, name)

    def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        found = function(*given, **named)
        if isinstance(found, Iterator):
            found = list(found)
        seconds[part] = seconds.get(part, 0.0) + time.perf_counter() - began
        return found

    setattr(module, name, timed)
    yield
    setattr(module, name, function)


ONE: dict[str, Callable[[str], dict[str, Any]]] = {
    OURS: _ours,
    ORM: _orm,
    "renew": _renew,
    "parts": _parts,
}


if __name__ == "__main__":
    main()
