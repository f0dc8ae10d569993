"""Trials: declared, opened, closed; what of them may be read, and by whom."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from secrets import token_bytes
from typing import Any, Literal

from app.errors import Conflict, InvalidInput, MissingScope, NotFound
from app.prognosis.covariates import Covariate
from app.prognosis.log_rank import ChiSquared
from app.prognosis.trials.balance import Balance, Share, balance
from app.prognosis.trials.design import PREFERRED, Arm, Design, Imbalance, Method
from app.prognosis.trials.draws import SEED_BYTES
from app.prognosis.trials.eligibility import Rule, check_rules
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.strata import Stratifier, factors_of
from app.storage.store import Store
from app.storage.trials import Trial
from app.usecases.cursor import decoded, encoded
from app.usecases.service import (
    Call,
    Reply,
    Service,
    answered,
    digest,
    instant,
    page_reply,
    to_json,
)

ENROLS, UNBLINDS = "trials:write", "trials:unblind"

BLOCKS = (2, 3, 4)
"""Sizes of permuted blocks in sums of the ratio, drawn anew for each block.

Who creates a trial can also enrol in it, so nobody is asked for sizes and nobody is told them.
"""

Draws = Literal["operating-system", "sealed-seed"]

PLANNING = "planning"
"""Stands in an address where a trial's name would; no trial has it."""


@dataclass(frozen=True)
class Grouping:
    """Who is let in, and how those are allocated."""

    arms: tuple[Arm, ...]
    method: Method
    probability: float
    imbalance: Imbalance
    factors: tuple[Stratifier, ...]
    eligibility: tuple[Rule, ...]

    @property
    def block_sizes(self) -> tuple[int, ...]:
        """Sizes of the permuted blocks; none for the other methods."""
        if self.method != "permuted-blocks":
            return ()
        return tuple(times * sum(arm.ratio for arm in self.arms) for times in BLOCKS)

    def design(
        self, declared: Mapping[str, Covariate], block_sizes: tuple[int, ...] = ()
    ) -> Design:
        """Make the design, or say in what it makes no sense."""
        try:
            check_rules(self.eligibility, declared)
            factors = factors_of(self.factors, declared)
            return Design(
                self.arms,
                self.method,
                factors,
                block_sizes or self.block_sizes,
                self.probability,
                self.imbalance,
            )
        except TrialRefused as refusal:
            raise invalid(refusal) from refusal


@dataclass(frozen=True)
class Protocol(Grouping):
    """What is declared of a trial before its first patient."""

    trial_id: str
    title: str
    planned_patients: int
    risk_scheme: str
    blinded: bool
    interim_outcomes: bool
    draws: Draws

    def content(self) -> dict[str, Any]:
        """Write the protocol as JSON holds it."""
        is_minimised = self.method == "minimisation"
        return {
            "trial_id": self.trial_id,
            "title": self.title,
            "arms": [asdict(arm) for arm in self.arms],
            "method": self.method,
            "probability": self.probability if is_minimised else None,
            "imbalance": self.imbalance if is_minimised else None,
            "factors": [{**asdict(each), "cuts": list(each.cuts)} for each in self.factors],
            "eligibility": [rule_content(rule) for rule in self.eligibility],
            "planned_patients": self.planned_patients,
            "risk_scheme": self.risk_scheme,
            "blinded": self.blinded,
            "interim_outcomes": self.interim_outcomes,
            "draws": self.draws,
        }


def invalid(refusal: TrialRefused) -> InvalidInput:
    """Say in what a protocol or a plan makes no sense."""
    # What stands where a fact belongs is not told back.
    unknown = "a fact is neither ctc_count nor a field of a patient nor a covariate"
    detail = unknown if refusal.code == "fact-unknown" else refusal.detail
    return InvalidInput(detail, code=refusal.code)


def rule_content(rule: Rule) -> dict[str, Any]:
    """Write a rule of eligibility as JSON holds it."""
    return {**asdict(rule), "one_of": list(rule.one_of)}


def protocol_of(trial: Trial) -> Protocol:
    """Read the protocol of a stored trial."""
    told = json.loads(trial.protocol)
    read = {
        "arms": tuple(Arm(**each) for each in told["arms"]),
        "probability": PREFERRED if told["probability"] is None else told["probability"],
        "imbalance": told["imbalance"] or "range",
        "factors": tuple(
            Stratifier(each["name"], each["fact"], tuple(each["cuts"])) for each in told["factors"]
        ),
        "eligibility": tuple(
            Rule(**{**each, "one_of": tuple(each["one_of"])}) for each in told["eligibility"]
        ),
    }
    return Protocol(**{**told, **read})


def create_trial(service: Service, call: Call, protocol: Protocol) -> Reply:
    """Keep a draft; the same protocol again changes nothing."""
    if protocol.trial_id == PLANNING:
        raise InvalidInput("the name belongs to what plans trials", code="name-taken")

    def work(store: Store) -> Reply:
        protocol.design(store.declared.all())
        content = protocol.content()
        trial = Trial(
            protocol.trial_id,
            to_json(content),
            protocol.block_sizes,
            token_bytes(SEED_BYTES) if protocol.draws == "sealed-seed" else None,
            protocol.interim_outcomes,
            "draft",
            service.now(),
        )
        is_new = store.trials.add(trial)
        stored = found_trial(store, protocol.trial_id)
        if digest(json.loads(stored.protocol)) != digest(content):
            raise Conflict("the trial has another protocol", code="trial-differs")
        return _trial_reply(store, stored, 201 if is_new else 200)

    return answered(service, call, work)


