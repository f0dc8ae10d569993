"""The cohort goes out: whoever imports it gets the same rows, and so the same model."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.api.strict_json import parse
from app.prognosis.clock_starts import CLOCKS
from app.prognosis.covariates import REGISTRY, SITES, STATUSES, declared
from app.prognosis.packing import layout_of
from app.prognosis.patient import (
    BloodTest,
    FollowUp,
    Observation,
    Patient,
    line_at,
    line_of_draw,
)
from app.prognosis.simulation import simulate_cohort
from app.prognosis.specification import ModelRequest
from app.prognosis.training_values import laid_open
from app.storage.cohort_file import read_rows, write_rows
from app.storage.cohort_writes import as_new, new_person
from app.storage.store import writing
from app.usecases.cohort_rows import TEXT_COLUMNS, row_of
from app.usecases.exports import export_cohort, rows_of_patient
from app.usecases.imports import import_rows
from app.usecases.ledger import Ledger
from app.usecases.models import read_current_model, request_refit
from app.usecases.service import Call, Service
from tests.prognosis.cohorts import rows_of

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
NODES = declared("nodes", "continuous")
COVARIATES = [*REGISTRY.values(), NODES]


def drawn(number: str, at: str, count: int = 5, **members: Any) -> BloodTest:
    when = datetime.fromisoformat(at)
    return BloodTest(number, when, when.date(), count, **members)


def exported(patient: Patient) -> list[Mapping[str, Any]]:
    return list(rows_of_patient(patient))


def passed_on(patient: Patient) -> Patient:
    """Everything recorded of a patient where the exported rows were imported."""
    ledger = Ledger({}, {}, set(), {})
    for row in exported(patient):
        cells = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row.items()
        }
        ledger.enter(row_of(cells, {"nodes": NODES}, NOW, NOW.date()), NOW)
    return ledger.people[patient.patient_id].patient if ledger.people else Patient("P-1")


def seen_by_a_fit(patient: Patient) -> list[object]:
    """What every model could use of a patient, but for the days on which it was observed."""
    seen: list[object] = []
    for clock in CLOCKS:
        for setting in ("metastatic", "neoadjuvant"):
            rows = rows_of(
                patient,
                setting=setting,
                clock=clock,
                data_cutoff=NOW.date(),
                layout=layout_of({**REGISTRY, "nodes": NODES}),
            )
            values = laid_open(rows, COVARIATES)
            for place in range(len(rows)):
                row = values.row(place) | {"clock": clock}
                row["values"] = [value["value"] for value in row["values"]]
                seen.append((row, rows.line_start_unknown))
    return seen


def names_two_lines(patient: Patient) -> bool:
    """Whether a draw is the baseline of one line while on another that no row could name."""
    draws = [test.drawn_on for test in patient.blood_tests if test.is_result]
    placing = [(line_of_draw(patient.lines, day), line_at(patient.lines, day)) for day in draws]
    placed = [line for line, _ in placing if line]
    return any(line and current and current not in placed for line, current in placing)


DAYS = st.integers(-120, 120).map(lambda days: date(2024, 6, 1) + timedelta(days=days))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "birth_year": st.integers(1930, 2000),
        "disease_setting": st.sampled_from(["metastatic", "neoadjuvant"]),
        "er_status": st.sampled_from(STATUSES),
        "metastatic_sites": st.lists(st.sampled_from(SITES), unique=True).map(sorted),
        "ecog": st.one_of(st.none(), st.integers(0, 4)),
        "nodes": st.one_of(st.none(), st.floats(0, 50)),
        "index_date": DAYS.map(str),
    },
)
LINES = st.fixed_dictionaries(
    {}, optional={"line_of_therapy": st.integers(1, 5), "line_started_on": DAYS.map(str)}
)
OBSERVATIONS = st.builds(
    lambda day, facts, lines: Observation(day, {**facts, **lines}),
    DAYS,
    FACTS,
    st.one_of(st.just({}), LINES),
)
TESTS = st.lists(
    st.builds(
        lambda day, hour, minutes, status, ml: BloodTest(
            "",
            datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
            (
                datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
                + timedelta(minutes=minutes)
            ).date(),
            5,
            ml,
            "cellsearch",
            status,
        ),
        DAYS,
        st.integers(0, 23),
        st.integers(-720, 840),
        st.sampled_from(["final", "corrected", "cancelled", "preliminary"]),
        st.sampled_from([7.5, 5.0]),
    ),
    max_size=3,
)


def a_patient(observations: list[Observation], tests: list[BloodTest]) -> Patient:
    named = [
        BloodTest(f"L{number}", **{k: v for k, v in vars(test).items() if k != "accession_number"})
        for number, test in enumerate(sorted(tests, key=lambda test: test.drawn_at))
    ]
    return Patient("P-1", tuple(observations), tuple(named), FollowUp(date(2026, 1, 1)))


@given(st.builds(a_patient, st.lists(OBSERVATIONS, max_size=5), TESTS))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_was_told_a_model_elsewhere_sees_the_same(patient: Patient) -> None:
    assume(not names_two_lines(patient))
    assert seen_by_a_fit(passed_on(patient)) == seen_by_a_fit(patient)


def test_a_number_told_after_its_line_s_start_is_passed_on_with_its_own_day() -> None:
    patient = Patient(
        "P-1",
        (
            Observation(
                date(2024, 6, 1), {"index_date": "2024-06-01", "line_started_on": "2024-06-02"}
            ),
            Observation(date(2024, 6, 2), {"line_of_therapy": 1}),
        ),
        (drawn("LAB-1", "2024-06-01T09:30:00+02:00", 5),),
        FollowUp(date(2026, 1, 1)),
    )

    row, _ = exported(patient)

    assert row["line_observed_on"] == date(2024, 6, 1)
    assert (row["line_of_therapy"], row["line_of_therapy_observed_on"]) == (1, date(2024, 6, 2))
    assert seen_by_a_fit(passed_on(patient)) == seen_by_a_fit(patient)


def test_an_export_has_one_row_for_each_draw_and_index_date() -> None:
    patient = Patient(
        "P-1",
        (
            Observation(date(2024, 1, 2), {"er_status": "positive", "metastatic_sites": []}),
            Observation(date(2024, 2, 20), {"ecog": 1}),
            Observation(date(2024, 3, 5), {"line_of_therapy": 1, "line_started_on": "2024-03-07"}),
            Observation(date(2024, 9, 1), {"er_status": "negative", "index_date": "2023-12-01"}),
        ),
        (
            drawn("LAB-1", "2024-03-05T09:30:00+01:00", 17),
            drawn("LAB-2", "2024-04-05T09:30:00+01:00", 3, status="cancelled"),
            drawn("LAB-3", "2024-10-05T09:30:00+01:00", 2, status="corrected"),
        ),
        FollowUp(date(2025, 1, 1)),
    )

    first, later, index = (
        {name: value for name, value in row.items() if value is not None}
        for row in exported(patient)
    )

    assert first == {
        "patient_id": "P-1",
        "drawn_at": "2024-03-05T08:30:00+00:00",
        "ctc_count": 17,
        "blood_volume_ml": 7.5,
        "assay": "cellsearch",
        "accession_number": "LAB-1",
        "observed_on": date(2024, 3, 5),
        "er_status": "positive",
        "metastatic_sites": "none",
        "ecog": 1,
        "ecog_observed_on": date(2024, 2, 20),
        "line_of_therapy": 1,
        "line_started_on": date(2024, 3, 7),
        "line_observed_on": date(2024, 3, 5),
        "last_known_alive_on": date(2025, 1, 1),
    }
    # The receptor was told anew in September; the performance status has run out.
    assert (later["er_status"], "ecog" in later) == ("negative", False)
    assert index["index_date"] == index["observed_on"] == date(2023, 12, 1)
    assert "er_status" not in index


@pytest.mark.parametrize(
    "told", ["2024-03-05T23:45:00-05:00", "2024-03-05T00:10:00+05:45", "2024-03-05T12:00:00+00:00"]
)
def test_the_day_of_a_draw_travels_with_it(told: str) -> None:
    patient = Patient("P-1", (), (drawn("LAB-1", told),))

    assert passed_on(patient).blood_tests == patient.blood_tests


def tell(service: Service, call: Call, patients: tuple[Patient, ...]) -> None:
    now = service.now()
    with writing(service.database, call.caller.organisation_id) as store:
        store.declared.add(NODES, (None, None), now)
        store.cohort.save(
            (as_new(new_person(told.patient_id, now), told) for told in patients), now
        )


def model_of(service: Service, call: Call, setting: str, **asked: Any) -> dict[str, Any]:
    request = ModelRequest(
        call.caller.organisation, "overall_survival", setting, data_cutoff=TODAY, **asked
    )
    request_refit(service, call, request)
    reply = read_current_model(service, call, "overall_survival", setting)
    model: dict[str, Any] = json.loads(reply.body or "")
    return model


TODAY = date(2026, 6, 1)


def test_a_cohort_imported_elsewhere_gives_the_same_model(
    service: Service, call_of: Callable[[str], Call], tmp_path: Path
) -> None:
    path = tmp_path / "cohort.csv"
    here, elsewhere = call_of("here"), call_of("elsewhere")
    tell(service, here, simulate_cohort(300, 11, TODAY))
    tell(service, elsewhere, ())

    export = export_cohort(service, here)
    write_rows(path, export.columns, (row for rows in export.rows for row in rows))
    rows = read_rows(path, TEXT_COLUMNS, parse)
    outcomes = list(import_rows(service, elsewhere, rows))

    assert {outcome.status for outcome in outcomes} == {"stored"}
    one, other = (model_of(service, call, "metastatic", clock="draw") for call in (here, elsewhere))
    # The fingerprint is of every patient, draw, day, event and value that the fit used.
    for what in ("coefficients", "baseline", "left_out", "log_likelihood"):
        assert one[what] == other[what]
    fingerprints = {model["provenance"]["training_fingerprint"] for model in (one, other)}
    assert len(fingerprints) == 1


def test_declared_covariates_and_index_dates_travel_too(
    service: Service, call_of: Callable[[str], Call], tmp_path: Path
) -> None:
    here, elsewhere = call_of("here"), call_of("elsewhere")
    patients = tuple(
        Patient(
            f"P-{number}",
            (
                Observation(
                    TODAY - timedelta(days=900),
                    {
                        "index_date": str(TODAY - timedelta(days=900)),
                        "disease_setting": "non_metastatic",
                        "nodes": (number * 7) % 11 + 0.1,
                    },
                ),
            ),
            (),
            FollowUp(TODAY)
            if number % 3
            # The more nodes the earlier: a covariate without effect makes a candidate.
            else FollowUp(None, TODAY - timedelta(days=50 * ((number * 7) % 11) + number)),
        )
        for number in range(240)
    )
    tell(service, here, patients)
    tell(service, elsewhere, ())
    path = tmp_path / "cohort.csv"

    export = export_cohort(service, here)
    write_rows(path, export.columns, (row for rows in export.rows for row in rows))
    outcomes = list(import_rows(service, elsewhere, read_rows(path, TEXT_COLUMNS, parse)))

    assert {outcome.status for outcome in outcomes} == {"stored"}
    one, other = (
        model_of(service, call, "non_metastatic", clock="index_date", covariates=("nodes",))
        for call in (here, elsewhere)
    )
    assert (one["patients"], one["events"]) == (240, 80)
    assert one["coefficients"] == other["coefficients"]
