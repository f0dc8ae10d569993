"""What is read of an ORU^R01, and where and why the rest is refused."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import InvalidInput
from app.protocols.hl7v2.reader import read
from app.protocols.hl7v2.refusals import CONDITIONS
from app.protocols.hl7v2.report import Site, reported
from app.settings import Settings
from app.usecases.messages import Reported
from tests.protocols.hl7v2.oru import FIELDS, a_count, an_oru, segment

HERE = Settings()


def told(*segments: str, settings: Settings = HERE, **header: str | None) -> tuple[Reported, ...]:
    return reported(read(an_oru(*segments, **header)), Site(settings))


def places(*segments: str, settings: Settings = HERE, **header: str | None) -> list[str]:
    """Name the places of a refusal with their numbers of table 0357."""
    with pytest.raises(InvalidInput) as refusal:
        told(*segments, settings=settings, **header)
    return [f"{each.pointer} {CONDITIONS[each.code]}" for each in refusal.value.errors]


def test_a_message_is_a_result() -> None:
    (result,) = told()

    assert (result.patient_id, result.birth_year) == ("P-000123", 1968)
    assert (result.accession_number, result.status) == ("LAB-2025-0001", "final")
    assert result.stated_at == datetime(2025, 11, 2, 9, 55, tzinfo=UTC)
    assert result.test is not None
    assert vars(result.test) == {
        "accession_number": "LAB-2025-0001",
        "drawn_at": datetime(2025, 11, 1, 8, 30, tzinfo=UTC),
        "drawn_on": datetime(2025, 11, 1, tzinfo=UTC).date(),
        "ctc_count": 17,
        "blood_volume_ml": 7.5,
        "assay": "cellsearch",
        "status": "final",
        "version": 1,
    }


@pytest.mark.parametrize("version", ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8"])
def test_versions_2_3_to_2_8_are_taken(version: str) -> None:
    assert told(f12=version, f9="ORU^R01") == told()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"f9": "ADT^A01"}, ["MSH^1^9^1^1 200"]),
        ({"f9": None}, ["MSH^1^9^1^1 200"]),
        ({"f9": "ORU^R30"}, ["MSH^1^9^1^2 201"]),
        ({"f9": "ORU"}, ["MSH^1^9^1^2 201"]),
        ({"f11": "T"}, ["MSH^1^11 202"]),
        ({"f11": "D"}, ["MSH^1^11 202"]),
        ({"f11": None}, ["MSH^1^11 202"]),
        ({"f12": "2.2"}, ["MSH^1^12 203"]),
        ({"f12": "3"}, ["MSH^1^12 203"]),
        ({"f12": None}, ["MSH^1^12 203"]),
        ({"f10": None}, ["MSH^1^10 101"]),
        ({"f10": "x" * 257}, ["MSH^1^10 102"]),
        ({"f3": "x" * 257}, ["MSH^1^3 102"]),
        ({"f7": None}, ["MSH^1^7 101"]),
        ({"f7": "20251102"}, ["MSH^1^7 102"]),
        ({"f7": "yesterday"}, ["MSH^1^7 102"]),
    ],
)
def test_a_heading_that_cannot_be_is_refused(header: dict[str, Any], expected: list[str]) -> None:
    assert places(**header) == expected


NEEDED = {
    *(("PID", 3), ("OBR", 3), ("OBR", 7)),
    *(("OBX", 2), ("OBX", 3), ("OBX", 5), ("OBX", 6), ("OBX", 11)),
}
"""Fields without which there is no result; every other one may be missing."""


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name in ("PID", "OBR", "OBX") for number in FIELDS[name]],
)
def test_each_missing_field_is_passed_over_or_named(name: str, number: int) -> None:
    segments = [
        segment(each, **({f"f{number}": None} if each == name else {}))
        for each in ("PID", "OBR", "OBX")
    ]

    if (name, number) in NEEDED:
        at = f"{name}^1^{number}"
        code = 103 if (name, number) == ("OBX", 3) else 101
        assert places(*segments) == [f"{at} {code}"]
    else:
        assert len(told(*segments)) == 1


@pytest.mark.parametrize("last", range(2, 12))
def test_a_segment_that_ends_early_never_breaks_the_reading(last: int) -> None:
    """44 of some 690 OBX of one agency's published samples end before OBX-11 (interop.md)."""
    whole = segment("OBX").split("|")

    (found,) = [places(segment("PID"), segment("OBR"), "|".join(whole[:last]))]

    assert found
    assert all(each.startswith("OBX^1^") for each in found)


