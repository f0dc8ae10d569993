"""`python -m benchmarks.fits`: the engine's fit beside those of other libraries, by turns."""

# Each process loads the library that it measures, or the memory of one would count for another.
# ruff: noqa: PLC0415

import argparse
import importlib
import itertools
import json
import math
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from app.prognosis.engine.likelihood import evaluate
from app.prognosis.engine.rows import Floats, SurvivalRows, survival_rows

OURS = "engine"
R_METHODS = {"R coxph": "coxph", "R coxph.fit": "core"}
OTHERS = (*R_METHODS, "coxstream", "lifelines", "lifelines default", "scikit-survival")
SLOW = {"lifelines default": 200_000, "scikit-survival": 200_000}
"""Rows from which a method is asked only with --slow: half a minute and more a fit."""

GOALS = {
    "R coxph": {1_000: 4, 10_000: 7, 100_000: 11, 1_000_000: 20},
    "lifelines": {1_000: 45, 10_000: 70, 100_000: 27, 1_000_000: 11},
    "R coxph.fit": {100_000: 1, 1_000_000: 1},
    "coxstream": {100_000: 1, 1_000_000: 2},
}
"""How many times the engine's speed is meant to be another's, by rows."""

FITS_S = 2
"""Seconds for which a process fits, or as long as one fit takes."""

COXSTREAM = os.environ.get("COXSTREAM", ".coxstream")
"""Where `pip install --target` has put coxstream, which is nobody's dependency."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Fits of one process: seconds each, coefficients, and most bytes above the interpreter."""

    seconds: list[float]
    beta: list[float]
    bytes: float


def main() -> None:
    """Measure and print, or measure one method in this process."""
    arguments = _arguments()
    if arguments.one:
        print(json.dumps(_measure(arguments.one, Path(arguments.folder))))
        return
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, {platform.platform()}")
    print(f"{arguments.rounds} rounds by turns, {FITS_S} s each; medians, sorting included")
    found = {}
    for rows in arguments.sizes:
        with TemporaryDirectory() as name:
            found[rows] = _compare(Path(name), rows, arguments)
    _print_growth(found)
    _print_limit(max(arguments.sizes))
    if arguments.plot:
        _plot(found, arguments.plot)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fits", description=__doc__)
    sizes = [1_000, 10_000, 100_000, 1_000_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help="rows of the cohorts")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--slow", action="store_true", help="ask the slow ones at any size")
    parser.add_argument("--only", nargs="+", default=OTHERS, help="others to compare with")
    parser.add_argument("--plot", type=Path, help="where to draw the times, as SVG")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


def simulate(rows: int) -> tuple[Floats, Floats, Floats]:
    """Draw covariates, whole days and events of patients with metastatic breast cancer."""
    random = np.random.default_rng(rows)
    count = random.negative_binomial(0.3, 0.01, rows)
    flags = [random.random(rows) < share for share in (0.7, 0.6, 0.2, 0.5)]
    line, ecog = random.integers(1, 5, rows), random.integers(0, 4, rows)
    age = np.round(random.normal(58, 12, rows))
    x = np.column_stack([np.log1p(count), age, *flags, line, ecog]).astype(np.float64)
    beta = np.array([0.25, 0.01, -0.4, -0.3, -0.2, 0.4, 0.2, 0.3])
    death = random.exponential(1_100, rows) / np.exp((x - x.mean(axis=0)) @ beta)
    end = random.uniform(200, 3_650, rows)
    stops = np.ceil(np.minimum(death, end))
    return np.asfortranarray(x), stops, (death <= end).astype(np.float64)


def _compare(folder: Path, rows: int, arguments: argparse.Namespace) -> dict[str, float]:
    x, stops, events = simulate(rows)
    for name, column in {"x": x, "stops": stops, "events": events}.items():
        column.ravel(order="F").tofile(folder / f"{name}.bin")
    near = _in_r(folder, rows, x.shape[1], 0, "exact")
    exact = _refined(survival_rows(x, stops, events), np.array(near.beta))
    print(f"\n{rows:,} rows, {events.mean():.0%} events, {len(np.unique(stops)):,} distinct days")
    wanted = [
        other for other in arguments.only if arguments.slow or rows < SLOW.get(other, math.inf)
    ]
    found: dict[str, list[Measured]] = {}
    for _ in range(arguments.rounds):
        for method in (OURS, *wanted):
            measured = _in_process(method, folder, rows, x.shape[1])
            if measured:
                found.setdefault(method, []).append(measured)
    _print_table(rows, exact, found)
    for method in {*wanted} - {*found}:
        print(f"{method} is not installed")
    return {
        method: median(median(measured.seconds) for measured in rounds)
        for method, rounds in found.items()
    }


