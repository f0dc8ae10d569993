"""Columns of a cohort file that become declared covariates on the way in."""

from collections.abc import Iterable, Mapping
from re import fullmatch

from app.errors import ServiceError
from app.prognosis.covariates import REGISTRY, Covariate, CovariateKind, declared
from app.storage.cohort_file import NumberedRow
from app.storage.store import reading, writing
from app.usecases.catalogue import Declaration, declare
from app.usecases.cohort_rows import COLUMNS
from app.usecases.intake import NAME
from app.usecases.service import Call, Service

Columns = Mapping[str, CovariateKind]


def new_columns(service: Service, call: Call, rows: Iterable[NumberedRow]) -> Columns:
    """Find the columns that hold numbers alone and are not known: binary where all are 0 or 1."""
    known = known_columns(service, call) | {*REGISTRY}
    kinds: dict[str, CovariateKind | None] = {}
    for row in rows:
        if isinstance(row.cells, ServiceError):
            continue
        for name, value in row.cells.items():
            if value is not None and name not in known:
                kinds[name] = _kind(value, kinds.get(name, "binary"))
    return {name: kind for name, kind in kinds.items() if kind and fullmatch(NAME, name)}


def known_columns(service: Service, call: Call) -> set[str]:
    """List the columns that a cohort file of the organisation can have."""
    with reading(service.database, call.caller.organisation_id) as store:
        return {*COLUMNS, *store.declared.all()}


def assumed_covariates(columns: Columns) -> dict[str, Covariate]:
    """Take the columns as if they were declared."""
    return {name: declared(name, kind) for name, kind in columns.items()}


def declare_columns(service: Service, call: Call, columns: Columns) -> None:
    """Declare the columns."""
    with writing(service.database, call.caller.organisation_id) as store:
        for name, kind in columns.items():
            declare(service, store, Declaration(name, kind))


def _kind(value: object, so_far: CovariateKind | None) -> CovariateKind | None:
    if not isinstance(value, int | float):
        return None
    return "continuous" if so_far == "binary" and value not in (0, 1) else so_far
