"""Builders of cohort files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.usecases.rows import draws


def csv_of(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = list(rows[0])
    text = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in text))
    return path


def a_cohort(patients: int) -> list[dict[str, Any]]:
    """Patients whose deaths come the earlier the more cells; all followed to death or to today."""
    today = datetime.now(UTC).date()
    start = today - timedelta(days=1500)
    rows = []
    for number, row in enumerate(draws(patients)):
        days = 60 + (number * 7919) % 600 + 600 * (patients - number) // patients
        row |= {"drawn_at": start.isoformat(), "follow_up_days": days, "died": number % 5 != 0}
        if number % 5 == 0:
            row["follow_up_days"] = 1500
        rows.append(row)
    return rows