def _in_process(method: str, folder: Path, rows: int, p: int) -> Measured | None:
    if method in R_METHODS:
        return _in_r(folder, rows, p, FITS_S, R_METHODS[method])
    command = [sys.executable, "-m", "benchmarks.fits", "--one", method, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and re.search(r"ImportError|ModuleNotFoundError", done.stderr):
        return None
    done.check_returncode()
    return Measured(**json.loads(done.stdout))


def _in_r(folder: Path, rows: int, p: int, seconds: float, method: str) -> Measured:
    script = Path(__file__).parent / "r/fits.R"
    given = [str(folder), str(rows), str(p), str(seconds), method]
    done = subprocess.run(
        ["Rscript", str(script), *given], capture_output=True, text=True, check=True
    )
    return Measured(**json.loads(done.stdout))


def _measure(method: str, folder: Path) -> dict[str, object]:
    fit = FITS[method](simulate(500))
    fit()
    empty = _resident("VmRSS")
    columns = [np.fromfile(folder / f"{name}.bin") for name in ("x", "stops", "events")]
    x = columns[0].reshape((len(columns[1]), -1), order="F")
    fit = FITS[method]((x, columns[1], columns[2]))
    seconds: list[float] = []
    beta = np.zeros(0)
    while sum(seconds) <= FITS_S:
        began = time.perf_counter()
        beta = fit()
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "beta": beta.tolist(), "bytes": _resident("VmHWM") - empty}


def _resident(line: str) -> float:
    # getrusage would tell the parent's peak where that was higher, as it survives the exec.
    status = Path("/proc/self/status").read_text()
    return 1024 * float(re.findall(rf"{line}:\s+(\d+)", status)[0])


Cohort = tuple[Floats, Floats, Floats]


def _engine(cohort: Cohort) -> Callable[[], Floats]:
    from app.prognosis.engine.maximum import maximise

    return lambda: maximise(survival_rows(*cohort)).beta


def _lifelines(cohort: Cohort, *, batch_mode: bool | None = True) -> Callable[[], Floats]:
    import pandas as pd
    from lifelines import CoxPHFitter

    frame = pd.DataFrame(cohort[0], columns=[f"x{j}" for j in range(cohort[0].shape[1])])
    frame["stop"], frame["event"] = cohort[1:]

    def fit() -> Floats:
        fitter = CoxPHFitter().fit(frame, "stop", "event", batch_mode=batch_mode)
        return np.asarray(fitter.params_)

    return fit


def _lifelines_default(cohort: Cohort) -> Callable[[], Floats]:
    return _lifelines(cohort, batch_mode=None)


def _scikit_survival(cohort: Cohort) -> Callable[[], Floats]:
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    x, stops, events = cohort
    outcome = Surv.from_arrays(events.astype(bool), stops)
    return lambda: np.asarray(CoxPHSurvivalAnalysis(ties="efron").fit(x, outcome).coef_)


def _coxstream(cohort: Cohort) -> Callable[[], Floats]:
    sys.path.insert(0, COXSTREAM)
    fitter = importlib.import_module("coxstream").CoxStream

    x, stops, events = cohort
    return lambda: np.asarray(fitter().fit(stops, events, x).coef_)


FITS: dict[str, Callable[[Cohort], Callable[[], Floats]]] = {
    OURS: _engine,
    "lifelines": _lifelines,
    "lifelines default": _lifelines_default,
    "scikit-survival": _scikit_survival,
    "coxstream": _coxstream,
}


