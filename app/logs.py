"""Log lines with named fields, for machines or for people; never a path, a body or a value."""

import json
import logging
import sys
from datetime import UTC, datetime

from typing_extensions import override

FIELDS = (
    "method",
    "route",
    "status",
    "milliseconds",
    "outcome",
    "replayed",
    "request_id",
    "client_id",
    "waited_for",
    "error",
    "file",
    "line",
    "day",
    "place",
    "digest",
    "events",
)
"""What a line may carry beside its message; everything else stays out."""


class _Lines(logging.Formatter):
    """One JSON object a line."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {name: vars(record)[name] for name in FIELDS if name in vars(record)}
        line = {"at": at, "level": record.levelname, "message": record.getMessage(), **told}
        return json.dumps(line)


class _Console(logging.Formatter):
    """One line for a person."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        told = " ".join(
            f"{name}={vars(record)[name]}" for name in FIELDS if vars(record).get(name) is not None
        )
        return f"{at} {record.levelname.lower()} {record.getMessage()} {told}".rstrip()


def configure_logs(log_format: str) -> None:
    """Send every log line of the process to standard error, in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines() if log_format == "json" else _Console())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # The access line of our own gate names the route's template; uvicorn's would name the path.
    logging.getLogger("uvicorn.access").disabled = True
