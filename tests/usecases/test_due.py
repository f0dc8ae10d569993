"""A model in use that has outlived its records or its year says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.storage.models import ModelStanding
from app.usecases.due import refit_reasons

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)


def reasons(erased: int = 0, **changes: Any) -> list[str]:
    told: dict[str, Any] = {"status": "current", "fitted_at": NOW, "changed_rows": erased}
    standing = ModelStanding(
        model_id="sha256:0",
        endpoint="overall_survival",
        setting="metastatic",
        gates=(),
        promotion=None,
        **(told | changes),
    )
    return [f"{each['code']}: {each['detail']}" for each in refit_reasons(standing, erased, NOW)]


def test_a_fresh_model_is_not_due() -> None:
    assert reasons() == []


def test_erased_and_corrected_rows_are_told_apart() -> None:
    assert reasons(erased=2, changed_rows=5) == [
        "training-data-changed: since the fit 2 of its rows were erased and 3 corrected"
    ]


@pytest.mark.parametrize(("days", "expected"), [(365, 0), (366, 1)])
def test_a_model_is_due_after_a_year(days: int, expected: int) -> None:
    found = reasons(fitted_at=NOW - timedelta(days=days))

    assert len(found) == expected
    assert all(each.startswith("model-stale: it was fitted 366 days ago") for each in found)


@pytest.mark.parametrize("status", ["candidate", "superseded"])
def test_a_model_that_is_not_in_use_is_never_due(status: str) -> None:
    assert reasons(erased=2, status=status) == []
