"""What one transaction reaches on PostgreSQL, and as whom the service enters the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from app.storage.engines import DatabaseProblem
from app.storage.tables import metadata

ROLE = "prognosis_app"
"""As whom the service works, whoever it logs in as: it owns nothing and bypasses nothing."""

ALL_RIGHTS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})

FEWER_RIGHTS = {
    "alembic_version": frozenset({"SELECT"}),
    "organisation": ALL_RIGHTS - {"DELETE"},
    "audit_event": frozenset({"SELECT", "INSERT"}),
    "audit_seal": frozenset({"SELECT", "INSERT"}),
    "trial_allocation": frozenset({"SELECT", "INSERT"}),
}
"""Where the service may do less than anything with a table."""

WRITERS = 0x77726974
"""The class of PostgreSQL's advisory locks of those who write for an organisation: "writ"."""

BEGIN = "begin"
"""Where a connection keeps how its next transaction begins."""


SETTINGS = ("prognosis.organisation", "prognosis.client", "prognosis.across")
"""What the policies of migration 0007 ask for."""


@dataclass(frozen=True)
class Reach:
    """One of the settings, made for one transaction, and what that waits for before it begins."""

    setting: str
    value: str
    turn: sql.Composable | None = None


def of_organisation(organisation_id: int) -> Reach:
    """Reach what belongs to one organisation."""
    return Reach("prognosis.organisation", str(organisation_id))


def of_writer(organisation_id: int, *, alone: bool) -> Reach:
    """Reach what belongs to one organisation, beside those who write for it or after them all."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    # Who waits for all the others waits as long as one of their statements may take.
    patience = "SET LOCAL lock_timeout = 0; " if alone else ""
    turn = sql.SQL("; {}SELECT {}({}, {})").format(
        sql.SQL(patience), sql.Identifier(lock), WRITERS, organisation_id
    )
    return replace(of_organisation(organisation_id), turn=turn)


def of_client(client_id: str) -> Reach:
    """Reach one client, its secrets and its organisation's name, to learn who calls."""
    return Reach("prognosis.client", client_id)


NOTHING = Reach("prognosis.across", "")
"""What belongs to no organisation: counts of calls, seals."""

DIRECTORY = Reach("prognosis.across", "directory")
"""The names of all organisations and clients; not the clients' secrets."""

AUDIT = Reach("prognosis.across", "audit")
"""Every audit event, to be chained and checked."""

REFITS = Reach("prognosis.across", "refits")
"""Every refit, to be counted."""

BACKUP = Reach("prognosis.across", "backup")
"""The tables that are not in the order of organisations; the others are read one by one."""


def reaches_on_begin(engine: Engine) -> None:
    """Have every transaction begin with what it reaches; both go to the server together."""

    def open_transaction(connection: Any) -> None:
        # Nothing is reached where nothing was said.
        statement = connection.info.pop(BEGIN, "BEGIN")
        with connection.driver_connection.cursor() as cursor:
            cursor.execute(statement, prepare=False)

    engine.dialect.do_begin = open_transaction  # type: ignore[assignment,method-assign]


def begin_with(connection: Connection, how: str, reach: Reach) -> None:
    """Say how the next transaction on a connection begins, and what it reaches."""
    connection.info[BEGIN] = sql.SQL("{}; SET LOCAL {} = {}{}").format(
        sql.SQL(how),
        sql.Identifier(*reach.setting.split(".")),
        sql.Literal(reach.value),
        reach.turn or sql.SQL(""),
    )


def reach_instead(connection: Connection, reach: Reach) -> None:
    """Let the rest of a transaction reach something else."""
    if connection.dialect.name != "postgresql":
        return
    for setting in SETTINGS:
        value = reach.value if setting == reach.setting else ""
        connection.execute(select(func.set_config(setting, value, True)))


def make_role(connection: Connection) -> None:
    """Make the service's role unless the server has it, and let the login work as it."""
    login = str(connection.scalar(text("SELECT quote_ident(session_user)")))
    steps = (
        ("SELECT count(*) FROM pg_roles WHERE rolname = :role", f"CREATE ROLE {ROLE} NOLOGIN"),
        (_MAY_BE, f"GRANT {ROLE} TO {login}"),
    )
    for question, statement in steps:
        if not connection.scalar(text(question), {"role": ROLE}):
            try:
                connection.exec_driver_sql(statement)
            except DBAPIError as error:
                # Another database of the same server may just have been migrated.
                if not connection.scalar(text(question), {"role": ROLE}):
                    raise DatabaseProblem(_ask_for_role(login)) from error


