"""The larger study: who consents is fitted, each sees what is for it, and nobody another's rows."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from math import log, log1p
from typing import Any

import httpx
import numpy as np
import pytest

from app.prognosis.cohort import Cohort
from app.prognosis.pooling import PooledFit, pooled_fit
from tests.api.conftest import Hospital
from tests.prognosis.cohorts import cohort
from tests.prognosis.pools import MEDIANS, PUBLISHED, studies
from tests.running import Running, running
from tests.usecases.conftest import JobsAtOnce

Json = dict[str, Any]

DRAWN = date(2019, 3, 1)
REASON = {"reason": "Ethics vote 12 of the year."}
FITTED = ("done", "failed", "consent-withdrawn")

_numbers = count(1)


def counted(patients: int, seed: int, effect: float = 0.3) -> Cohort:
    """Draw patients whose lives the count shortens by an effect per log(1 + count)."""
    draw = np.random.default_rng(seed)
    x = np.log1p(draw.integers(0, 60, patients))
    lived = np.ceil(900 * draw.weibull(1.2, patients) * np.exp(-effect * x / 1.2))
    followed = np.ceil(draw.uniform(100, 1800, patients))
    return cohort(np.minimum(lived, followed), lived <= followed, {"log1p_ctc": x})


def tell(client: httpx.Client, told: Cohort) -> None:
    """Import the patients of a cohort."""
    lines = [
        {
            "patient_id": f"P-{number}",
            "accession_number": f"A-{number}",
            "drawn_at": f"{DRAWN + timedelta(days=number % 300)}T09:00:00Z",
            "line_started_on": f"{DRAWN + timedelta(days=number % 300)}",
            "ctc_count": round(float(np.expm1(x))),
            "follow_up_days": int(days),
            "died": bool(died),
        }
        for number, (x, days, died) in enumerate(
            zip(told.columns["log1p_ctc"], told.days, told.events, strict=True)
        )
    ]
    answer = client.post(
        "/v1/imports",
        content="".join(json.dumps(line) + "\n" for line in lines),
        headers={"Content-Type": "application/x-ndjson"},
    )
    outcomes = [json.loads(line)["status"] for line in answer.text.splitlines()]
    assert outcomes == ["stored"] * len(lines)


class Pool:
    """Hospitals of which the first founded a pool and invited the others."""

    def __init__(self, service: Running, cohorts: Mapping[str, Cohort]) -> None:
        number = next(_numbers)
        self.cohorts = {f"{name}-{number}": each for name, each in cohorts.items()}
        self.hospitals = [Hospital(service, name) for name in self.cohorts]
        self.names = [each.name for each in self.hospitals]
        self.clients = [each.client for each in self.hospitals]
        for client, each in zip(self.clients, self.cohorts.values(), strict=True):
            tell(client, each)
        body = {"name": "Larger study", "organisations": self.names[1:]}
        founded = self.clients[0].post("/v1/pools", json=body)
        assert founded.status_code == 201, founded.text
        self.path = founded.headers["location"]
        assert self.path == f"/v1/pools/{founded.json()['pool_id']}"

    def consent(self, *which: int) -> None:
        """Let some of the hospitals consent, all unless some are named."""
        for each in which or range(len(self.clients)):
            answer = self.clients[each].post(f"{self.path}/consents", json=REASON)
            assert answer.status_code == 201, answer.text

    def withdraw(self, which: int) -> None:
        """Let a hospital withdraw its consent."""
        path = f"{self.path}/consents/{self.names[which]}"
        assert self.clients[which].delete(path).status_code == 204

    def fit(self, asking: int = 0, **body: Any) -> str:
        """Fit, and give the way to what came of it."""
        asked = self.clients[asking].post(f"{self.path}/models", json=body)
        assert asked.status_code == 202, asked.text
        where: str = asked.headers["location"]
        for _ in range(1200):
            if self.clients[asking].get(where).json()["status"] in FITTED:
                return where
            time.sleep(0.05)
        raise TimeoutError("the fit did not end")

    def expected(self, *which: int) -> PooledFit:
        """Fit what some of the hospitals told, by hand."""
        chosen = {self.names[each]: self.cohorts[self.names[each]] for each in which}
        return pooled_fit(chosen, ("log1p_ctc",), "log1p_ctc")


COHORTS = {"a": counted(90, 1), "b": counted(70, 2), "c": counted(120, 3), "few": counted(6, 9)}


@pytest.fixture(scope="module")
def fitted(service: Running) -> tuple[Pool, str]:
    """Four hospitals that consented and were fitted; the last has fewer than five events."""
    pool = Pool(service, COHORTS)
    pool.consent()
    return pool, pool.fit()


def test_what_consents_is_fitted_with_a_baseline_each(fitted: tuple[Pool, str]) -> None:
    pool, where = fitted
    told = pool.clients[0].get(where).json()

    expected = pool.expected(0, 1, 2, 3)
    effect = expected.effect("log1p_ctc")
    (coefficient,) = told["result"]["coefficients"]
    assert told["status"] == "done", told
    assert expected.left_out == (pool.names[3],)
    assert coefficient["coefficient"] == pytest.approx(effect.coefficient, rel=1e-9)
    assert coefficient["standard_error"] == pytest.approx(effect.standard_error, rel=1e-9)
    assert coefficient["ci95"][0] < coefficient["hazard_ratio"] < coefficient["ci95"][1]
    assert expected.heterogeneity is not None
    assert told["result"]["heterogeneity"]["q"] == pytest.approx(
        expected.heterogeneity.q.chi_squared, rel=1e-6
    )
    assert [each["code"] for each in told["result"]["cautions"]] == ["few-organisations"]


def test_each_is_judged_by_a_model_of_the_others(fitted: tuple[Pool, str]) -> None:
    pool, where = fitted
    told = pool.clients[1].get(where).json()["result"]["organisations"]

    expected = pool.expected(0, 1, 2).members
    assert [each["organisation"] for each in told] == pool.names[:3]
    for ours, theirs in zip(told, expected, strict=True):
        assert theirs.held_out is not None
        assert theirs.own is not None
        assert ours["held_out"]["slope"] == round(theirs.held_out.slope.coefficient, 3)
        assert ours["held_out"]["concordance"] == round(theirs.held_out.concordance.value, 3)
        assert ours["alone"]["coefficient"] == round(theirs.own.coefficient, 3)
        assert ours["patients_at_least"] == theirs.patients - theirs.patients % 5


def test_each_is_told_its_own_baseline_and_no_other(fitted: tuple[Pool, str]) -> None:
    pool, where = fitted
    expected = pool.expected(0, 1, 2)

    for client, member, own in zip(pool.clients, expected.members, pool.names, strict=False):
        told = client.get(where).json()
        assert member.baseline is not None
        assert member.name == own
        assert told["own"]["patients"] == member.patients
        assert told["own"]["baseline"]["days"] == member.baseline.days.tolist()
        assert told["own"]["baseline"]["cumulative_hazard"] == pytest.approx(
            member.baseline.cumulative_hazard.tolist(), rel=1e-9
        )
        assert told["absolute_risk"] == {"status": "given", "reasons": []}


def test_who_has_fewer_than_five_events_is_named_and_counted_in_nothing(
    fitted: tuple[Pool, str],
) -> None:
    pool, where = fitted
    few = pool.clients[3].get(where).json()

    assert few["result"]["left_out"] == [pool.names[3]]
    assert few["own"]["baseline"] is None
    assert few["absolute_risk"]["status"] == "withheld"
    assert [each["code"] for each in few["absolute_risk"]["reasons"]] == ["too-few-events"]
    assert few["result"]["events_at_least"] == sum(
        int(each.events.sum()) for each in list(COHORTS.values())[:3]
    ) // 5 * 5  # fmt: skip


def test_nothing_of_a_person_leaves_its_organisation(fitted: tuple[Pool, str]) -> None:
    pool, where = fitted
    asked = [pool.path, f"{pool.path}/models", where, f"{where}/forest.svg", "/v1/pools"]

    shown = "".join(pool.clients[1].get(path).text for path in asked)

    assert "P-1" not in shown
    assert "A-1" not in shown
    assert "2019" not in shown


def test_every_organisation_finds_in_its_own_audit_that_its_rows_were_read(
    fitted: tuple[Pool, str],
) -> None:
    pool, where = fitted
    for client in pool.clients:
        events = client.get("/v1/audit-events", params={"limit": 500}).json()["items"]
        read = [each for each in events if each["action"] == "rows read for a pool"]
        assert [each["request_id"] for each in read] == [where.rpartition("/")[2]]
        assert f"for {pool.names[0]}" in read[0]["detail"]


def test_who_is_not_invited_finds_nothing(service: Running, fitted: tuple[Pool, str]) -> None:
    pool, where = fitted
    stranger = Hospital(service, f"stranger-{next(_numbers)}").client

    asked = (
        *(stranger.get(path) for path in (pool.path, f"{pool.path}/models", where)),
        stranger.get(f"{where}/forest.svg"),
        stranger.post(f"{pool.path}/consents", json=REASON),
        stranger.post(f"{pool.path}/models", json={}),
        stranger.delete(f"{pool.path}/consents/{pool.names[0]}"),
    )

    assert {each.status_code for each in asked} == {404}
    assert stranger.get("/v1/pools").json()["items"] == []


def test_who_is_invited_and_does_not_consent_has_no_baseline_and_sees_no_organisation(
    service: Running,
) -> None:
    pool = Pool(service, {name: COHORTS[name] for name in ("a", "b", "c")})
    pool.consent(0, 1)
    where = pool.fit()

    told = pool.clients[2].get(where).json()

    assert told["result"]["coefficients"]
    assert (told["result"]["organisations"], told["result"]["left_out"]) == (None, None)
    assert told["own"] is None
    assert [each["code"] for each in told["absolute_risk"]["reasons"]] == ["not-in-the-fit"]
    assert "shown to those who consent" in pool.clients[2].get(f"{where}/forest.svg").text


def test_a_withdrawn_consent_silences_what_rests_on_it_and_the_next_fit_leaves_it_out(
    service: Running,
) -> None:
    pool = Pool(service, {name: COHORTS[name] for name in ("a", "b", "c")})
    pool.consent()
    before = pool.fit()
    pool.withdraw(1)

    silenced = [client.get(before).json() for client in pool.clients]
    after = pool.clients[0].get(pool.fit()).json()

    for told in silenced:
        assert (told["status"], told["result"], told["own"]) == ("consent-withdrawn", None, None)
        assert [each["code"] for each in told["absolute_risk"]["reasons"]] == ["consent-withdrawn"]
    assert "withdrawn its consent" in pool.clients[0].get(f"{before}/forest.svg").text
    in_fit = [each["organisation"] for each in after["result"]["organisations"]]
    assert in_fit == [pool.names[0], pool.names[2]]
    (coefficient,) = after["result"]["coefficients"]
    expected = pool.expected(0, 2).effect("log1p_ctc")
    assert coefficient["coefficient"] == pytest.approx(expected.coefficient, rel=1e-9)
    # Who consents again does so for what comes, not for what was.
    pool.consent(1)
    assert pool.clients[0].get(before).json()["status"] == "consent-withdrawn"
    listed = pool.clients[2].get(f"{pool.path}/models").json()["items"]
    assert [each["status"] for each in listed] == ["done", "consent-withdrawn"]


def test_an_organisation_consents_for_itself_alone(service: Running) -> None:
    pool = Pool(service, {"a": counted(6, 4), "b": counted(6, 5)})
    first = pool.clients[1].post(f"{pool.path}/consents", json=REASON)
    again = pool.clients[1].post(f"{pool.path}/consents", json={"reason": "Said once more."})

    not_yet = pool.clients[0].delete(f"{pool.path}/consents/{pool.names[0]}")
    pool.consent(0)
    others = pool.clients[0].delete(f"{pool.path}/consents/{pool.names[1]}")
    own = pool.clients[0].delete(f"{pool.path}/consents/{pool.names[0]}")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert (not_yet.status_code, others.status_code, own.status_code) == (404, 404, 204)
    assert pool.clients[1].get(pool.path).json()["consent"] == first.json()
    assert pool.clients[0].get(pool.path).json()["consent"] is None
    refused = pool.clients[0].post(f"{pool.path}/models", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-consented")


def test_who_stands_how_is_told_to_those_it_concerns(service: Running) -> None:
    pool = Pool(service, {name: counted(6, 5) for name in ("a", "b", "c")})
    pool.consent(1)
    pool.consent(2)
    pool.withdraw(2)

    def standing(which: int) -> dict[str, str]:
        told = pool.clients[which].get(pool.path).json()["organisations"]
        return {each["organisation"]: each["status"] for each in told}

    a, b, c = pool.names
    assert standing(0) == {a: "invited", b: "consented", c: "withdrawn"}
    assert standing(1) == {b: "consented", c: "withdrawn"}
    (listed,) = pool.clients[2].get("/v1/pools").json()["items"]
    assert (listed["founder"], listed["consent"]) == (a, None)


def test_nobody_learns_from_an_invitation_whether_there_is_such_an_organisation(
    service: Running,
) -> None:
    name = f"to-be-{next(_numbers)}"
    there = Hospital(service, f"there-{next(_numbers)}")
    founder = Hospital(service, f"founder-{next(_numbers)}").client
    invited = [name, there.name]

    founded = founder.post("/v1/pools", json={"name": "Larger", "organisations": invited})

    told = {each["organisation"]: each["status"] for each in founded.json()["organisations"]}
    assert told[name] == told[there.name] == "invited"
    # Who comes later was invited all the same.
    late = Hospital(service, name).client
    assert late.get(founded.headers["location"]).status_code == 200


def test_two_organisations_of_which_one_has_too_few_events_are_no_pool(service: Running) -> None:
    pool = Pool(service, {"a": COHORTS["a"], "few": COHORTS["few"]})
    pool.consent()

    told = pool.clients[1].get(pool.fit()).json()

    assert (told["status"], told["code"]) == ("failed", "too-few-organisations")
    assert told["reason"] == "1 of 2 organisations have 5 events or more; 2 needed"
    assert [each["code"] for each in told["absolute_risk"]["reasons"]] == ["not-fitted"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"endpoint": "disease_free_survival"}, "endpoint-not-applicable"),
        ({"adjusted_for": ["age", "age"]}, "duplicate-covariate"),
        ({"adjusted_for": ["log1p_ctc"]}, "literal-error"),
        ({"data_cutoff": "2026-01-01"}, "extra-forbidden"),
    ],
)
def test_a_fit_that_cannot_be_asked_for_is_refused(
    fitted: tuple[Pool, str], body: Json, code: str
) -> None:
    pool, _ = fitted

    refused = pool.clients[0].post(f"{pool.path}/models", json=body)

    codes = [refused.json()["code"], *(each["code"] for each in refused.json()["errors"])]
    assert refused.status_code == 422
    assert code in codes


def test_an_organisation_that_is_named_twice_is_refused(fitted: tuple[Pool, str]) -> None:
    pool, _ = fitted
    body = {"name": "Twice", "organisations": ["x", "x"]}

    refused = pool.clients[0].post("/v1/pools", json=body)

    assert (refused.status_code, refused.json()["code"]) == (422, "duplicate-organisation")


def test_pools_and_their_fits_are_listed_page_by_page(fitted: tuple[Pool, str]) -> None:
    pool, where = fitted
    client = pool.clients[2]
    body = {"name": "Another study", "organisations": [pool.names[0]]}
    newer = client.post("/v1/pools", json=body).json()

    first = client.get("/v1/pools", params={"limit": 1}).json()
    second = client.get("/v1/pools", params={"limit": 1, "cursor": first["next"]}).json()
    fits = client.get(f"{pool.path}/models", params={"limit": 1}).json()

    assert [each["pool_id"] for each in (*first["items"], *second["items"])] == [
        newer["pool_id"],
        pool.path.rpartition("/")[2],
    ]
    assert second["next"] is None
    assert [each["pool_model_id"] for each in fits["items"]] == [where.rpartition("/")[2]]


def test_k3_twenty_hospitals_are_fitted_inside_the_published_interval(sqlite_url: str) -> None:
    # Low and high are counts of 0 and 6, so that the hazard ratio is exp(b * log(7)).
    truth = MEDIANS["overall"][0]
    cohorts = {
        name: cohort(each.days, each.events, {"log1p_ctc": log1p(6) * each.columns["ctc_high"]})
        for name, each in studies("overall", seed=1).items()
    }
    with running(sqlite_url) as service:
        state = service.app.state
        # The same fit without the process that takes seconds to start.
        state.service = replace(state.service, jobs=JobsAtOnce(service.database))
        pool = Pool(service, cohorts)
        pool.consent()
        told = pool.clients[0].get(pool.fit()).json()

    (found,) = told["result"]["coefficients"]
    low, high = PUBLISHED["overall"]
    log_ratio, error = (found[name] * log(7) for name in ("coefficient", "standard_error"))
    assert told["result"]["patients_at_least"] == 1940
    assert len(told["result"]["organisations"]) == 20
    assert log(low) < log_ratio < log(high)
    assert abs(log_ratio - log(truth)) <= 4 * error
    assert told["result"]["cautions"] == []
