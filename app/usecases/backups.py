"""Everything out into a file and back: for every organisation at once, and told to each."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from app.storage.audit import AuditEvent
from app.storage.backup_file import Manifest
from app.storage.backups import Progress, tell_everybody, write_backup
from app.storage.restoring import Restored, restore_backup
from app.usecases.service import Service


def back_up(
    service: Service, caller: str, path: Path, begun: Progress, progress: Progress
) -> Manifest:
    """Write everything that is committed at this instant to a new file."""
    # Told before, so that it is in the backup too.
    with service.database.begin() as connection:
        tell_everybody(connection, _event(caller, "command backup", service.now()))
    return write_backup(service.database, path, service.now(), begun, progress)


def restore(
    database_url: str, caller: str, at: datetime, path: Path, begun: Progress, progress: Progress
) -> Restored:
    """Fill an empty database from a backup."""
    event = _event(caller, "command restore", at)
    return restore_backup(database_url, path, event, begun, progress)


def _event(caller: str, action: str, at: datetime) -> AuditEvent:
    return AuditEvent(at, caller, action, 200, None, uuid4().hex)
