"""Mutants picked by hand: each takes away one thing that the service promises."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Listed:
    """One change of one file, and the tests of which one has to fail."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


CLIENTS = "tests/api/test_clients.py"
ATTACKS = "tests/api/test_key_attacks.py"
AUDIT = "tests/api/test_audit.py"
INPUT = "tests/api/test_bad_input.py"
LIMITS = "tests/api/test_limits.py"
KEYS = "tests/api/test_idempotency.py"
MATRIX = "tests/openapi/test_matrix.py"
MODELS = "tests/api/test_models.py"
PATIENTS = "tests/api/test_patients.py"
GATES = "tests/prognosis/test_gates.py"
GROUPS = "tests/prognosis/test_risk_group.py"
MODEL = "tests/prognosis/test_model.py"
ANSWERS = "tests/prognosis/test_assessment.py"
SERIAL = "tests/prognosis/test_serial.py"
LANDMARKS = "tests/prognosis/test_landmark_answers.py"
CHAIN = "tests/storage/test_audit_chain.py"
POOLS = "tests/api/test_pools.py"

_CLIENTS = "app/usecases/clients.py"
_GATE = "app/api/gate.py"
_ROUTING = "app/api/routing.py"
_SERVICE = "app/usecases/service.py"
_GATES = "app/prognosis/gates.py"
_GROUPS = "app/prognosis/risk_group.py"
_ARTEFACT = "app/prognosis/artefact.py"
_ANSWER = "app/prognosis/assessment.py"

AUTHORISATION = (
    Listed(
        "an expired key is accepted",
        "app/storage/directory.py",
        "return self.ended_at is None and (self.expires_at is None or self.expires_at > now)",
        "return self.ended_at is None",
        (f"{CLIENTS}::test_an_expired_key_is_refused",),
    ),
    Listed(
        "a revoked key is accepted",
        _CLIENTS,
        "store.directory.revoke(client_id, service.now(), call.caller.client_id)",
        "pass",
        (f"{CLIENTS}::test_a_revoked_client_is_refused_at_the_next_request",),
    ),
    Listed(
        "a rotated key goes on",
        _CLIENTS,
        "directory.end_secrets(client.client_id, at, by)",
        "pass",
        (f"{CLIENTS}::test_a_rotated_key_replaces_the_old_one_at_once",),
    ),
    Listed(
        "any secret of a client is right",
        _CLIENTS,
        "if hmac.compare_digest(given, kept.secret_hash)",
        "if given",
        (f"{CLIENTS}::test_every_wrong_key_is_refused_alike",),
    ),
    Listed(
        "secrets are stored as they are",
        _CLIENTS,
        "return sha256(secret.encode()).digest()",
        "return secret.encode()",
        (f"{CLIENTS}::test_the_secret_is_nowhere_in_the_database",),
    ),
    Listed(
        "scopes are not looked at",
        _ROUTING,
        "        if not missing:",
        "        if True:",
        (f"{MATRIX}::test_every_scope_is_needed",),
    ),
    Listed(
        "one scope of several is enough",
        _ROUTING,
        "        if not missing:",
        "        if set(missing) != self.needs:",
        (f"{MATRIX}::test_every_scope_is_needed",),
    ),
    Listed(
        "a key grants what it lacks",
        _CLIENTS,
        "_check_within(new.scopes, call.caller.scopes)",
        "",
        (f"{CLIENTS}::test_a_key_cannot_grant_a_scope_that_it_lacks",),
    ),
    Listed(
        "a key takes over a stronger one",
        _CLIENTS,
        "_check_within(client.scopes, call.caller.scopes)",
        "",
        (f"{CLIENTS}::test_a_key_cannot_take_over_a_client_with_more_scopes",),
    ),
    Listed(
        "the clients of another hospital are one's own",
        _CLIENTS,
        " or client.organisation_id != call.caller.organisation_id",
        "",
        (f"{CLIENTS}::test_the_clients_of_another_hospital_cannot_be_touched",),
    ),
    Listed(
        "a rotated key outlives the old one",
        _CLIENTS,
        "expires_at = rotation.expires_at or newest.expires_at",
        "expires_at = rotation.expires_at",
        (f"{CLIENTS}::test_a_rotated_key_expires_when_the_old_one_would_have",),
    ),
    Listed(
        "the patients are open to all",
        _GATE,
        '"/openapi.json",',
        '"/openapi.json", "/v1/patients",',
        (f"{MATRIX}::test_without_a_valid_key_nothing_is_answered",),
    ),
    Listed(
        "of two keys the first counts",
        _GATE,
        'given[0] if len(given) == 1 else b""',
        'given[0] if given else b""',
        (f"{ATTACKS}::test_an_attack_with_a_key_is_refused_and_told",),
    ),
    Listed(
        "a denied key is not told",
        _GATE,
        "await run_sync(record_denial, self._service, denial)",
        "pass",
        (f"{AUDIT}::test_a_wrong_secret_is_told_to_the_hospital_whose_client_it_names",),
    ),
    Listed(
        "a missing scope is not told",
        _ROUTING,
        "await _denied(request, self.name, 403)",
        "",
        (f"{AUDIT}::test_denied_calls_are_told",),
    ),
    Listed(
        "a body has no limit until it is read",
        _GATE,
        "if limit is not None and int(length) > limit:",
        "if False:",
        (f"{INPUT}::test_a_body_over_the_limit_is_refused_before_the_key_is_looked_up",),
    ),
    Listed(
        "a body of the limit is too long",
        _GATE,
        "int(length) > limit",
        "int(length) >= limit",
        (f"{INPUT}::test_a_body_of_the_limit_is_taken",),
    ),
    Listed(
        "any Host is taken",
        _GATE,
        "if len(hosts) != 1 or not HOST.fullmatch(hosts[0]):",
        "if False:",
        (f"{INPUT}::test_a_malformed_host_is_refused", f"{INPUT}::test_two_hosts_are_refused"),
    ),
    Listed(
        "wrong keys of many clients are looked at for ever",
        "app/usecases/limits.py",
        "    if here >= most:",
        "    if False:",
        (f"{LIMITS}::test_of_a_thousand_wrong_keys_sixty_are_looked_at",),
    ),
    Listed(
        "naming a client locks it out",
        "app/usecases/limits.py",
        "if here and of_client and",
        "if of_client and",
        (f"{LIMITS}::test_nobody_locks_a_client_out_by_naming_it",),
    ),
)

