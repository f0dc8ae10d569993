"""The loops are compiled once and kept, and where nothing can be kept they still run."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.prognosis.engine import jit
from app.prognosis.engine.compiled import compile_kernels


def test_every_loop_is_kept_for_the_next_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.prognosis.engine.compiled"]

    subprocess.run(command, env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}, check=True)

    kept = {path.name.split("-")[0] for path in tmp_path.rglob("*.nbc")}
    assert kept == {
        "kernels._exponentials",
        "kernels.sum_entries",
        "kernels.sum_pieces",
        "kernels.sum_squares",
        "pairs._add",
        "pairs._below",
        "pairs.count_outlived",
        "pairs.count_outliving",
        "tie_kernels._add",
        "tie_kernels._add_squares",
        "tie_kernels._tie",
        "tie_kernels.accumulate",
        "tie_kernels.walk_back",
    }


def test_the_loops_run_on_what_they_are_called_with() -> None:
    compile_kernels()


def test_a_loop_that_cannot_be_kept_is_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual, kept = jit._decorator, []

    def in_a_read_only_place(
        signature: str, relaxed: set[str], *, cache: bool
    ) -> Callable[[Callable[[float], float]], Callable[[float], float]]:
        kept.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return usual(signature, relaxed, cache=cache)

    monkeypatch.setattr(jit, "_decorator", in_a_read_only_place)

    @jit.compiled("f8(f8)")
    def twice(number: float) -> float:
        return 2 * number

    assert twice(2.0) == 4.0
    assert kept == [True, False]
