"""Two hospitals that use the same names for everything: neither sees or changes the other's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.prognosis.courses import Assessment, Treatment
from app.prognosis.covariates import declared
from app.prognosis.patient import BloodTest, FollowUp, Observation
from app.prognosis.training_values import laid_open
from app.prognosis.trials.allocation import Allocation
from app.storage.answers import FirstAnswer, StoredPrognosis
from app.storage.audit import AuditEvent
from app.storage.cohort_writes import new_person
from app.storage.comparisons import Comparison
from app.storage.database import Database
from app.storage.directory import AccessToken, Client, Secret
from app.storage.messages import Heading, Message, Said, Saying
from app.storage.model_rows import blocks_of
from app.storage.models import ModelStanding
from app.storage.pools import Consent, Pool, PoolModel
from app.storage.refits import Refit
from app.storage.store import Store, administering, writing
from app.storage.trials import Allocated, Enrolment, Trial
from tests.prognosis.cohorts import TrainingRow, a_table

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=999)
DAY = date(2025, 12, 1)
MODEL = "sha256:1"
OF = ("overall_survival", "metastatic")
KEY = ("client", "route", "key")
EVERY = ("P-1", "P-2")
POOLS, FITS = ("pool of 1", "pool of 2"), ("fit of 1", "fit of 2")
HEADING = Heading("LAB", "A", "1", "20260101", "", "", "")
REFITS = {"R-1": "metastatic", "R-2": "non_metastatic", "R-3": "neoadjuvant"}


def told(store: Store, count: int, at: datetime) -> None:
    """Tell one of everything, under the same names in every hospital."""
    row = store.patients.locked_or_added("P-1", at)
    store.patients.observe(row, DAY, {"ecog": count % 5}, at)
    test = BloodTest("A-1", at, DAY, count)
    store.blood_tests.add("P-1", test, at)
    store.patients.follow("P-1", 1, FollowUp(last_known_alive_on=DAY), at)
    drug, seen_on = (
        Treatment("T-1", 1, f"drug {count}", DAY),
        Assessment("S-1", DAY, "imaging", "stable" if count == 1 else "progression"),
    )
    store.treatments.add("P-1", 1, drug, at)
    store.assessments.add("P-1", 1, seen_on, at)
    store.declared.add(declared("nodes", "continuous", f"per {count}", 0, count), (0, count), at)
    store.models.add(ModelStanding(MODEL, *OF, "current", at, [{"n": count}], None, 0), f"{count}")
    rows = a_table([TrainingRow(name, f"A-{count}", DAY, 9.0, True, {}) for name in EVERY])
    store.model_rows.replace(MODEL, blocks_of(laid_open(rows, [])), set())
    store.models.add(
        ModelStanding("sha256:2", *OF, "candidate", at + timedelta(count), [], None, 0), "2"
    )
    for refit_id, setting in REFITS.items():
        store.refits.add(
            Refit(
                refit_id, OF[0], setting, f"{count}", "queued", 0.1, None, None, None, at, at, None
            )
        )
    compared = Comparison("C-1", f"{count}", "queued", 0.1, None, None, None, at, at, None)
    store.comparisons.add(compared)
    store.prognoses.add(StoredPrognosis("Q-1", "P-1", "A-1", "digest", MODEL, at, f"{count}", None))
    assert store.idempotency.claim(*KEY, "digest", at)
    store.idempotency.keep(*KEY, FirstAnswer("digest", 201, {"etag": f"{count}"}, "{}", "P-1"))
    pool_id = f"pool of {count}"
    member = f"hospital-{'ab'[count - 1]}"
    store.pools.add(Pool(pool_id, "Larger", member, at), [member, "hospital-c"])
    store.pools.consent(Consent(f"{count}", 0, pool_id, member, at, "client", "Agreed."))
    fit = f"fit of {count}"
    waiting = (None, None, at, at, None, None, None)
    store.pools.queue(PoolModel(fit, pool_id, member, "{}", "queued", 0.1, *waiting))
    organisation_id = store.audit._organisation_id
    assert organisation_id is not None
    store.share(fit, {organisation_id: f"{count}"})
    store.audit.add(AuditEvent(at, f"{count}", "told", 200, None, "request"))
    store.starts.begin_again(f"layout {count}")
    kept = {"P-1": {"draw": [("P-1", f"A-{count}", bytes([count]))]}}
    store.starts.renew(store.starts.stale(), kept)
    store.trials.add(Trial("T-1", f"{count}", (4,), bytes([count]), False, "draft", at))
    given = Allocated(1, Allocation(f"arm {count}", {"line": "1"}), f"{count}", at)
    store.trials.enrol(Enrolment("T-1", "P-1", 1, f"{count}", f"{count}", at), given)
    heading = Heading("LAB", "A", "M-1", "20260101", "ORU^R01", "2.5.1", f"{count}")
    stated = Saying("stored", Said("A-1", at, 1, at, count))
    for message_id, patient_id in (("1", "P-1"), ("2", "P-3"), ("3", "P-1")):
        store.patients.locked_or_added(patient_id, at)
        sent = replace(heading, control_id=message_id)
        store.messages.add(Message(message_id, f"{count}", sent, at, "AA", f"{count}", "[]"))
        store.messages.say(message_id, 1, patient_id, stated)
    store.messages.say("3", 2, "P-3", stated)
    for own in store.directory.clients(organisation_id):
        store.tokens.add(own.client_id, AccessToken(b"token", f"{count}", at), at)
    person = replace(
        new_person("P-2", at),
        observations=(Observation(DAY, {"ecog": count % 5}),),
        blood_tests=(replace(test, accession_number="A-2"),),
        follow_up=FollowUp(last_known_alive_on=DAY),
    )
    store.cohort.save([person], at)


def seen(store: Store) -> dict[str, Any]:
    """Ask everything that can be asked of one hospital."""
    patients, tests, models = store.patients, store.blood_tests, store.models
    organisation_id = store.audit._organisation_id
    assert organisation_id is not None
    return {
        "row": patients.locked("P-1"),
        "patients": (patients.page(9, None), patients.page(9, "P-1"), patients.count()),
        "all ids": patients.all_ids(),
        "told since": patients.told_since(LONG_AGO),
        "observations": patients.observations("P-1"),
        "follow-up": (patients.follow_up("P-1"), patients.outcome("P-1")),
        "follow-up versions": patients.follow_up_versions("P-1"),
        "treatments": (store.treatments.current("P-1", "T-1"), store.treatments.page("P-1", 9, "")),
        "treatment versions": store.treatments.all_versions("P-1"),
        "treated": (store.treatments.of_patients(EVERY), store.treatments.whose(9, "")),
        "assessments": (
            store.assessments.current("P-1", "S-1"),
            store.assessments.page("P-1", 9, None),
        ),
        "assessment versions": store.assessments.all_versions("P-1"),
        "assessed": (store.assessments.of_patients(EVERY), store.assessments.whose(9, "")),
        "last days": store.cohort.last_days(EVERY),
        "record": patients.record("P-1"),
        "cohort": list(patients.cohort()),
        "result": (tests.current("A-1"), tests.current("A-1", locked=True)),
        "results": (tests.versions("A-1"), tests.versions_of_patient("P-1")),
        "page of results": tests.page_of_patient("P-1", 9, None),
        "next page of results": tests.page_of_patient("P-1", 9, (LONG_AGO, "")),
        "recorded since": tests.recorded_since(LONG_AGO),
        "recorded besides": tests.recorded_since(LONG_AGO, besides="A-1"),
        "corrected since": tests.corrected_since(LONG_AGO),
        "people": store.cohort.people(EVERY),
        "imported results": store.cohort.results(("A-1", "A-2")),
        "declared": {name: each.unit for name, each in store.declared.all().items()},
        "starts": (store.starts.packed_by(), store.starts.all("draw")),
        "stale": (set(store.starts.stale()), store.starts.stale_count()),
        "standing": (models.standing(MODEL), models.standing(MODEL, locked=True)),
        "current": (models.current(*OF), models.in_use()),
        "candidate": models.newest_candidate(*OF),
        "artefact": models.artefact(MODEL),
        "models": (models.page(9, None), models.page(9, (NOON + timedelta(days=99), ""))),
        "model rows": store.model_rows.page(MODEL, 9, None),
        "refits": [store.refits.find(refit_id) for refit_id in REFITS],
        "unfinished": [store.refits.unfinished(OF[0], setting) for setting in REFITS.values()],
        "comparison": (store.comparisons.find("C-1"), store.comparisons.unfinished()),
        "pools": store.pools.page(9, None),
        "pool": [store.pools.find(each) for each in POOLS],
        "invited": store.pools.invited(POOLS),
        "consents": store.pools.consents(POOLS),
        "consent": [store.pools.standing(each) for each in POOLS],
        "pooled": [store.pools.models(each, 9, None) for each in POOLS],
        "pooled fits": [store.pools.model(*each) for each in zip(POOLS, FITS, strict=True)],
        "asked": [store.pools.asked(each) for each in FITS],
        "unfinished fits": [store.pools.unfinished(each) for each in POOLS],
        "shares": [store.pools.share(each) for each in FITS],
        "prognosis": (store.prognoses.find("Q-1"), store.prognoses.count()),
        "prognoses": (store.prognoses.page(9, ""), store.prognoses.of_patient("P-1")),
        "repeated": store.prognoses.repeated("A-1", "digest"),
        "first answer": store.idempotency.first_answer(*KEY),
        "keys of a patient": store.idempotency.of_patient("P-1"),
        "audit": [event for _, event in store.audit.page(9, 0)],
        "trial": (store.trials.find("T-1"), store.trials.find("T-1", locked=True)),
        "trials": (store.trials.page(9, None), store.trials.page(9, "T")),
        "log": (store.trials.log("T-1"), store.trials.allocated("T-1", 1)),
        "allocations": (store.trials.count("T-1"), store.trials.enrolled("T-1")),
        "enrolments": (store.trials.enrolment("T-1", "P-1"), store.trials.of_patient("P-1")),
        "concealed": store.trials.concealed(),
        "messages": (store.messages.page(9, None), store.messages.page(9, (NOON, "2"))),
        "message": store.messages.accepted(HEADING),
        "said": (store.messages.last_said("A-1"), store.messages.sayings(["1", "2", "3"])),
        "said of one": store.messages.of_patient("P-1"),
        "state": store.state_of("P-1"),
        "erasures": store.directory.erasures(organisation_id),
        "clients": store.directory.clients(organisation_id),
        "name": store.directory.name_of(organisation_id),
        "tokens": [
            store.directory.bearer(each.client_id, b"token", "here", None, NOON).token
            for each in store.directory.clients(organisation_id)
        ],
    }


def follow_on(store: Store, _number: int) -> None:
    store.patients.follow("P-1", 2, FollowUp(death_on=DAY), NOON)


def import_more(store: Store, _number: int) -> None:
    store.cohort.lock(EVERY)
    people = store.cohort.people(EVERY)
    more = Observation(DAY, {"ecog": 4})
    store.cohort.save(
        [
            replace(each, observations=(more,), follow_up=FollowUp(death_on=DAY))
            for each in people.values()
        ],
        NOON,
    )


def forget_model_rows(store: Store, _number: int) -> None:
    store.model_rows.replace(MODEL, [], set())


def derive_again(store: Store, _number: int) -> None:
    store.starts.renew(store.starts.stale(), {name: {} for name in EVERY})


ACTS: Mapping[str, Callable[[Store, int], object]] = {
    "say more": lambda store, _: store.patients.observe(
        store.patients.locked_or_added("P-1", NOON), DAY, {"ecog": 3}, NOON
    ),
    "correct": lambda store, _: store.blood_tests.correct(
        "P-1", BloodTest("A-1", NOON, DAY, 99, version=2), NOON
    ),
    "follow on": follow_on,
    "treat otherwise": lambda store, _: store.treatments.add(
        "P-1", 2, Treatment("T-1", 1, "drug 9", DAY, DAY + timedelta(days=1)), NOON
    ),
    "see otherwise": lambda store, _: store.assessments.add(
        "P-1", 2, Assessment("S-1", DAY, "clinical", "partial-response"), NOON
    ),
    "import more": import_more,
    "note a change": lambda store, _: store.model_rows.note_change("P-1"),
    "forget rows": lambda store, _: store.model_rows.forget("P-1"),
    "forget all rows": forget_model_rows,
    "forget starts": lambda store, _: store.starts.forget("P-1"),
    "derive again": derive_again,
    "begin again": lambda store, _: store.starts.begin_again("other"),
    "supersede": lambda store, _: store.models.supersede(*OF),
    "promote": lambda store, _: store.models.put_into_use(MODEL, {"reason": "trial"}),
    "fit again": lambda store, _: store.models.add(
        ModelStanding(MODEL, *OF, "superseded", NOON, [], None, 5), "9"
    ),
    "wait": lambda store, _: store.refits.wait("R-1", NOON + timedelta(minutes=1)),
    "beat": lambda store, _: store.refits.beat("R-1", 0.9, NOON),
    "finish": lambda store, _: store.refits.finish("R-1", MODEL, NOON),
    "fail": lambda store, _: store.refits.fail("R-2", "abandoned", "", NOON),
    "abandon": lambda store, _: store.refits.abandon_silent_since(NOON + timedelta(9), NOON),
    "compare": lambda store, _: store.comparisons.finish("C-1", "{}", NOON),
    "fit a pool": lambda store, _: store.pools.finish("fit of 2", "[]", "{}", NOON),
    "withdraw": lambda store, _: store.pools.withdraw("pool of 2", NOON, "client"),
    "answer a key": lambda store, _: store.idempotency.keep(
        *KEY, FirstAnswer("other", 409, {}, "", None)
    ),
    "count an erasure": lambda store, number: store.directory.count_erasure(number),
    "open a trial": lambda store, _: store.trials.open("T-1", NOON),
    "unblind": lambda store, _: store.trials.unblind("T-1", "P-1", "C", "reason", NOON),
    "close a trial": lambda store, _: store.trials.close("T-1", NOON),
    "forget tokens": lambda store, _: store.tokens.sweep(NOON + timedelta(9), NOON),
    "erase": lambda store, _: store.erase("P-1"),
}
"""Everything that changes what is there, in an order in which each still finds something."""


@pytest.fixture
def hospitals(database: Database) -> tuple[int, int]:
    """Two hospitals, of which the first has told everything, and a client of each."""
    numbers = []
    with administering(database) as directory:
        for name in ("hospital-a", "hospital-b"):
            added = directory.add_organisation(name, NOON)
            assert added is not None
            numbers.append(added.organisation_id)
    for name, number in zip(("hospital-a", "hospital-b"), numbers, strict=True):
        client = Client(f"client of {name}", number, name, (), NOON, None)
        with writing(database, number) as store:
            store.directory.add_client(client, Secret(name.encode(), None))
    with writing(database, numbers[0]) as store:
        told(store, 1, NOON)
    return numbers[0], numbers[1]


SAME_OF_BOTH = {
    *("all ids", "recorded since", "recorded besides", "corrected since"),
    *("stale", "erasures", "last days", "allocations", "concealed"),
}
"""Answers that hold names and numbers alone, which both hospitals used alike."""


def looked(database: Database, organisation_id: int) -> dict[str, Any]:
    with writing(database, organisation_id) as store:
        return seen(store)


def test_what_a_hospital_sees_does_not_change_when_another_tells_the_same_names(
    database: Database, hospitals: tuple[int, int]
) -> None:
    ours, theirs = hospitals
    before = looked(database, ours)

    with writing(database, theirs) as store:
        told(store, 2, NOON + timedelta(hours=1))

    assert looked(database, ours) == before
    assert before["patients"][2] == 3
    shown = looked(database, theirs)
    same = {name for name, answer in shown.items() if answer == before[name]}
    assert same == SAME_OF_BOTH


def test_whatever_one_hospital_does_leaves_the_other_s_as_it_was(
    database: Database, hospitals: tuple[int, int]
) -> None:
    ours, theirs = hospitals
    with writing(database, theirs) as store:
        told(store, 2, NOON + timedelta(hours=1))
    before, leaks, idle = looked(database, ours), [], []

    for name, act in ACTS.items():
        unacted = looked(database, theirs)
        with writing(database, theirs) as store:
            act(store, theirs)
        leaks += [name] if looked(database, ours) != before else []
        idle += [name] if looked(database, theirs) == unacted else []

    assert (leaks, idle) == ([], [])


def test_a_hospital_that_told_nothing_sees_nothing(
    database: Database, hospitals: tuple[int, int]
) -> None:
    with writing(database, hospitals[1]) as store:
        assert store.patients.locked("P-1") is None
        assert store.patients.record("P-1").blood_tests == ()
        assert store.erased_since(-1, ["P-1"]) == {"P-1"}
        assert store.cohort.people(EVERY) == {}
        assert store.patients.told_since(LONG_AGO) == set()