IDEMPOTENCY = (
    Listed(
        "a key is not looked at",
        _SERVICE,
        "    asked = call.idempotency\n    if asked is None:",
        "    asked = None\n    if asked is None:",
        (f"{KEYS}::test_a_repeat_answers_the_stored_first_answer",),
    ),
    Listed(
        "the same key may ask another thing",
        _SERVICE,
        "if first.request_digest != asked.request_digest:",
        "if False:",
        (f"{KEYS}::test_the_same_key_for_another_request_is_refused",),
    ),
    Listed(
        "a repeat tells the key again",
        _SERVICE,
        "body = reply.secret_free_body or reply.body",
        "body = reply.body",
        (f"{KEYS}::test_a_repeat_never_tells_a_key_again",),
    ),
    Listed(
        "erasure leaves the first answer",
        "app/storage/patients.py",
        "            tables.idempotency_record,\n",
        "",
        (f"{KEYS}::test_erasure_purges_the_record_that_names_the_person",),
    ),
    Listed(
        "the answer is not kept",
        _SERVICE,
        "        _keep(store, call, reply)\n",
        "",
        (f"{KEYS}::test_a_repeat_answers_the_stored_first_answer",),
    ),
)

GATES_OF_A_MODEL = (
    *(
        Listed(f"a limit of a gate {word}: {new} for {old}", _GATES, old, new, (GATES,))
        for word, old, new in (
            ("below", '"below": value >= limit', '"below": value > limit'),
            ("above", '"above": value <= limit', '"above": value < limit'),
            ("from", '"from": value < limit', '"from": value <= limit'),
            ("of changes", "return changed > max", "return changed >= max"),
        )
    ),
    *(
        Listed(f"the gate on {word} is skipped", _GATES, old, "", (GATES,))
        for word, old in (
            ("events", "_outcome(EVENTS, fit.events), "),
            (
                "the second opinion",
                '_outcome(SECOND_OPINION, float(checks["second_opinion"]["verdict"] != "agrees")),',
            ),
            ("single patients", '_outcome(LARGEST_DFBETA, influence["largest_dfbetas"]),'),
            (
                "calibration",
                "_worse(_outcome(CERTAIN_MISS, at_least), _outcome(POSSIBLE_MISS, at_most)),",
            ),
            (
                "discrimination",
                '_outcome(DISCRIMINATION, _number(checks["discrimination"]["corrected"])),',
            ),
            (
                "proportional hazards",
                '_outcome(PROPORTIONAL_HAZARDS, _number(((trend or {}).get("global") or {}).get("p"))),',  # noqa: E501
            ),
            ("follow-up", ", _outcome(FOLLOW_UP_LAG, share)"),
        )
    ),
    Listed(
        "convergence is not judged", _GATES, ", _worse(standard_error, condition)", ",", (GATES,)
    ),
    Listed("what is refused qualifies", _GATES, 'return "refused"', 'return "qualified"', (GATES,)),
    Listed(
        "a number that is none passes",
        _GATES,
        "return not better[self.worse]",
        "return not better[self.worse] and value == value",
        (GATES,),
    ),
    Listed(
        "a refused model goes into use",
        "app/usecases/refitting.py",
        'passed = all(gate.verdict != "refused" for gate in gates)',
        "passed = True",
        (f"{MODELS}::test_a_small_cohort_makes_a_candidate_and_answers_stay_withheld",),
    ),
    Listed(
        "gates do not reach the answer",
        _ANSWER,
        '        if outcome.verdict != "passed":\n            yield',
        "        if False:\n            yield",
        (f"{ANSWERS}::test_gates_that_qualify_the_model_qualify_its_answers",),
    ),
    Listed(
        "a promotion against a gate is not said",
        _ANSWER,
        "if in_use.promoted_despite_gate:",
        "if False:",
        (f"{ANSWERS}::test_a_model_promoted_against_a_gate_says_so_in_every_answer",),
    ),
    Listed(
        "a model of exactly a year is stale",
        _ANSWER,
        "if age > gates.STALE_AFTER:",
        "if age >= gates.STALE_AFTER:",
        (f"{ANSWERS}::test_a_model_older_than_a_year_qualifies",),
    ),
    Listed(
        "a later draw is answered by a model of baseline draws",
        "app/prognosis/basis.py",
        'return asked.standing in ("baseline", "line-start-unknown")',
        "return True",
        (f"{LANDMARKS}::test_no_model_but_that_of_its_window_answers_a_later_draw",),
    ),
    Listed(
        "a landmark model answers the draws of every window",
        "app/prognosis/basis.py",
        "return asked.window == model.clock",
        "return asked.window is not None",
        (f"{LANDMARKS}::test_no_model_but_that_of_its_window_answers_a_later_draw",),
    ),
    Listed(
        "the next line chooses who gives a landmark row",
        "app/prognosis/clock_starts.py",
        "within = [(test, clock) for test, clock in placed if clock and clock.window == window]",
        "within = [\n        (test, clock)\n        for test, clock in placed\n        if clock\n"
        "        and clock.window == window\n"
        '        and clock_of_draw(patient, test).standing == "not-baseline"\n    ]',
        (f"{SERIAL}::test_the_next_line_does_not_choose_who_gives_a_landmark_row",),
    ),
    Listed(
        "few at risk are enough",
        _ANSWER,
        "if n < gates.AT_RISK_NEEDED",
        "if n <= -1",
        (f"{ANSWERS}::test_horizons_past_the_follow_up_are_left_out_and_the_rest_stands",),
    ),
    Listed(
        "the cohort's range is not looked at",
        "app/prognosis/basis.py",
        "    if outside:",
        "    if False:",
        (f"{ANSWERS}::test_a_covariate_outside_the_training_range_gets_no_hazard",),
    ),
    Listed(
        "the dead get a hazard",
        "app/prognosis/basis.py",
        "if patient.follow_up is None or patient.follow_up.death_on is None:",
        "if True:",
        (f"{ANSWERS}::test_a_person_recorded_dead_gets_no_hazard",),
    ),
)