@pytest.mark.parametrize(
    ("kind", "written", "count"),
    [
        ("NM", "0", 0),
        ("NM", "+7", 7),
        ("NM", "7.0", 7),
        ("NM", "007", 7),
        ("NM", " 7 ", 7),
        ("NM", "1000000", 1_000_000),
        ("SN", "^5", 5),
        ("SN", "=^5", 5),
        ("ST", "5", 5),
        ("ST", "5 cells", 5),
        ("ST", "1 cell", 1),
        ("TX", "12 CTCs", 12),
        ("ST", r"\X35\ ".rstrip(), 5),
    ],
)
def test_counts_are_read(kind: str, written: str, count: int) -> None:
    (result,) = told(*a_count(written, f2=kind))

    assert result.test is not None
    assert result.test.ctc_count == count


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *(("SN", each) for each in ("<^1", ">^100", ">=^5", "<>^5", "^5^-^7", "^1^:^128", "^2^+")),
        *(("NM", each) for each in ("7.5", "-1", "1e3", "NaN", "1000001", "7~8", "<5", "17#")),
        *(("ST", each) for each in ("<1", ">=5", "many", "5 drops", "5-7", "about 5", "٣")),
        ("SN", "^"),
        ("NM", '7"'),
        ("NM", "9" * 4000),
    ],
)
def test_what_is_no_count_is_no_count(kind: str, written: str) -> None:
    assert places(*a_count(written, f2=kind)) in (["OBX^1^5 102"], ["OBX^1^5 101"])


def test_a_comparator_is_told_as_what_it_is() -> None:
    with pytest.raises(InvalidInput, match="a comparator, ratio or range is no count"):
        told(*a_count("<^1", f2="SN"))


@pytest.mark.parametrize("kind", ["CE", "ED", "DT", "nm"])
def test_other_types_are_not_counts(kind: str) -> None:
    assert places(*a_count(f2=kind)) == ["OBX^1^2 103"]


PER_7_5_ML = (
    *("/7.5mL", "/7.5 ml", "{CTC}/7.5mL", "{cells}/7.5mL", "{cells}/(7.5.mL)", "{#}/(7.5.mL)"),
    *("#/7.5mL", "cells/7.5 mL", "Cells/7.5mL", "cells per 7.5 mL", "CTC/7.5 mL", "/(75.10*-4.L)"),
)


@pytest.mark.parametrize("unit", [*PER_7_5_ML, "{cells}/7.5mL^cells per 7.5 mL^UCUM", "^/7.5mL"])
def test_units_of_7_5_ml_are_taken_as_they_are_spelled(unit: str) -> None:
    """`{#}/(7.5.mL)` is per 35 mL to a UCUM converter (interop.md, finding 1); nothing converts."""
    (result,) = told(*a_count("17", f6=unit))

    assert result.test is not None
    assert (result.test.ctc_count, result.test.blood_volume_ml) == (17, 7.5)


@pytest.mark.parametrize(
    "unit", ["/mL", "{#}/mL", "/(35.mL)", "/7.5L", "7.5", "mL", "{cells}", "%", "10*3/uL", "/5mL"]
)
def test_other_units_are_refused_by_their_place(unit: str) -> None:
    assert places(*a_count(f6=unit)) == ["OBX^1^6 103"]


@pytest.mark.parametrize(
    "code",
    ["68123-9^CTC.prostate^LN", "CTC^Local^L^68123-9^CTC.prostate^LN", "68123-9", "68123-9^^LOINC"],
)
def test_a_count_in_prostate_cancer_is_refused(code: str) -> None:
    assert places(*a_count(f3=code)) == ["OBX^1^3^1^1 103"]


def test_a_site_names_its_own_codes_and_units() -> None:
    settings = replace(HERE, hl7v2_codes="CTC^L,67568-6", hl7v2_units="n/7,5ml")

    for code in ("CTC^Tumour cells^L", "67568-6^x^LN", "X^Other^99X^CTC^Tumour cells^L"):
        assert len(told(*a_count(f3=code, f6="n/7,5 mL"), settings=settings)) == 1
    assert places(*a_count(f3="CTC^x^LN"), settings=settings) == ["OBX^1^3 103"]


STATUSES = {
    **dict.fromkeys("PRS", "preliminary"),
    **dict.fromkeys("FUV", "final"),
    **dict.fromkeys("ABC", "corrected"),
    **dict.fromkeys("X", "cancelled"),
    **dict.fromkeys("DW", "entered_in_error"),
}
"""Tables 0085 of HL7 and of the mapping of HL7 v2 to FHIR (interop.md)."""


