"""What is mutated, by which tests it has to be noticed, and which changes change nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.mutants.mutations import Mutation, lost_conditions, mutations

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Subject:
    """A module to be mutated: all of it, or the functions and classes that are named."""

    path: str
    functions: tuple[str, ...] = ()
    found_by: Callable[[str], Iterator[Mutation]] = mutations

    @property
    def module(self) -> str:
        """Name it as it is imported."""
        return self.path.removesuffix(".py").replace("/", ".")

    def mutations(self) -> Iterator[Mutation]:
        """Find the mutations of what is named."""
        for each in self.found_by((REPOSITORY / self.path).read_text()):
            if not self.functions or each.function.split(".")[0] in self.functions:
                yield each


@dataclass(frozen=True)
class Area:
    """Modules that decide one thing, and tests that are fast enough to run for each mutant."""

    name: str
    subjects: tuple[Subject, ...]
    tests: tuple[str, ...]
    chosen: str = "not postgres"
    loaded: tuple[str, ...] = ("app.prognosis.cox", "app.storage.schema")

    def mutations(self) -> Iterator[tuple[Subject, Mutation]]:
        """Find every mutant."""
        for subject in self.subjects:
            for mutation in subject.mutations():
                yield subject, mutation


_lost_tenant = partial(lost_conditions, column="organisation_id")
_storage = sorted((REPOSITORY / "app/storage").glob("*.py"))

_TOO_LONG = "tests/api/test_bad_input.py::test_a_body_over_the_limit_is_refused"

_MODEL = "tests/prognosis/test_model.py"

_ALL = (
    Area(
        "risk-groups",
        (Subject("app/prognosis/risk_group.py"),),
        ("tests/prognosis/test_risk_group.py",),
        loaded=("app.prognosis.second_opinion", "app.storage.schema"),
    ),
    Area(
        "gates",
        (Subject("app/prognosis/gates.py"),),
        ("tests/prognosis/test_gates.py",),
        loaded=("app.prognosis.second_opinion", "app.storage.schema"),
    ),
    Area(
        "artefact",
        (
            Subject("app/prognosis/artefact.py"),
            Subject(
                "app/prognosis/model.py",
                (
                    "from_artefact",
                    "to_artefact",
                    "canonical_json",
                    "model_id",
                    "_model_of",
                    "_check",
                ),
            ),
        ),
        (
            "tests/prognosis/test_artefact.py",
            "tests/prognosis/test_kept_artefacts.py",
            f"{_MODEL}::test_an_absent_or_superfluous_name_is_refused",
            f"{_MODEL}::test_a_broken_artefact_is_refused_or_is_another_model_whole",
        ),
    ),
    Area(
        "eligibility",
        tuple(
            Subject(f"app/prognosis/trials/{name}.py")
            for name in ("eligibility", "facts", "strata")
        ),
        ("tests/prognosis/trials/test_eligibility.py",),
        loaded=("app.prognosis.second_opinion", "app.storage.schema"),
    ),
    Area(
        "allocation",
        tuple(
            Subject(f"app/prognosis/trials/{name}.py")
            for name in ("allocation", "balance", "design", "draws")
        ),
        tuple(
            f"tests/prognosis/trials/test_{name}.py"
            for name in ("design", "draws", "allocation", "many_trials")
        ),
        loaded=("app.prognosis.second_opinion", "app.storage.schema"),
    ),
    Area(
        "tenancy",
        tuple(
            Subject(str(path.relative_to(REPOSITORY)), found_by=_lost_tenant) for path in _storage
        ),
        ("tests/storage/test_tenancy.py",),
        loaded=("app.prognosis.cox",),
    ),
    Area(
        "idempotency",
        (
            Subject("app/usecases/service.py", ("_first_answer", "_keep", "amend_first_answer")),
            Subject("app/storage/answers.py", ("FirstAnswer", "IdempotencyRecords")),
        ),
        ("tests/usecases/test_idempotency.py",),
    ),
    Area(
        "authorisation",
        (Subject("app/usecases/clients.py"), Subject("app/usecases/denials.py")),
        ("tests/usecases/test_clients.py",),
        loaded=("app.storage.store", "app.storage.schema", "app.prognosis.cox"),
    ),
    Area(
        "gate",
        (Subject("app/api/gate.py"),),
        (
            "tests/api/test_audit.py",
            "tests/api/test_key_attacks.py",
            "tests/api/test_open_to_all.py",
            "tests/api/test_second_thoughts.py::test_a_preflight_is_answered_and_allows_no_origin",
            "tests/api/test_bad_input.py::test_a_malformed_host_is_refused",
            "tests/api/test_bad_input.py::test_two_hosts_are_refused",
            "tests/api/test_bad_input.py::test_a_body_of_the_limit_is_taken",
            f"{_TOO_LONG}_by_its_length",
            f"{_TOO_LONG}_before_the_key_is_looked_up",
            "tests/api/test_metrics.py::test_answers_are_counted_by_route_and_status",
            "tests/api/test_limits.py::test_an_answer_tells_what_is_left",
        ),
        loaded=("app.storage.store", "app.storage.schema", "app.prognosis.cox"),
    ),
)

AREAS: Mapping[str, Area] = {area.name: area for area in _ALL}
"""By name, as `python -m tests.mutants` takes them."""

EQUIVALENT: Mapping[tuple[str, str, str], str] = {
    ("app/prognosis/gates.py", "Gate.is_beyond", "return False: None returned"): (
        "both are false, and nobody asks for more"
    ),
    (
        "app/storage/model_rows.py",
        "ModelRows._holding",
        "_model.c.organisation_id == self._organisation_id: lost",
    ): "another hospital's model has no block of one's own, which is asked for next",
    ("app/usecases/clients.py", "authenticate", "'none': 'noneX'"): (
        "compared for its time alone; what comes of it is not used"
    ),
}
"""Changes after which the module does the same, by file, function and change; and why."""
