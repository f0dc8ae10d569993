"""The package is a library: its page runs as it stands, and it loads nothing of the service."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.prognosis import Cohort, MalformedRows, cohort, fit

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs/library.md"

ALIEN = {"alembic", "fastapi", "lifelines", "matplotlib", "pandas", "pydantic", "sqlalchemy"}


def told(program: str) -> str:
    """What a process of its own prints."""
    run = [sys.executable, "-c", program]
    return subprocess.run(run, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout


def test_every_example_of_the_page_prints_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    text = PAGE.read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    page = doctest.DocTestParser().get_doctest("".join(blocks), {}, PAGE.name, str(PAGE), 0)
    said: list[str] = []

    found = doctest.DocTestRunner(verbose=False).run(page, out=said.append)

    assert len(blocks) == text.count("```python") >= 10
    assert found.attempted > 50
    assert (found.failed, "".join(said)) == (0, "")


def test_a_fit_loads_neither_the_service_nor_another_engine() -> None:
    program = """if True:
        import sys
        from app.prognosis import Cohort, fit
        fit(Cohort.from_arrays([1, 2, 3, 4], [1, 1, 0, 1], {"x": [0, 1, 1, 0]}), ["x"])
        print(*sorted({name.split(".")[0] for name in sys.modules}))
    """

    loaded = told(program).split()

    assert ALIEN & {*loaded} == set()
    assert {"numpy", "numba"} <= {*loaded}


def test_trials_are_planned_and_allocated_without_a_fit() -> None:
    program = """if True:
        import sys
        from app.prognosis.trials import allocation, balance, eligibility, rehearsal, strata
        print(*sorted({name.split(".")[0] for name in sys.modules}))
    """

    loaded = {*told(program).split()}

    assert (ALIEN | {"numba"}) & loaded == set()
    assert "numpy" in loaded


def test_the_package_alone_loads_nothing() -> None:
    program = "import sys, app.prognosis; print('numpy' in sys.modules, 'numba' in sys.modules)"

    assert told(program).split() == ["False", "False"]


def test_what_the_package_does_not_have_is_refused_by_name() -> None:
    program = """if True:
        import app.prognosis
        try:
            app.prognosis.nothing
        except AttributeError as error:
            print(error)
    """

    assert told(program).strip() == "module 'app.prognosis' has no attribute 'nothing'"


def test_rows_are_put_in_the_order_of_their_keys() -> None:
    found = Cohort.from_arrays(
        [5, 8], [1, 0], {"x": [1, np.nan]}, keys=["b", "a"], starts=["2020-03-01", "2021-01-01"]
    )

    assert found.keys == ("a", "b")
    assert (found.days.tolist(), found.events.tolist()) == ([8.0, 5.0], [False, True])
    assert found.columns["x"][1] == 1.0
    assert found.starts.astype(str).tolist() == ["2021-01-01", "2020-03-01"]


def test_rows_without_keys_keep_their_order_beyond_ten() -> None:
    days = np.arange(1, 13)

    found = Cohort.from_arrays(days, days % 2, {})

    assert found.days.tolist() == days.tolist()
    assert (found.keys[1], found.keys[11]) == ("01", "11")
    assert list(found.keys) == sorted(found.keys)


def test_what_was_handed_in_can_be_changed_without_changing_the_cohort() -> None:
    x = np.array([1.0, 2.0])
    found = Cohort.from_arrays([5, 8], [1, 0], {"x": x})

    x[:] = 9.0

    assert found.columns["x"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"days": [], "events": []}, "days is empty"),
        (
            {"days": [1, 0, -3]},
            "2 of 3 days are not above zero and finite; the first is 0 in row 1",
        ),
        ({"days": [1, np.nan, 3]}, "1 of 3 days are not above zero and finite"),
        ({"days": [[1, 2, 3]]}, r"days has shape \(1, 3\)"),
        ({"days": ["one", 2, 3]}, "days holds a value that is no number"),
        ({"events": [1, 2, 2]}, "2 of 3 events are neither 0 nor 1; the first is 2 in row 1"),
        ({"events": [1, 0]}, "events holds 2 values for 3 rows"),
        ({"columns": {"x": [1, 2]}}, "x holds 2 values for 3 rows"),
        ({"columns": {"x": [1, np.inf, 2]}}, "1 of 3 x are infinite; the first is inf in row 1"),
        ({"columns": {"grade": ["I", "II", "I"]}}, "grade holds a value that is no number"),
        ({"keys": ["a", "b", "a"]}, "3 keys for 3 rows, 1 of them repeated"),
        ({"keys": ["a", "b"]}, "2 keys for 3 rows, 0 of them repeated"),
        ({"starts": ["2020-01-01"]}, r"starts has shape \(1,\), not \(3,\)"),
        ({"starts": ["soon", "late", "never"]}, "starts holds a value that is no date"),
    ],
)
def test_what_cannot_be_a_cohort_is_refused(changes: dict[str, object], said: str) -> None:
    usual: dict[str, object] = {"days": [1, 2, 3], "events": [1, 0, 1], "columns": {}}

    with pytest.raises(MalformedRows, match=said):
        Cohort.from_arrays(**(usual | changes))  # type: ignore[arg-type]


def test_a_column_that_the_cohort_lacks_is_named() -> None:
    of = Cohort.from_arrays([1, 2, 3], [1, 0, 1], {"x": [1, 2, 3]})

    with pytest.raises(ValueError, match="the cohort has no column: age, sex"):
        fit(of, ["x", "age"], strata=["sex"])


def test_the_example_of_the_constructor_runs() -> None:
    found = doctest.testmod(cohort)

    assert (found.failed, found.attempted > 0) == (0, True)