@pytest.mark.parametrize("code", STATUSES)
def test_statuses_are_those_of_table_0085(code: str) -> None:
    (result,) = told(*a_count(f11=code))

    assert result.status == STATUSES[code]
    assert result.test is not None
    assert result.test.status == STATUSES[code]


def test_a_status_may_be_a_coded_element() -> None:
    (result,) = told(*a_count(f11="C^Record coming over is a correction^HL70085"))

    assert result.status == "corrected"


@pytest.mark.parametrize("code", ["I", "N", "O", "Q", "f"])
def test_a_status_without_a_result_is_refused(code: str) -> None:
    assert places(*a_count(f11=code)) == ["OBX^1^11 103"]


@pytest.mark.parametrize(
    ("segments", "status"),
    [
        (a_count("", f11="X"), "cancelled"),
        (a_count("quantity not sufficient", f2="ST", f11="X"), "cancelled"),
        (a_count('""', f11="D"), "entered_in_error"),
        (a_count('""', f11="C"), "entered_in_error"),
        (a_count("", f11="U"), "final"),
        ((segment("PID"), segment("OBR", f25="X")), "cancelled"),
    ],
)
def test_a_status_alone_changes_what_is_stored(segments: Iterable[str], status: str) -> None:
    (result,) = told(*segments)

    assert (result.accession_number, result.status) == ("LAB-2025-0001", status)
    assert result.test is None


def test_a_cancelled_order_cancels_its_counts() -> None:
    (result,) = told(segment("PID"), segment("OBR", f25="X"), segment("OBX"))

    assert result.status == "cancelled"


def test_every_group_and_order_is_read() -> None:
    others = [segment("ORC", f1="RE"), segment("NTE", f3="x"), "ZLB|own|segment", "UNK"]
    hemoglobin = "OBX|1|NM|718-7^Hb^LN||14.1|g/dL|||||F"
    results = told(
        *("SFT|x", segment("PID", f3="P-1"), *others, segment("OBR", f3="A-1"), hemoglobin),
        *(segment("OBX"), *others, segment("OBR", f3="A-2"), hemoglobin, segment("OBX", f5="2")),
        *(segment("PID", f3="P-2"), segment("OBR", f3="A-3"), segment("OBX", f5="3"), *others),
    )

    assert [(each.patient_id, each.accession_number) for each in results] == [
        ("P-1", "A-1"),
        ("P-1", "A-2"),
        ("P-2", "A-3"),
    ]


def test_several_counts_of_one_order_are_told_apart() -> None:
    results = told(
        *(segment("PID"), segment("OBR")),
        *(segment("OBX", f4=part) for part in ("1", "2", "1.a")),
    )

    numbers = [each.accession_number for each in results]
    assert numbers == ["LAB-2025-0001", "LAB-2025-0001.2", "LAB-2025-0001.1.a"]


def test_all_errors_are_told_at_once() -> None:
    found = places(
        *a_count(f6="%"),
        segment("OBX", f11=None),
        segment("OBR", f3="has a blank"),
        segment("OBX"),
    )

    assert found == ["OBX^1^6 103", "OBX^2^11 101", "OBR^2^3 102"]


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ((segment("OBR"), segment("OBX")), ["OBR^1^1 100"]),
        ((segment("PID"), segment("OBX")), ["OBX^1^1 100"]),
        ((segment("PID"),), ["OBX^1^3 103"]),
        ((segment("PID"), segment("OBR")), ["OBX^1^3 103"]),
        ((segment("PID"), segment("OBR"), "OBX|1|NM|718-7^Hb^LN||14|g/dL|||||F"), ["OBX^1^3 103"]),
        ((*a_count(), segment("MSH")), ["MSH^2^1 100"]),
        ((segment("PID"), segment("OBR"), *[segment("OBX")] * 201), ["OBX^201^3 100"]),
    ],
)
def test_what_is_no_report_of_counts_is_refused(
    segments: tuple[str, ...], expected: list[str]
) -> None:
    assert places(*segments) == expected


@pytest.mark.parametrize(
    ("identifiers", "chosen"),
    [
        ("P-1", "P-1"),
        ("P-1^^^H^PI", "P-1"),
        ("N-1^^^US^SS~P-1^^^H^PI~P-2^^^H^MR", "P-2"),
        ("~P-1^^^H^MR", "P-1"),
        ("P-1^^^H&1.2.3&ISO^MR", "P-1"),
    ],
)
def test_the_medical_record_number_is_the_patient(identifiers: str, chosen: str) -> None:
    (result,) = told(segment("PID", f3=identifiers), segment("OBR"), segment("OBX"))

    assert result.patient_id == chosen


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ("N-1^^^US^SS", "204"),
        ("^^^H^MR", "204"),
        ("Jane Doe^^^H^MR", "102"),
        ("x" * 65, "102"),
        ("P/1", "102"),
    ],
)
def test_other_identifiers_name_nobody(identifiers: str, expected: str) -> None:
    found = places(segment("PID", f3=identifiers), segment("OBR"), segment("OBX"))

    assert found == [f"PID^1^3 {expected}"]