RISK_GROUPS = (
    Listed(
        "> for >= at every cut-off",
        _GROUPS,
        "group.lower <= count",
        "group.lower < count",
        (GROUPS,),
    ),
    *(
        Listed(
            f"the cut-off of {group} is one higher",
            _GROUPS,
            f"{group}, {lower},",
            f"{group}, {lower + 1},",
            (GROUPS,),
        )
        for group, lower in (
            ('Group("1-3"', 1),
            ('Group("4-50"', 4),
            ('Group(">50"', 51),
            ('Group(">=1"', 1),
            ('Group("1"', 1),
            ('Group("2"', 2),
            ('Group("3-4"', 3),
        )
    ),
    *(
        Listed(
            f"{label}, from six",
            _GROUPS,
            f'Group(">=5", 5, None, "{label}',
            f'Group(">=5", 6, None, "{label}',
            (GROUPS,),
        )
        for label in (
            "5 or more CTC per 7.5 mL: unfavourable",
            "Stage IV aggressive",
            '5 or more CTC per 7.5 mL", None',
        )
    ),
    *(
        Listed(
            f"{caution} is not said",
            _GROUPS,
            f'"{caution}": {old}',
            f'"{caution}": True',
            (GROUPS,),
        )
        for caution, old in (
            ("setting-not-covered", '(setting or "metastatic") == scheme.setting'),
            ("assay-not-comparable", 'test.assay == "cellsearch"'),
            ("volume-not-comparable", "low <= test.blood_volume_ml <= high"),
        )
    ),
    Listed("7 mL are too few", _GROUPS, "low <= test.blood", "low < test.blood", (GROUPS,)),
    Listed("8 mL are too many", _GROUPS, "_volume_ml <= high", "_volume_ml < high", (GROUPS,)),
    Listed(
        "a withdrawn result is grouped",
        _GROUPS,
        "*_misfits(scheme, setting, test), *_withdrawn(test)]",
        "*_misfits(scheme, setting, test)]",
        (GROUPS,),
    ),
)

