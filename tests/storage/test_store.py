"""What tells apart two states in which an answer about a patient could differ."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.prognosis.patient import BloodTest, FollowUp
from app.prognosis.training_values import laid_open
from app.storage.database import Database
from app.storage.model_rows import blocks_of
from app.storage.models import ModelStanding
from app.storage.store import Store, administering, writing
from tests.prognosis.cohorts import TrainingRow, a_table

ROWS = a_table([TrainingRow("P-1", "A-1", date(2025, 12, 1), 9.0, True, {})])
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2025, 12, 1)
TEST = BloodTest("A-1", NOW, DAY, 17)
MODEL = ModelStanding("sha256:1", "overall_survival", "metastatic", "candidate", NOW, [], None, 0)


def tell(store: Store, patient_id: str) -> None:
    """Add a patient, or say more of one."""
    row = store.patients.locked_or_added(patient_id, NOW)
    store.patients.observe(row, DAY, {"ecog": row.version % 5}, NOW)


def tell_anew(store: Store) -> None:
    """Erase the patient and say the very same."""
    store.patients.erase("P-1")
    tell(store, "P-1")
    store.blood_tests.add("P-1", TEST, NOW)


CHANGES: dict[str, Callable[[Store], object]] = {
    "said": lambda store: tell(store, "P-1"),
    "tested": lambda store: store.blood_tests.add(
        "P-1", replace(TEST, accession_number="A-2"), NOW
    ),
    "corrected": lambda store: store.blood_tests.correct("P-1", replace(TEST, version=2), NOW),
    "followed": lambda store: store.patients.follow("P-1", 1, FollowUp(death_on=DAY), NOW),
    "erased and told anew": tell_anew,
    "erased": lambda store: store.patients.erase("P-1"),
    "refit": lambda store: store.models.add(
        replace(MODEL, model_id="sha256:2", fitted_at=NOW.replace(year=2027)), "{}"
    ),
    "promoted": lambda store: store.models.put_into_use("sha256:1", {"reason": "trial"}),
    "row corrected": lambda store: store.model_rows.note_change("P-1"),
}


@pytest.fixture
def organisation_id(database: Database) -> int:
    """A hospital with one patient, one result and one candidate model of them."""
    with administering(database) as directory:
        added = directory.add_organisation("hospital-a", NOW)
    assert added is not None
    with writing(database, added.organisation_id) as store:
        tell(store, "P-1")
        store.blood_tests.add("P-1", TEST, NOW)
        store.models.add(MODEL, "{}")
        store.model_rows.replace("sha256:1", blocks_of(laid_open(ROWS, [])), set())
    return added.organisation_id


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_what_an_answer_reads_is_another_state(
    database: Database, organisation_id: int, change: str
) -> None:
    with writing(database, organisation_id) as store:
        before = store.state_of("P-1")
        CHANGES[change](store)

        assert store.state_of("P-1") != before


def test_another_patients_changes_leave_the_state(database: Database, organisation_id: int) -> None:
    with writing(database, organisation_id) as store:
        before = store.state_of("P-1")
        tell(store, "P-2")

        assert store.state_of("P-1") == before
