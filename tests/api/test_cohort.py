"""The survival of a hospital's patients by group, and nothing that tells of a small one."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from tests.api.bodies import facts, tell_patient
from tests.api.conftest import Hospital, new_hospital
from tests.running import Running

PATH = "/v1/cohort/survival"
MONTH = 30.4375
DRAWN = date(2021, 3, 1)

COUNTS = [0] * 12 + [2] * 10 + [20] * 14 + [200] * 4
"""Of 40 patients: 12, 10 and 14 in the first three groups of the report, 4 in the last."""

DAYS = [200 + 41 * place % 700 - 3 * min(count, 50) for place, count in enumerate(COUNTS)]
DIED = [place % 3 > 0 for place in range(len(COUNTS))]


@pytest.fixture(scope="module")
def told(service: Running) -> Hospital:
    """A hospital with 40 patients; nobody tells it more."""
    hospital = new_hospital(service)
    for place, (count, days, died) in enumerate(zip(COUNTS, DAYS, DIED, strict=True)):
        seen = f"{DRAWN + timedelta(days=days)}"
        outcome = {"death_on": seen} if died else {"last_known_alive_on": seen}
        tell_patient(hospital.client, f"P{place}", count, DRAWN, outcome)
    return hospital


def survival(client: httpx.Client, **asked: str) -> dict[str, Any]:
    answer = client.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_curves_by_risk_group_are_those_of_lifelines(told: Hospital) -> None:
    found = survival(told.client)

    assert [group["group"] for group in found["groups"]] == ["0", "1-3", "4-50"]
    for group, count in zip(found["groups"], (0, 2, 20), strict=True):
        ours = np.array(COUNTS) == count
        days, died = np.array(DAYS)[ours], np.array(DIED)[ours]
        theirs = KaplanMeierFitter().fit(days, died)
        steps = [(step["months"] * MONTH, step["probability"]) for step in group["curve"]]
        assert len(steps) == len(np.unique(days)) - 4
        for day, probability in steps:
            assert probability == pytest.approx(theirs.predict(round(day)))
        assert (group["patients"], group["events"]) == (ours.sum(), died.sum())
        assert group["median"]["months"] == pytest.approx(theirs.median_survival_time_ / MONTH)


def test_the_groups_are_compared_as_lifelines_does(told: Hospital) -> None:
    found = survival(told.client)

    shown = np.array(COUNTS) < 200
    days, died, counts = (np.array(each)[shown] for each in (DAYS, DIED, COUNTS))
    theirs = multivariate_logrank_test(days, counts, died)
    assert found["log_rank"]["chi_squared"] == pytest.approx(theirs.test_statistic)
    assert found["log_rank"]["p"] == pytest.approx(theirs.p_value)
    assert found["trend"]["degrees_of_freedom"] == 1
    assert len(found["restricted_mean_differences"]) == 3


def test_what_was_published_stands_beside(told: Hospital) -> None:
    groups = {group["group"]: group for group in survival(told.client)["groups"]}

    none = groups["0"]["published"]
    assert (none["statistic"], none["comparator"], none["months"]) == ("median", ">", 24)
    assert groups["4-50"]["published_superset"]["months"] == 13.6
    progression = survival(told.client, endpoint="progression_free_survival")["groups"]
    assert {group["published"] for group in progression} == {None}


def test_a_group_of_four_is_named_and_no_more(told: Hospital) -> None:
    found = survival(told.client)

    assert found["suppressed_groups"] == [">50"]
    assert (found["patients"], found["smallest_cell"]) == (36, 5)
    assert ">50" not in {each["against"] for each in found["restricted_mean_differences"]}


def test_whose_group_is_not_known_is_counted(told: Hospital) -> None:
    # Nobody's receptors were told, and everybody's year of birth.
    assert survival(told.client, by="receptor_subtype")["group_unknown"] == 40
    assert survival(told.client, by="age")["group_unknown"] == 0


@pytest.mark.parametrize("by", ["age", "line_of_therapy", "site", "receptor_subtype", "everybody"])
def test_patients_are_parted_by_what_was_told(told: Hospital, by: str) -> None:
    found = survival(told.client, by=by)

    assert (found["by"], found["scheme"]) == (by, None)
    assert found["patients"] + (found["group_unknown"] or 0) == 40


def test_another_hospital_sees_none_of_them(told: Hospital, other_hospital: Hospital) -> None:
    found = survival(other_hospital.client)

    assert (found["patients"], found["groups"], found["log_rank"]) == (0, [], None)


@pytest.mark.parametrize(
    "asked",
    [{"scheme": "any-ctc"}, {"scheme": "mdacc-2003", "setting": "neoadjuvant"},
     {"clock": "index_date"}],
)  # fmt: skip
def test_a_scheme_of_another_setting_is_refused(told: Hospital, asked: dict[str, str]) -> None:
    answer = told.client.get(PATH, params=asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "scheme-not-applicable")


def test_a_setting_without_a_scheme_named_takes_its_own(told: Hospital) -> None:
    assert survival(told.client, setting="neoadjuvant")["scheme"] == "dose-nact"


def test_an_earlier_cut_off_takes_nothing_later(told: Hospital) -> None:
    found = survival(told.client, by="everybody", data_cutoff=f"{DRAWN + timedelta(days=300)}")

    early = [died and days <= 300 for died, days in zip(DIED, DAYS, strict=True)]
    assert found["events"] == sum(early)
    assert found["groups"][0]["curve"][-1]["months"] * MONTH == pytest.approx(300)


def test_the_picture_says_what_the_numbers_say(told: Hospital) -> None:
    answer = told.client.get(f"{PATH}.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    words = " ".join(ET.fromstring(answer.text).itertext())
    found = survival(told.client)
    assert "36 patients" in words
    assert f"{found['groups'][0]['median']['months']:.1f} months" in words
    assert "Not shown, with fewer than 5 patients: >50." in words
    assert "Published of 0: median more than 24 months." in words


def test_a_cohort_without_patients_is_drawn_in_words(other_hospital: Hospital) -> None:
    answer = other_hospital.client.get(f"{PATH}.svg")

    assert "No survival curve is given" in answer.text


def test_the_summary_says_who_the_patients_are(told: Hospital) -> None:
    found = told.stored("/v1/cohort/summary")

    followed = KaplanMeierFitter().fit(DAYS, [not died for died in DIED]).median_survival_time_
    assert (found["patients"], found["events"]) == (40, sum(DIED))
    assert found["patient_years"] == pytest.approx(sum(DAYS) / 365.25)
    assert found["median_follow_up_months"] == pytest.approx(followed / MONTH)
    assert {each["group"]: each["patients"] for each in found["groups"]} == {
        "0": 12,
        "1-3": 10,
        "4-50": 14,
        # Four are too few to be told.
        ">50": None,
    }
    assert found["ctc_count_quartiles"] == [0, 2, 20]
    assert found["first_start"] == found["last_start"] == f"{DRAWN}"
    assert {each["covariate"]: each["patients"] for each in found["known"]} == {
        **dict.fromkeys(("er_positive", "pr_positive", "her2_positive", "ecog"), 0),
        "visceral_metastasis": 0,
        "line_of_therapy": 0,
        "age": 40,
    }


def test_the_summary_of_few_tells_nothing_of_them(other_hospital: Hospital) -> None:
    nobody = other_hospital.stored("/v1/cohort/summary")
    tell_patient(other_hospital.client, "P1", 3, DRAWN, {"death_on": "2021-09-01"})

    one = other_hospital.stored("/v1/cohort/summary")

    assert (nobody["patients"], one["patients"]) == (0, None)
    told_of = ("events", "patient_years", "first_start", "ctc_count_quartiles")
    assert {one[name] for name in told_of} == {nobody[name] for name in told_of} == {None}


def test_patients_without_a_draw_are_counted_from_their_index_date(
    other_hospital: Hospital,
) -> None:
    for place in range(6):
        path, told = f"/v1/patients/P{place}", facts(index_date=f"{DRAWN}", birth_year=1950)
        other_hospital.client.put(path, json=told).raise_for_status()
        seen = {"last_known_alive_on": f"{DRAWN + timedelta(days=365)}"}
        other_hospital.client.put(f"{path}/follow-up", json=seen).raise_for_status()

    found = other_hospital.stored("/v1/cohort/summary?clock=index_date&by=everybody")

    assert (found["patients"], found["events"], found["ctc_count_quartiles"]) == (6, 0, None)
    assert found["median_follow_up_months"] == pytest.approx(365 / MONTH)