ARTEFACT = (
    Listed(
        "an artefact may say more or less",
        "app/prognosis/model.py",
        "    if not same:",
        "    if False:",
        (f"{MODEL}::test_an_absent_or_superfluous_name_is_refused",),
    ),
    Listed(
        "a model is not named by its content",
        "app/prognosis/model.py",
        "sha256(artefact.encode())",
        "sha256(b'')",
        (f"{MODEL}::test_a_model_is_named_by_its_content",),
    ),
    Listed(
        "numbers of an artefact need not be finite",
        _ARTEFACT,
        " or not np.isfinite(array).all()",
        "",
        ("tests/prognosis/test_artefact.py", MODEL),
    ),
    Listed(
        "the claims of an artefact are not looked at",
        _ARTEFACT,
        "    _check(fit)\n",
        "",
        ("tests/prognosis/test_artefact.py", MODEL),
    ),
)

AUDIT_TRAIL = (
    Listed(
        "an edited event is not told",
        "app/usecases/chain.py",
        "if seal.digest != digest_of(self.before.digest, event):",
        "if False:",
        (f"{CHAIN}::test_an_edit_of_any_column_is_found",),
    ),
    Listed(
        "a removed event is not told",
        "app/usecases/chain.py",
        "        if event is None:\n            return Fault",
        "        if event is None:\n            return None\n            return Fault",
        (f"{CHAIN}::test_what_was_removed_or_moved_is_found",),
    ),
    Listed(
        "the trail can be changed",
        "app/storage/tables.py",
        "refuse_changes(metadata, audit_event, audit_seal, trial_allocation)",
        "",
        ("tests/storage/test_migrations.py",),
    ),
)

POOLS_BY_CONSENT = (
    Listed(
        "what rests on a withdrawn consent is told",
        "app/usecases/pools.py",
        'return not ended.isdisjoint(json.loads(model.consents or "[]"))',
        "return False",
        (f"{POOLS}::test_a_withdrawn_consent_silences_what_rests_on_it",),
    ),
    Listed(
        "a hospital is told to withdraw for another",
        "app/usecases/pools.py",
        "is_own = organisation == call.caller.organisation",
        "is_own = True",
        (f"{POOLS}::test_an_organisation_consents_for_itself_alone",),
    ),
    Listed(
        "who does not consent sees each organisation",
        "app/usecases/pools.py",
        "if result and store.pools.standing(model.pool_id) is None:",
        "if False:",
        (f"{POOLS}::test_who_is_invited_and_does_not_consent",),
    ),
    Listed(
        "rows are read after a consent was withdrawn",
        "app/usecases/pooling.py",
        "if standing is None or standing.consent_id != consent.consent_id:",
        "if False:",
        ("tests/usecases/test_pools.py::test_no_row_is_read_after_a_consent_was_withdrawn",),
    ),
    Listed(
        "who has fewer than five events is in the sums",
        "app/prognosis/pooling.py",
        "if each.events.sum() >= LEAST_EVENTS",
        "if each.events.sum() >= 1",
        ("tests/prognosis/test_pooling.py::test_who_has_fewer_than_five_events_is_left_out",),
    ),
)

LISTED = (
    *AUTHORISATION,
    *IDEMPOTENCY,
    *GATES_OF_A_MODEL,
    *RISK_GROUPS,
    *ARTEFACT,
    *AUDIT_TRAIL,
    *POOLS_BY_CONSENT,
)
"""Every one of them; conditions on the organisation that a query loses are found by themselves."""
