"""The examples in the docstrings print what they say."""

import doctest
from types import ModuleType

import pytest

from app.prognosis.trials import allocation, eligibility, planning


@pytest.mark.parametrize("module", [allocation, eligibility, planning])
def test_an_example_prints_what_it_says(module: ModuleType) -> None:
    found = doctest.testmod(module)

    assert found.attempted > 0
    assert found.failed == 0
