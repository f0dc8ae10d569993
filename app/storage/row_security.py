"""PostgreSQL's own fence: in a transaction, only the rows of the organisation that it named."""

from collections.abc import Iterator, Mapping

from sqlalchemy import DDL, MetaData, Table, event

# A setting that was made for one transaction is afterwards empty, not absent.
_OURS = "organisation_id = NULLIF(current_setting('prognosis.organisation', true), '')::integer"
_NAMED = "client_id = NULLIF(current_setting('prognosis.client', true), '')"
_ACROSS = "current_setting('prognosis.across', true)"

_OF_ORGANISATION = f"CREATE POLICY of_organisation ON {{table}} USING ({_OURS})"

# Of the founder's invitations, a transaction sees its own organisation's alone.
_OF_INVITED = (
    "CREATE POLICY of_invited ON {table} FOR SELECT USING (EXISTS (SELECT FROM pool_member"
    " WHERE pool_member.pool_id = {table}.pool_id))"
)

# The row whole: with a policy on the column, no migration could change the column.
_BY_NAME = (
    "CREATE POLICY of_invited ON {table} FOR SELECT USING (EXISTS (SELECT FROM organisation"
    " WHERE to_jsonb(organisation) ->> 'name' = member AND organisation.{ours}))"
)

_POLICIES: Mapping[str, tuple[str, ...]] = {
    "organisation": (
        _OF_ORGANISATION,
        (
            "CREATE POLICY of_client ON {table} FOR SELECT USING (EXISTS (SELECT FROM client"
            " WHERE client.organisation_id = organisation.organisation_id"
            " AND client.client_id = NULLIF(current_setting('prognosis.client', true), '')))"
        ),
        (
            "CREATE POLICY of_directory ON {table} FOR SELECT"
            f" USING ({_ACROSS} IN ('directory', 'backup'))"
        ),
        f"CREATE POLICY added ON {{table}} FOR INSERT WITH CHECK ({_ACROSS} = 'directory')",
    ),
    "client": (
        _OF_ORGANISATION,
        f"CREATE POLICY of_client ON {{table}} FOR SELECT USING ({_NAMED})",
        (
            "CREATE POLICY of_directory ON {table} FOR SELECT"
            f" USING ({_ACROSS} IN ('directory', 'backup'))"
        ),
        # Who locks a row needs the right to update it.
        (
            "CREATE POLICY locked ON {table} FOR UPDATE"
            f" USING ({_ACROSS} = 'directory') WITH CHECK (false)"
        ),
    ),
    "client_secret": (
        (
            "CREATE POLICY of_organisation ON {table} USING (EXISTS (SELECT FROM client"
            f" WHERE client.client_id = client_secret.client_id AND client.{_OURS}))"  # nosec B608
        ),
        f"CREATE POLICY of_client ON {{table}} FOR SELECT USING ({_NAMED})",
        f"CREATE POLICY of_backup ON {{table}} FOR SELECT USING ({_ACROSS} = 'backup')",
    ),
    "access_token": (
        _OF_ORGANISATION,
        f"CREATE POLICY of_client ON {{table}} FOR SELECT USING ({_NAMED})",
    ),
    "refit": (
        _OF_ORGANISATION,
        f"CREATE POLICY counted ON {{table}} FOR SELECT USING ({_ACROSS} = 'refits')",
    ),
    "pool": (_OF_ORGANISATION, _OF_INVITED),
    "pool_member": (_OF_ORGANISATION, _BY_NAME),
    "pool_consent": (_OF_ORGANISATION, _OF_INVITED),
    "pool_model": (_OF_ORGANISATION, _OF_INVITED),
    "audit_event": (
        f"CREATE POLICY of_organisation ON {{table}} FOR SELECT USING ({_OURS})",
        # Of callers without an organisation, too, by whoever reaches none.
        (
            "CREATE POLICY appended ON {table} FOR INSERT"
            f" WITH CHECK ({_OURS.replace('=', 'IS NOT DISTINCT FROM', 1)})"
        ),
        (
            "CREATE POLICY of_audit ON {table} FOR SELECT"
            f" USING ({_ACROSS} IN ('audit', 'backup'))"
        ),
    ),
}
"""Where something else is needed than the rows of one organisation."""


def fence(metadata: MetaData, *others: Table) -> None:
    """Fence every table that has an organisation, and some others."""
    for table in metadata.tables.values():
        if "organisation_id" in table.columns or table in others:
            for statement in _fenced(table.name):
                event.listen(metadata, "after_create", _on_postgresql(statement))


def _fenced(name: str) -> Iterator[str]:
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    # Also for the owner of the table.
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for policy in _POLICIES.get(name, (_OF_ORGANISATION,)):
        yield policy.format(table=name, ours=_OURS)


def _on_postgresql(statement: str) -> DDL:
    return DDL(statement).execute_if(dialect="postgresql")  # type: ignore[no-untyped-call]
