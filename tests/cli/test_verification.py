"""`prognosis verify` recomputes what was answered, and the chain over the audit trail."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.storage.database import Database
from tests.api.bodies import a_prognosis_request
from tests.cli.conftest import Prognosis
from tests.running import running
from tests.storage.tampering import all_seals, an_event, append, sealed_trail, tamper


@pytest.fixture
def answered(sqlite_url: str) -> str:
    """A database with one stored answer."""
    with running(sqlite_url) as service:
        service.add_organisation("hospital-a")
        posted = service.client().post("/v1/prognoses", json=a_prognosis_request())
    assert posted.status_code == 201
    return str(posted.json()["prognosis_id"])


def test_what_comes_out_again_is_counted(answered: str, embedded: Prognosis) -> None:
    found = embedded("verify")

    assert answered
    assert found.status == 0
    assert found.out.split() == [
        *("organisation", "answers", "equal", "close", "unrecorded", "differing"),
        *("damaged_models", "refits_due"),
        *("hospital-a", "1", "1", "0", "0"),
        *("sealed", "unsealed", "fault", "head"),
        *("0", "1", "-", "00" * 32),
    ]


def test_what_comes_out_differently_is_named(
    answered: str, embedded: Prognosis, sqlite_url: str
) -> None:
    with running(sqlite_url) as service, service.database.begin() as connection:
        connection.exec_driver_sql("UPDATE blood_test SET ctc_count = ctc_count + 1")

    found = embedded("verify", "--organisation", "hospital-a", "--json")

    assert found.status == 1
    assert json.loads(found.out)[0]["differing"] == [answered]


def test_an_unknown_organisation_is_refused(embedded: Prognosis) -> None:
    found = embedded("verify", "--organisation", "nobody")

    assert found.status == 1
    assert "no such organisation" in found.err


@pytest.fixture
def trail(database_url: str) -> Iterator[Database]:
    """Eight sealed events and one that is not sealed yet."""
    database = Database(database_url, pool_size=4)
    sealed_trail(database)
    append(database, an_event(8))
    yield database
    database.close()


@pytest.fixture
def kept(trail: Database, prognosis: Prognosis, tmp_path: Path) -> Path:
    """An anchor of the eight events, as it was printed."""
    path = tmp_path / "anchor.json"
    path.write_text(prognosis("anchor").out)
    return path


def test_the_audit_trail_is_told_behind_the_organisations(
    trail: Database, prognosis: Prognosis
) -> None:
    prognosis("organisation", "add", "hospital-a")

    found = prognosis("verify", "--json").json()

    assert [each["organisation"] for each in found] == ["hospital-a", None]
    assert {name for each in found for name in each["differing"]} == set()
    assert found[-1]["audit"] == {
        "sealed": 8,
        "unsealed": 1,
        "fault": None,
        "head": {"place": 8, "digest": all_seals(trail)[-1].digest.hex()},
        "anchor": None,
    }


def test_an_edited_event_is_named(trail: Database, prognosis: Prognosis) -> None:
    tamper(trail, "UPDATE audit_event SET status = 404 WHERE sequence = 4")

    found = prognosis("verify", "--json")

    assert found.status == 1
    assert json.loads(found.out)[-1]["audit"]["fault"] == {
        "kind": "edited",
        "place": 4,
        "sequence": 4,
    }
    assert found.err == "prognosis: the audit trail is broken: edited, sequence 4, place 4\n"


def test_an_anchor_that_holds_is_told(trail: Database, kept: Path, prognosis: Prognosis) -> None:
    anchor = json.loads(kept.read_text())

    found = prognosis("verify", "--json", "--anchor", kept).json()

    assert (anchor["place"], anchor["events"]) == (8, 9)
    assert anchor["digest"] == found[-1]["audit"]["head"]["digest"]
    assert found[-1]["audit"]["anchor"] == {"day": anchor["day"], "place": 8, "holds": True}


def test_an_anchor_that_the_chain_does_not_hold_is_refused(
    trail: Database, kept: Path, prognosis: Prognosis
) -> None:
    tamper(
        trail,
        "DELETE FROM audit_event WHERE sequence > 5",
        "DELETE FROM audit_seal WHERE place > 5",
    )

    without, found = prognosis("verify"), prognosis("verify", "--anchor", kept)

    assert (without.status, found.status) == (0, 1)
    day = json.loads(kept.read_text())["day"]
    assert f"does not hold the anchor of {day} at place 8" in found.err


def test_a_file_that_is_no_anchor_is_refused(embedded: Prognosis, tmp_path: Path) -> None:
    path = tmp_path / "anchor.json"
    path.write_text("place 8")

    found = embedded("verify", "--anchor", path)

    assert (found.status, found.out) == (1, "")
    assert found.err.startswith("prognosis: no-anchor: ")


def test_an_anchor_is_one_json_object(trail: Database, prognosis: Prognosis) -> None:
    found = prognosis("anchor").json()

    assert found.keys() == {"day", "place", "digest", "events"}