def list_trials(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List the trials of the organisation by identifier."""

    def work(store: Store) -> Reply:
        after = decoded(cursor, 1)[0] if cursor else None
        trials = store.trials.page(limit + 1, after)
        following = encoded(trials[limit - 1].trial_id) if len(trials) > limit else None
        items = [_trial_content(store, trial) for trial in trials[:limit]]
        return page_reply(items, following)

    return answered(service, call, work)


def read_trial(service: Service, call: Call, trial_id: str) -> Reply:
    """Give a trial without anything that foretells an arm."""
    return answered(
        service, call, lambda store: _trial_reply(store, found_trial(store, trial_id), 200)
    )


def open_trial(service: Service, call: Call, trial_id: str) -> Reply:
    """Let patients be enrolled; an open trial stays as it is."""

    def work(store: Store) -> Reply:
        trial = found_trial(store, trial_id, locked=True)
        if trial.status == "closed":
            raise closed()
        if trial.status == "draft":
            store.trials.open(trial_id, service.now())
        return _trial_reply(store, found_trial(store, trial_id), 200)

    return answered(service, call, work)


def close_trial(service: Service, call: Call, trial_id: str) -> Reply:
    """End a trial and with it what was concealed; a closed trial stays as it is."""

    def work(store: Store) -> Reply:
        trial = found_trial(store, trial_id, locked=True)
        if trial.status == "draft":
            raise Conflict("the trial was never opened", code="trial-not-open")
        if trial.status == "open":
            store.trials.close(trial_id, service.now())
        return _trial_reply(store, found_trial(store, trial_id), 200)

    return answered(service, call, work)


def read_balance(service: Service, call: Call, trial_id: str) -> Reply:
    """Give how even the allocation is, to eyes that enrol nobody while the trial is open."""

    def work(store: Store) -> Reply:
        trial = found_trial(store, trial_id)
        if trial.status == "open":
            _refuse_who_enrols(call)
        log = store.trials.log(trial_id)
        design = protocol_of(trial).design(store.declared.all(), trial.block_sizes)
        found = balance(design, (entry.allocation for entry in log))
        content = {
            "trial_id": trial_id,
            "status": trial.status,
            "allocated": len(log),
            "erased": len(log) - store.trials.enrolled(trial_id),
            **_balance_content(found),
        }
        return Reply(200, to_json(content), audit_detail=trial_id)

    return answered(service, call, work)


def _refuse_who_enrols(call: Call) -> None:
    if UNBLINDS not in call.caller.scopes:
        raise MissingScope(f"the key lacks the scope {UNBLINDS}: the trial is open")
    if ENROLS in call.caller.scopes:
        raise Conflict(
            f"the key has the scope {ENROLS}: who can enrol sees no balance of an open trial",
            code="role-separation",
        )


def found_trial(store: Store, trial_id: str, *, locked: bool = False) -> Trial:
    """Find a trial that has to be there."""
    trial = store.trials.find(trial_id, locked=locked)
    if trial is None:
        raise NotFound("no such trial")
    return trial


def closed() -> Conflict:
    """Say that a trial takes nobody any more."""
    return Conflict("the trial is closed", code="trial-closed")


def _trial_reply(store: Store, trial: Trial, status: int) -> Reply:
    content = _trial_content(store, trial)
    etag = f"{trial.status}-{content['allocated']}"
    location = f"/v1/trials/{trial.trial_id}" if status == 201 else None
    body = to_json(content)
    return Reply(status, body, etag=etag, location=location, audit_detail=trial.trial_id)


def _trial_content(store: Store, trial: Trial) -> dict[str, Any]:
    protocol = protocol_of(trial)
    design = protocol.design(store.declared.all(), trial.block_sizes)
    return {
        **protocol.content(),
        "status": trial.status,
        "created_at": instant(trial.created_at),
        "opened_at": trial.opened_at and instant(trial.opened_at),
        "closed_at": trial.closed_at and instant(trial.closed_at),
        "allocated": store.trials.count(trial.trial_id),
        # Whoever is given the seed in the end can see that it is the one of the beginning.
        "seed_sha256": trial.seed and sha256(trial.seed).hexdigest(),
        "warnings": [asdict(each) for each in design.warnings(protocol.planned_patients)],
    }


def _balance_content(found: Balance) -> dict[str, Any]:
    return {
        "arms": list(found.arms),
        "everybody": _share_content(found.everybody),
        "margins": [
            {"factor": each.factor, "level": each.level, **_share_content(each.share)}
            for each in found.margins
        ],
        "strata": [
            {"stratum": dict(each.stratum), **_share_content(each.share)} for each in found.strata
        ],
        "largest_imbalance": found.largest_imbalance,
    }


def _share_content(share: Share) -> dict[str, Any]:
    return {
        "patients": list(share.numbers),
        "expected": list(share.expected),
        "imbalance": share.imbalance,
        "chi_squared": _test_content(share.test),
    }


def _test_content(test: ChiSquared | None) -> dict[str, Any] | None:
    return None if test is None else {**asdict(test), "p": test.p}
