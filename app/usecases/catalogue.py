"""What there is to choose from, what has happened, and whether the service is ready."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from app.errors import Conflict, FieldError, InvalidInput, Unavailable
from app.prognosis.covariates import (
    FIELDS,
    REGISTRY,
    Covariate,
    CovariateKind,
    declared,
)
from app.prognosis.risk_group import describe_schemes
from app.storage.audit import AuditEvent
from app.storage.engines import DatabaseProblem
from app.storage.schema import check_schema
from app.storage.store import Store
from app.usecases.cohort_rows import COLUMNS
from app.usecases.cursor import decoded, decoded_number, encoded, page_of
from app.usecases.service import (
    Call,
    Reply,
    Service,
    answered,
    answered_even_if_full,
    instant,
    page_reply,
    to_json,
)


@dataclass(frozen=True)
class Declaration:
    """A covariate as an organisation declares it."""

    name: str
    kind: CovariateKind
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None


def list_risk_schemes(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List the risk schemes."""

    def work(_: Store) -> Reply:
        items, following = page_of(describe_schemes(), "scheme", limit, cursor)
        return page_reply(items, following)

    return answered_even_if_full(service, call, work)


def list_covariates(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List the covariates, built in and declared."""

    def work(store: Store) -> Reply:
        known = [
            *(covariate_content(covariate, False) for covariate in REGISTRY.values()),
            *(covariate_content(covariate, True) for covariate in store.declared.all().values()),
        ]
        items, following = page_of(known, "name", limit, cursor)
        return page_reply(items, following)

    return answered_even_if_full(service, call, work)


def declare_covariate(service: Service, call: Call, declaration: Declaration) -> Reply:
    """Declare a covariate; the same declaration again changes nothing."""

    def work(store: Store) -> Reply:
        covariate, is_new = declare(service, store, declaration)
        return Reply(201 if is_new else 200, to_json(covariate_content(covariate, True)))

    return answered(service, call, work)


def declare(service: Service, store: Store, declaration: Declaration) -> tuple[Covariate, bool]:
    """Keep a declared covariate; tell whether it is new."""
    _check(declaration)
    covariate = declared(
        declaration.name,
        declaration.kind,
        declaration.unit,
        declaration.minimum,
        declaration.maximum,
    )
    bounds = (declaration.minimum, declaration.maximum)
    if store.declared.add(covariate, bounds, service.now()):
        return covariate, True
    if covariate_content(store.declared.all()[covariate.name], True) != covariate_content(
        covariate, True
    ):
        raise Conflict("the covariate is declared otherwise", code="covariate-differs")
    return covariate, False


def covariate_content(covariate: Covariate, is_declared: bool) -> dict[str, Any]:
    """Write a covariate as JSON holds it."""
    return {
        "name": covariate.name,
        "kind": covariate.kind,
        "unit": covariate.unit,
        "min": covariate.minimum if isfinite(covariate.minimum) else None,
        "max": covariate.maximum if isfinite(covariate.maximum) else None,
        "declared": is_declared,
    }


def list_audit_events(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List what happened in the organisation, oldest first."""

    def work(store: Store) -> Reply:
        after = decoded_number(decoded(cursor, 1)[0]) if cursor else 0
        found = store.audit.page(limit + 1, after)
        following = encoded(str(found[limit - 1][0])) if len(found) > limit else None
        items = [event_content(sequence, event) for sequence, event in found[:limit]]
        return page_reply(items, following)

    return answered(service, call, work)


def event_content(sequence: int, event: AuditEvent) -> dict[str, Any]:
    """Write an audit event as JSON holds it."""
    return {"sequence": sequence, **vars(event), "at": instant(event.at)}


def check_ready(service: Service) -> None:
    """Refuse where the database does not answer or has another schema."""
    try:
        check_schema(service.database)
    except DatabaseProblem as error:
        raise Unavailable("the database's schema is not the one this release knows") from error


def _check(declaration: Declaration) -> None:
    name, low, high = declaration.name, declaration.minimum, declaration.maximum
    taken = REGISTRY.keys() | {field.name for field in FIELDS} | {*COLUMNS, "extra"}
    errors = []
    if name.lower() in taken:
        errors.append(FieldError("/name", "name-taken", "the name has a meaning already"))
    if low is not None and high is not None and low > high:
        errors.append(FieldError("/max", "bounds-crossed", "max is below min"))
    if declaration.kind == "binary" and (low not in (None, 0) or high not in (None, 1)):
        errors.append(FieldError("/kind", "bounds-of-binary", "a binary covariate is 0 or 1"))
    if errors:
        raise InvalidInput(errors[0].detail, code=errors[0].code, errors=tuple(errors))
