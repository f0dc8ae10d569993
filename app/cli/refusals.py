"""What a refusal says on standard error."""

from app.errors import ServiceError
from app.settings import SettingsProblem


def refusal(error: Exception) -> str | None:
    """Say in one line why a command did nothing; None for a fault of ours."""
    from sqlalchemy.exc import DBAPIError

    from app.storage.backup_file import BackupProblem
    from app.storage.cohort_file import CohortFileProblem
    from app.storage.engines import DatabaseProblem

    if isinstance(error, ServiceError):
        fields = [f"{field.pointer}: {field.detail}" for field in error.errors if field.pointer]
        return f"{error.code}: {'; '.join(fields) or error.detail}"
    if isinstance(error, DBAPIError):
        # The driver's message can quote a row.
        return f"the database refused ({type(error.orig).__name__}); nothing more was stored"
    told = SettingsProblem | DatabaseProblem | CohortFileProblem | BackupProblem
    return str(error) if isinstance(error, told) else None
