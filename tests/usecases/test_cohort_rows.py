"""What one row of a cohort file says, and what is wrong with it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput
from app.prognosis.covariates import declared
from app.prognosis.patient import BloodTest, FollowUp, Observation, Patient
from app.usecases.cohort_rows import COLUMNS, CohortRow, accession_number_of, row_of
from tests.usecases.rows import a_draw, an_index_date

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
NOBODY = Patient("P-1")
DECLARED = {
    "nodes": declared("nodes", "continuous", "", 0, 50),
    "menopause": declared("menopause", "binary"),
}


def read(cells: dict[str, Any]) -> CohortRow:
    return row_of(cells, DECLARED, NOW, NOW.date())


def number_of(cells: dict[str, Any]) -> str:
    test = read(cells).test
    assert test is not None
    return test.accession_number


def refused(cells: dict[str, Any]) -> dict[str, str]:
    """The code of each column that a row is refused for."""
    with pytest.raises(InvalidInput) as refusal:
        read(cells)
    return {error.pointer.rpartition("/")[2]: error.code for error in refusal.value.errors}


def test_a_draw_with_nothing_else_takes_the_defaults() -> None:
    row = read(a_draw())

    assert row.test == BloodTest(
        "LAB-1",
        datetime(2024, 3, 5, 8, 30, tzinfo=UTC),
        date(2024, 3, 5),
        17,
        7.5,
        "cellsearch",
        "final",
    )
    assert row.observations(NOBODY) == (
        Observation(date(2024, 3, 5), {"disease_setting": "metastatic"}),
    )
    assert row.follow_up is None


def test_the_draws_own_date_is_the_day_of_what_is_said() -> None:
    row = read(a_draw(drawn_at="2024-03-05T00:30:00+02:00"))

    assert row.observation.observed_on == date(2024, 3, 5)


def test_a_draw_known_by_its_date_alone_stands_at_noon_in_utc() -> None:
    row = read(a_draw(drawn_at="2024-03-05"))

    assert row.test is not None
    assert row.test.drawn_at == datetime(2024, 3, 5, 12, tzinfo=UTC)
    assert row.test.drawn_on == date(2024, 3, 5)


def test_an_index_date_stands_for_a_draw_where_there_is_no_test() -> None:
    row = read(an_index_date(disease_setting="non_metastatic"))

    assert row.test is None
    assert row.observation == Observation(
        date(2024, 3, 5), {"disease_setting": "non_metastatic", "index_date": "2024-03-05"}
    )


def test_every_fact_is_read_under_its_own_name() -> None:
    row = read(
        a_draw(
            observed_on="2024-03-01",
            birth_year=1968,
            er_status="positive",
            her2_status="unknown",
            metastatic_sites="liver;bone",
            metastatic_diagnosis_date="2024-02-01",
            line_of_therapy=2,
            line_started_on="2024-03-07",
            nodes=4,
            menopause=True,
        )
    )

    assert row.observation == Observation(
        date(2024, 3, 1),
        {
            "birth_year": 1968,
            "er_status": "positive",
            "her2_status": "unknown",
            "metastatic_sites": ["bone", "liver"],
            "metastatic_diagnosis_date": "2024-02-01",
            "line_of_therapy": 2,
            "line_started_on": "2024-03-07",
            "nodes": 4.0,
            "menopause": 1.0,
        },
    )


def test_an_age_becomes_the_year_of_birth() -> None:
    # Age is the year of the clock's start less the year of birth: 2024 - 56.
    assert read(a_draw(age=56)).observation.values["birth_year"] == 1968


def test_an_age_and_a_year_of_birth_have_to_agree() -> None:
    assert read(a_draw(age=56, birth_year=1968)).observation.values["birth_year"] == 1968
    assert refused(a_draw(age=57, birth_year=1968)) == {"age": "age-differs"}


def test_a_performance_status_can_have_a_day_of_its_own() -> None:
    row = read(a_draw(ecog=1, ecog_observed_on="2024-02-20", er_status="positive"))

    assert row.dated_apart == (Observation(date(2024, 2, 20), {"ecog": 1}),)
    assert row.observation.values == {"er_status": "positive"}


def test_none_is_no_metastasis_and_an_empty_cell_says_nothing() -> None:
    assert read(a_draw(metastatic_sites="none")).observation.values == {"metastatic_sites": []}
    assert read(a_draw(metastatic_sites=None)).observation.values == {}


def test_a_list_of_sites_is_read_where_the_format_knows_lists() -> None:
    row = read(a_draw(metastatic_sites=["lung", "bone", "lung"]))

    assert row.observation.values == {"metastatic_sites": ["bone", "lung"]}


def test_the_default_setting_overrules_nothing_said_of_the_same_day() -> None:
    told = Observation(date(2024, 3, 5), {"disease_setting": "neoadjuvant"})
    patient = Patient("P-1", (told,))

    assert "disease_setting" not in read(a_draw()).observations(patient)[0].values


@pytest.mark.parametrize(
    ("cells", "follow_up"),
    [
        # 2024-03-05 + 300 days = 2024-12-30; + 100 days = 2024-06-13.
        ({"follow_up_days": 300, "died": False}, FollowUp(date(2024, 12, 30))),
        ({"follow_up_days": 300, "died": 1}, FollowUp(None, date(2024, 12, 30))),
        (
            {"follow_up_days": 300, "died": True, "progression_days": 100},
            FollowUp(None, date(2024, 12, 30), date(2024, 6, 13)),
        ),
        ({"progression_days": 0}, FollowUp(None, None, date(2024, 3, 5))),
        (
            {"last_known_alive_on": "2024-05-01", "death_on": "2024-05-09"},
            FollowUp(date(2024, 5, 1), date(2024, 5, 9)),
        ),
    ],
)
def test_follow_up_is_told_as_dates_or_as_days(cells: dict[str, Any], follow_up: FollowUp) -> None:
    assert read(a_draw(**cells)).follow_up == follow_up
    assert read(an_index_date(**cells)).follow_up == follow_up


def test_a_draw_without_a_number_gets_the_same_one_every_time() -> None:
    first = number_of(a_draw(accession_number=None))
    # The same instant, told with another offset.
    second = number_of(a_draw(accession_number=None, drawn_at="2024-03-05T08:30:00Z"))
    other = number_of(a_draw(accession_number=None, patient_id="P-2"))

    assert first == second == accession_number_of("P-1", datetime(2024, 3, 5, 8, 30, tzinfo=UTC))
    assert first != other
    assert "P-1" not in first


def test_whole_numbers_stand_for_identifiers() -> None:
    row = read(a_draw(patient_id=17, accession_number=4711))

    assert row.test is not None
    assert (row.patient_id, row.test.accession_number) == ("17", "4711")


@pytest.mark.parametrize(
    ("cells", "errors"),
    [
        (a_draw(patient_id=None), {"patient_id": "missing"}),
        (a_draw(patient_id="Jane Doe"), {"patient_id": "string-pattern-mismatch"}),
        (a_draw(patient_id="P-1\n"), {"patient_id": "string-pattern-mismatch"}),
        (a_draw(patient_id=True), {"patient_id": "string-pattern-mismatch"}),
        ({"patient_id": "P-1"}, {"drawn_at": "missing"}),
        (a_draw(ctc_count=None), {"ctc_count": "missing"}),
        (a_draw(ctc_count="7"), {"ctc_count": "int-type"}),
        (a_draw(ctc_count=True), {"ctc_count": "int-type"}),
        (a_draw(ctc_count=7.5), {"ctc_count": "int-type"}),
        (a_draw(ctc_count=float("inf")), {"ctc_count": "int-type"}),
        (a_draw(ctc_count=-1), {"ctc_count": "greater-than-equal"}),
        (a_draw(ctc_count=1_000_001), {"ctc_count": "less-than-equal"}),
        (a_draw(ctc_count=2**63), {"ctc_count": "less-than-equal"}),
        (a_draw(blood_volume_ml=0), {"blood_volume_ml": "greater-than"}),
        (a_draw(blood_volume_ml="7.5"), {"blood_volume_ml": "float-type"}),
        (a_draw(assay="epic"), {"assay": "literal-error"}),
        (a_draw(drawn_at="2024-03-05T09:30:00"), {"drawn_at": "instant"}),
        (a_draw(drawn_at=1709627400), {"drawn_at": "instant"}),
        (a_draw(drawn_at="2024-02-30"), {"drawn_at": "instant"}),
        (a_draw(drawn_at="2026-06-02T00:00:00Z"), {"drawn_at": "in-the-future"}),
        (a_draw(drawn_at=None), {"ctc_count": "without-draw",
                                  "accession_number": "without-draw", "drawn_at": "missing"}),
        (an_index_date(index_date="2026-06-02"), {"index_date": "in-the-future",
                                                  "observed_on": "in-the-future"}),
        (an_index_date(index_date="05/03/2024"), {"index_date": "calendar-date"}),
        (an_index_date(index_date="0001-01-01"), {"index_date": "calendar-date"}),
        (a_draw(er_status="pos"), {"er_status": "literal-error"}),
        (a_draw(ecog=5), {"ecog": "less-than-equal"}),
        (a_draw(ecog_observed_on="2024-02-20"), {"ecog": "missing"}),
        (a_draw(metastatic_sites="liver,bone"), {"metastatic_sites": "literal-error"}),
        (a_draw(metastatic_sites=[["liver"]]), {"metastatic_sites": "literal-error"}),
        (a_draw(age=131), {"age": "less-than-equal"}),
        (a_draw(birth_year=1879), {"birth_year": "greater-than-equal"}),
        (a_draw(line_started_on="2026-08-01"), {"line_started_on": "in-the-future"}),
        (a_draw(grade=2), {"grade": "unknown-covariate"}),
        (a_draw(Surname="Doe"), {"": "unknown-covariate"}),
        (a_draw(nodes="many"), {"nodes": "float-type"}),
        (a_draw(nodes=51), {"nodes": "out-of-range"}),
        (a_draw(nodes=float("nan")), {"nodes": "float-type"}),
        (a_draw(menopause=2), {"menopause": "out-of-range"}),
        (a_draw(follow_up_days=10), {"follow_up_days": "missing"}),
        (a_draw(follow_up_days=-1, died=True), {"follow_up_days": "greater-than-equal"}),
        (a_draw(follow_up_days=1.5, died=True), {"follow_up_days": "int-type"}),
        (a_draw(follow_up_days=10, died="no"), {"died": "bool-type"}),
        (a_draw(follow_up_days=2000, died=True), {"death_on": "in-the-future"}),
        (a_draw(death_on="2025-01-01", follow_up_days=9, died=True),
         {"follow_up_days": "follow-up-twice"}),
        (a_draw(death_on="2025-01-01", last_known_alive_on="2025-01-02"),
         {"last_known_alive_on": "after-death"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_column_and_code(
    cells: dict[str, Any], errors: dict[str, str]
) -> None:
    assert refused(cells) == errors


def test_everything_that_is_wrong_with_a_row_is_named_at_once() -> None:
    assert refused(a_draw(ctc_count=-1, er_status="maybe", grade=1)) == {
        "ctc_count": "greater-than-equal",
        "er_status": "literal-error",
        "grade": "unknown-covariate",
    }


def test_no_value_is_told_back() -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(a_draw(patient_id="Jane Doe", er_status="canary", nodes="canary", Canary=1))

    told = str(refusal.value.errors) + refusal.value.detail
    assert "Jane" not in told
    assert "canary" not in told.lower()


def test_every_column_is_described() -> None:
    page = Path(__file__).parents[2] / "docs/cohort-file.md"

    assert [name for name in COLUMNS if f"`{name}`" not in page.read_text()] == []
