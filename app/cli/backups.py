"""Backups: everything out into one file, and back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.terminal import AsJson, print_json, progress_bar
from app.settings import load_settings

if TYPE_CHECKING:
    from app.storage.backup_file import Manifest

NewFile = Annotated[Path, typer.Argument(help="A file that is not there yet.")]
File = Annotated[Path, typer.Argument(help="What `prognosis backup` wrote.")]


def backup(file: NewFile, as_json: AsJson = False) -> None:
    """
    Write everything to one file while the service goes on.

    It is as of one instant, is read again before the command ends, and
    can be restored into SQLite and into PostgreSQL, whichever it is from.
    It holds patients' data: keep it like the database.
    """
    from app.cli.opened import opened, whoever_runs_it
    from app.usecases.backups import back_up

    with opened() as service, progress_bar(0, " rows") as bar:
        manifest = back_up(service, whoever_runs_it(), file, bar.reset, bar.update)
    if as_json:
        print_json({"file": str(file), "bytes": file.stat().st_size, **_told(manifest)})
    else:
        print(f"{_counted(manifest)} written to {file}")


def restore(file: File, as_json: AsJson = False) -> None:
    """
    Fill a new database from a backup: all of it, or nothing.

    PROGNOSIS_DATABASE_URL names the database: a SQLite file that is not
    there yet, or a PostgreSQL database without tables. Every row is read
    again and compared with the backup's before anything is kept; then an
    older schema is brought to this version's. Whoever was erased after
    the backup was made is there again and has to be erased again.
    """
    from app.cli.opened import whoever_runs_it
    from app.usecases import backups

    url, at = load_settings().database_url, datetime.now(UTC)
    with progress_bar(0, " rows") as bar:
        restored = backups.restore(url, whoever_runs_it(), at, file, bar.reset, bar.update)
    manifest = restored.manifest
    if as_json:
        print_json({"file": str(file), **_told(manifest), "restored_schema": restored.schema})
        return
    print(f"{_counted(manifest)} restored, each the same as in the backup")
    if restored.schema != manifest.schema:
        print(f"the backup has schema {manifest.schema}; the database has now {restored.schema}")
    print("whoever was erased after that instant has to be erased again")


def _told(manifest: "Manifest") -> dict[str, Any]:
    return {
        "made_at": manifest.made_at.isoformat(),
        "version": manifest.version,
        "schema": manifest.schema,
        "database": manifest.database,
        "rows": manifest.rows,
        "tables": {content.layout.name: content.rows for content in manifest.tables},
    }


def _counted(manifest: "Manifest") -> str:
    at = manifest.made_at.isoformat(timespec="seconds")
    return f"{manifest.rows} rows of {len(manifest.tables)} tables, as of {at},"
