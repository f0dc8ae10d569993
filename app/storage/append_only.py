"""Tables whose rows stay as they were written: the database itself refuses anything else."""

from collections.abc import Iterable

from sqlalchemy import DDL, MetaData, Table, event
from sqlalchemy.schema import ExecutableDDLElement

_POSTGRES_FUNCTION = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only, no ' || TG_OP;"
    " END $$"
)

# ALWAYS: a session that says it only replicates would else go unrefused.
_POSTGRES_TRIGGERS = (
    (
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ),
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
)

# REPLACE removes a row without asking the trigger on DELETE.
_SQLITE_TRIGGERS = (
    (
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
        " BEGIN SELECT RAISE(ABORT, '{table} is append-only, no UPDATE'); END"
    ),
    (
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
        " BEGIN SELECT RAISE(ABORT, '{table} is append-only, no DELETE'); END"
    ),
    (
        "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
        " WHEN EXISTS (SELECT 1 FROM {table} WHERE {is_there})"
        " BEGIN SELECT RAISE(ABORT, '{table} is append-only, no REPLACE'); END"
    ),
)


def refuse_changes(metadata: MetaData, *tables: Table) -> None:
    """Have the schema refuse to update, delete, replace or truncate rows of some tables."""
    event.listen(metadata, "before_create", _on("postgresql", _POSTGRES_FUNCTION))
    for table in tables:
        keys = [table.primary_key.columns.keys()]
        keys += [[column.name] for column in table.columns if column.unique]
        is_there = " OR ".join(_is_same(key) for key in keys)
        for dialect, statements in (
            ("postgresql", _POSTGRES_TRIGGERS),
            ("sqlite", _SQLITE_TRIGGERS),
        ):
            for statement in statements:
                told = statement.format(table=table.name, is_there=is_there)
                event.listen(table, "after_create", _on(dialect, told))


def _is_same(key: Iterable[str]) -> str:
    return " AND ".join(f"{name} = NEW.{name}" for name in key)


def _on(dialect: str, statement: str) -> ExecutableDDLElement:
    return DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
