"""What a sender is answered, in its own separators and in the mode that it asks for."""

from datetime import UTC, datetime

import pytest

from app.errors import FieldError
from app.protocols.hl7v2.acknowledgement import acknowledged, asks_for_answer
from app.protocols.hl7v2.reader import read
from tests.protocols.hl7v2.oru import an_oru, outcome, said

NOON = datetime(2025, 11, 2, 12, tzinfo=UTC)
ERROR = FieldError("OBX^1^6", "table-value", "the unit is none of those")


def ack(code: str = "AA", *errors: FieldError, **header: str | None) -> str:
    return acknowledged(read(an_oru(**header)), code, errors, NOON)


def test_the_heading_is_turned_round() -> None:
    (heading, acknowledgement) = said(ack(f3="LAB^1.2^ISO", f4="B", f5="CTC", f6="D"))

    assert heading[:6] == ["MSH", "^~\\&", "CTC", "D", "LAB^1.2^ISO", "B"]
    assert heading[6] == "20251102120000+0000"
    assert (heading[8], heading[10], heading[11]) == ("ACK^R01^ACK", "P", "2.5.1")
    assert acknowledgement == ["MSA", "AA", "M-1"]


def test_each_acknowledgement_has_a_number_of_its_own() -> None:
    numbers = [said(ack())[0][9] for _ in range(9)]

    assert len(set(numbers)) == 9
    assert all(0 < len(each) <= 20 for each in numbers)


@pytest.mark.parametrize("version", ["2.5", "2.5.1", "2.6", "2.7.1", "2.8"])
def test_an_error_is_located(version: str) -> None:
    *_, error = said(ack("AE", ERROR, f12=version))

    assert error == [
        *("ERR", "", "OBX^1^6", "103^Table value not found^HL70357", "E"),
        *("", "", "", "the unit is none of those"),
    ]


@pytest.mark.parametrize("version", ["2.3", "2.3.1", "2.4"])
def test_an_error_is_located_as_old_versions_do(version: str) -> None:
    """ERR-1 of 2.4: segment, sequence, field and the coded error; MSA-3 is the text."""
    _, acknowledgement, error = said(ack("AE", ERROR, f12=version))

    assert acknowledgement == ["MSA", "AE", "M-1", "the unit is none of those"]
    assert error == ["ERR", "OBX^1^6^103&Table value not found&HL70357"]


def test_every_error_is_told() -> None:
    other = FieldError("PID^1^3", "required-field-missing", "the identifier is required")

    assert outcome(ack("AE", ERROR, other)) == ("AE", ["OBX^1^6 103", "PID^1^3 101"])


def test_what_has_no_code_of_its_own_is_told_as_the_code_for_others() -> None:
    error = FieldError("OBX^1^5", "contradicts-follow-up", "1 draw would lie after the death")

    assert outcome(ack("AE", error)) == ("AE", ["OBX^1^5 207"])


def test_the_sender_s_separators_are_used() -> None:
    text = an_oru().decode().replace("^", "@").replace("|", "!")

    answer = acknowledged(read(text.encode()), "AE", (ERROR,), NOON)

    assert answer.startswith("MSH!@~\\&!CTC!")
    assert "ERR!!OBX@1@6!103@Table value not found@HL70357!E!" in answer


@pytest.mark.parametrize(
    ("accept", "application", "outcome", "code"),
    [
        ("AL", "NE", "AA", "CA"),
        ("AL", "NE", "AE", "CE"),
        ("AL", "NE", "AR", "CR"),
        ("AL", "AL", "AA", "CA"),
        ("NE", "AL", "AA", "AA"),
        ("NE", "AL", "AE", "AE"),
        ("", "AL", "AA", "AA"),
        ("ER", "AL", "AA", "AA"),
        ("ER", "AL", "AE", "CE"),
        ("SU", "NE", "AA", "CA"),
        ("NE", "NE", "AA", "CA"),
        ("", "", "AA", "AA"),
        ("", "", "AE", "AE"),
    ],
)
def test_enhanced_mode_gets_commit_codes(
    accept: str, application: str, outcome: str, code: str
) -> None:
    assert said(ack(outcome, f15=accept, f16=application))[1][1] == code


@pytest.mark.parametrize(
    ("accept", "application", "outcome", "is_wanted"),
    [
        ("", "", "AA", True),
        ("NE", "NE", "AA", False),
        ("NE", "ER", "AA", False),
        ("NE", "ER", "AE", True),
        ("SU", "NE", "AE", False),
        ("SU", "NE", "AA", True),
        ("ER", "NE", "AR", True),
    ],
)
def test_who_wants_no_answer_says_so(
    accept: str, application: str, outcome: str, is_wanted: bool
) -> None:
    message = read(an_oru(f15=accept, f16=application))

    assert asks_for_answer(message, outcome) is is_wanted


def test_what_is_no_message_is_answered_to_nobody() -> None:
    heading, acknowledgement, error = said(acknowledged(None, "AR", (ERROR,), NOON))

    assert heading[2:6] == ["", "", "", ""]
    assert acknowledgement == ["MSA", "AR", ""]
    assert error[3].startswith("103^")