def test_an_authority_that_is_set_is_the_only_one() -> None:
    settings = replace(HERE, hl7v2_patient_authority="H2")
    of_two = segment("PID", f3="A^^^H1^MR~B^^^H2^MR")

    (result,) = told(of_two, segment("OBR"), segment("OBX"), settings=settings)

    assert result.patient_id == "B"
    assert places(segment("PID"), segment("OBR"), segment("OBX"), settings=settings) == [
        "PID^1^3 204"
    ]


@pytest.mark.parametrize(
    ("fields", "drawn"),
    [
        ({"OBX": "20251101093000"}, "2025-11-01T08:30:00+00:00"),
        ({"OBX": "20251101093000-0500"}, "2025-11-01T14:30:00+00:00"),
        ({"OBR": "20251101"}, "2025-11-01T11:00:00+00:00"),
        ({"OBR": "2025110109"}, "2025-11-01T08:00:00+00:00"),
        ({"OBR": "20250701093000.1234"}, "2025-07-01T07:30:00.123400+00:00"),
        ({"OBR": None, "SPM": "20251101093000"}, "2025-11-01T08:30:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_the_site_s(fields: dict[str, str | None], drawn: str) -> None:
    """Europe/Paris is an hour ahead of UTC in winter, two in summer; a day stands for its noon."""
    (result,) = told(
        segment("PID"),
        segment("OBR", **({"f7": fields["OBR"]} if "OBR" in fields else {})),
        segment("OBX", f14=fields.get("OBX")),
        segment("SPM", f17=fields.get("SPM")),
        settings=replace(HERE, time_zone="Europe/Paris"),
    )

    assert result.test is not None
    assert result.test.drawn_at.astimezone(UTC).isoformat() == drawn
    assert result.test.drawn_on.isoformat() == drawn[:10]


@pytest.mark.parametrize(
    "written",
    [
        *("220241021055726", "2025", "202511", "20251301", "20250229", "2025110125", "0"),
        *("2025-11-01", "202511010830+2500", "202511010830+0160", "18991231", "٢٠٢٥١١٠١"),
    ],
)
def test_a_time_that_is_none_is_refused_where_it_stands(written: str) -> None:
    """The first stands in OBX-14 of a file that an agency publishes (interop.md)."""
    assert places(*a_count(f14=written)) == ["OBX^1^14 102"]


@pytest.mark.parametrize(
    ("method", "assay"),
    [
        (None, "cellsearch"),
        ("CS^CellSearch^L", "cellsearch"),
        ("X^PARSORTIX PC1^L", "parsortix"),
        ("FC^Flow cytometry^L", "other"),
    ],
)
def test_the_method_is_the_assay(method: str | None, assay: str) -> None:
    (result,) = told(*a_count(f17=method))

    assert result.test is not None
    assert result.test.assay == assay


@pytest.mark.parametrize(
    ("order", "stated"),
    [
        ({"f22": "20251103120059"}, "2025-11-03T12:00:00+00:00"),
        ({"f22": "20251103"}, "2025-11-02T10:00:00+00:00"),
        ({"f22": None}, "2025-11-02T10:00:00+00:00"),
    ],
)
def test_what_is_stated_is_as_of_the_order_s_change_or_of_the_message(
    order: dict[str, Any], stated: str
) -> None:
    (result,) = told(segment("PID"), segment("OBR", **order), segment("OBX"))

    assert result.stated_at.isoformat() == stated


@pytest.mark.parametrize(
    ("name", "number"),
    [("PID", 3), ("OBR", 7), ("OBX", 2), ("OBX", 5), ("OBX", 6), ("OBX", 11), ("OBX", 14)],
)
def test_no_value_of_a_message_is_in_what_it_is_refused_for(name: str, number: int) -> None:
    changed = {name: {f"f{number}": "zqmarker qz"}}
    with pytest.raises(InvalidInput) as refusal:
        told(*(segment(each, **changed.get(each, {})) for each in ("PID", "OBR", "OBX")))

    assert "zqmarker" not in f"{refusal.value.detail} {refusal.value.errors}"