def _print_table(rows: int, exact: Floats, found: dict[str, list[Measured]]) -> None:
    print(f"{'':18} {'ms':>9} {'times ours':>20} {'goal':>5} {'MB':>6} {'digits':>6}")
    ours = [median(measured.seconds) for measured in found[OURS]]
    for method, rounds in found.items():
        each = [median(measured.seconds) for measured in rounds]
        ratios = sorted(other / mine for other, mine in zip(each, ours, strict=True))
        spread = f"{median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
        goal = GOALS.get(method, {}).get(rows, "")
        memory = median(measured.bytes for measured in rounds) / 1e6
        digits = _digits(rounds[0].beta, exact)
        line = f"{method:18} {median(each) * 1e3:9.1f} {spread:>20} {goal!s:>5} {memory:6.0f}"
        print(f"{line} {digits:6.1f}", flush=True)


def _print_growth(found: dict[int, dict[str, float]]) -> None:
    sizes = sorted(found)
    if len(sizes) > 1:
        print("\nthe engine's time grows as n to the power of", end="")
        for fewer, more in itertools.pairwise(sizes):
            power = math.log(found[more][OURS] / found[fewer][OURS]) / math.log(more / fewer)
            print(f" {power:.2f} ({fewer:,} to {more:,})", end="")
        print("; goal: 1.05 at most")


def _print_limit(rows: int) -> None:
    """Compare one pass over the rows with reading the design matrix once."""
    from app.prognosis.engine.likelihood import likelihood_at
    from app.prognosis.engine.risk_sets import risk_sets

    cohort = survival_rows(*simulate(rows))
    sets, beta = risk_sets(cohort), np.full(cohort.x.shape[1], 0.1)
    # By turns; numpy's sum of a matrix in memory is bound by the memory's speed.
    passes, sweeps = [], []
    for _ in range(15):
        began = time.perf_counter()
        likelihood_at(sets, beta, "efron")
        between = time.perf_counter()
        sets.columns.sum()
        passes.append(between - began)
        sweeps.append(time.perf_counter() - between)
    one, sweep = median(passes), median(sweeps)
    speed = sets.columns.nbytes / sweep / 1e9
    print(f"\n{rows:,} rows: a pass takes {one * 1e3:.1f} ms, {one / sweep:.1f} times reading the")
    print(f"design matrix once ({sweep * 1e3:.1f} ms, {speed:.1f} GB/s by one thread)")


def _plot(found: dict[int, dict[str, float]], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "fits"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 5))
    methods = {name: None for each in found.values() for name in each}
    for marker, method in zip("osD^vP*X", methods, strict=False):
        sizes = [rows for rows in sorted(found) if method in found[rows]]
        times = [found[rows][method] for rows in sizes]
        axes.plot(sizes, times, marker=marker, label=method, linewidth=3 if method == OURS else 1)
    axes.set(xscale="log", yscale="log", xlabel="patients", ylabel="seconds a fit")
    axes.set_title("One Cox fit: 8 covariates, Efron's ties, whole days")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


def _digits(beta: list[float], exact: Floats) -> float:
    error = np.abs(np.array(beta) / exact - 1).max()
    return -math.log10(max(float(error), 1e-16))


def _refined(rows: SurvivalRows, near: Floats) -> Floats:
    """Take one more Newton step from R's coefficients, the score summed in extended precision.

    R with a tolerance of 1e-14 gives 9 digits of 100,000 rows and more.
    """
    x = rows.x.astype(np.longdouble)
    risk = np.exp(x @ near)
    weighted = np.column_stack([risk, x * risk[:, None]])
    tail = np.cumsum(weighted[::-1], axis=0)[::-1]
    died = np.flatnonzero(rows.events)
    times, first, tied = np.unique(rows.stops[died], return_index=True, return_counts=True)
    time = np.repeat(np.arange(len(times)), tied)
    share = (np.arange(len(died)) - first[time]).astype(np.longdouble) / tied[time]
    dying = np.add.reduceat(weighted[died], first, axis=0)
    sums = tail[np.searchsorted(rows.stops, times)][time] - share[:, None] * dying[time]
    score = (x[died] - sums[:, 1:] / sums[:, :1]).sum(axis=0)
    step = np.linalg.solve(evaluate(rows, near).information, score.astype(np.float64))
    return np.asarray(near + step)


if __name__ == "__main__":
    main()