def grant_rights(connection: Connection) -> None:
    """Give the service's role its rights on every table of the service that is there."""
    tables = _missing_rights(connection)
    if not tables:
        return
    execute = _executes(connection)
    schema = sql.Identifier(str(connection.scalar(text("SELECT current_schema()"))))
    role = sql.Identifier(ROLE)
    execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    for table, rights in tables.items():
        listed = sql.SQL(", ").join(sql.SQL(right) for right in sorted(rights))
        execute(sql.SQL("GRANT {} ON {} TO {}").format(listed, sql.Identifier(table), role))
    execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(schema, role))


@contextmanager
def unfenced(connection: Connection) -> Iterator[None]:
    """Let the owner of the tables reach every row, until the block or the transaction ends."""
    if connection.dialect.name != "postgresql":
        yield
        return
    execute = _executes(connection)
    forced = list(connection.scalars(text(_FORCED)))
    alter = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
    for table in forced:
        execute(alter.format(sql.Identifier(table), sql.SQL("NO FORCE")))
    yield
    for table in forced:
        execute(alter.format(sql.Identifier(table), sql.SQL("FORCE")))


def refuse_open_fence(connection: Connection) -> None:
    """Refuse a database in which one organisation could see what another one's is."""
    if connection.dialect.name != "postgresql":
        return
    found = connection.execute(text(_WHOAMI)).one()
    name, is_superuser, bypasses, owned = found
    if is_superuser or bypasses or owned:
        why = (
            "is a superuser"
            if is_superuser
            else "bypasses row-level security"
            if bypasses
            else f"owns {owned}"
        )
        raise DatabaseProblem(
            f"the service would work as the role {name}, which {why}; it has to be one that owns"
            f" nothing and bypasses nothing, as {ROLE} is after `prognosis migrate`"
        )
    if unfenced := list(connection.scalars(text(_UNFENCED))):
        raise DatabaseProblem(
            "row-level security is not enabled, forced and with a policy on"
            f" {', '.join(unfenced)}: the owner of the tables has to put it back"
        )
    if missing := _missing_rights(connection):
        raise DatabaseProblem(
            f"the role {ROLE} lacks rights on {', '.join(missing)}: run `prognosis migrate`"
            " as the owner of the tables"
        )


def explain_refusal(reason: str, login: str) -> str:
    """Say what to do where the database did not let the service in as its role."""
    if ROLE not in reason:
        return f"the database cannot be opened: {reason}"
    return f"{_ask_for_role(login)} ({reason.strip()})"


def _ask_for_role(login: str) -> str:
    return (
        f"the service works as the role {ROLE}, which is not there or not its login's: run"
        " `prognosis migrate`; where its login may not make roles, an administrator runs before:"
        f" CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO {login};"
    )


def _missing_rights(connection: Connection) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = {}
    for table, right in connection.execute(text(_RIGHTS), {"role": ROLE}):
        held.setdefault(table, set())
        held[table] |= {right} if right else set()
    ours = {*metadata.tables, "alembic_version"} & held.keys()
    missing = {name: FEWER_RIGHTS.get(name, ALL_RIGHTS) - held[name] for name in sorted(ours)}
    return {name: rights for name, rights in missing.items() if rights}


def _executes(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.execute


_MAY_BE = """
    SELECT count(*) FROM pg_roles
    WHERE rolname = :role AND pg_has_role(session_user, oid, 'MEMBER')
"""

_RIGHTS = """
    SELECT relname, privilege_type
    FROM pg_class LEFT JOIN (
        SELECT pg_class.oid AS of_table, privilege_type
        FROM pg_class, aclexplode(relacl) JOIN pg_roles ON pg_roles.oid = grantee
        WHERE rolname = :role
    ) AS held ON of_table = pg_class.oid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""

_FORCED = """
    SELECT relname FROM pg_class
    WHERE relforcerowsecurity AND relnamespace = current_schema()::regnamespace ORDER BY 1
"""

_WHOAMI = """
    SELECT current_user, rolsuper, rolbypassrls, (
        SELECT min(relname) FROM pg_class
        WHERE pg_has_role(current_user, relowner, 'MEMBER')
    )
    FROM pg_roles WHERE rolname = current_user
"""

_UNFENCED = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace AND EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND NOT attisdropped
            AND (attname = 'organisation_id' OR relname = 'client_secret')
    ) AND NOT (
        relrowsecurity AND relforcerowsecurity
        AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)
    ) ORDER BY 1
"""
