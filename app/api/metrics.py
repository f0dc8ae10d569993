"""What `/metrics` tells: counters of the whole server, in the text format of Prometheus.

No label holds anything that was sent: routes stand as their templates, and what has none is one.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from app import __version__
from app.api.counts import Counts
from app.usecases.limits import LIMITS

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""https://prometheus.io/docs/instrumenting/exposition_formats/"""

Operation = tuple[str, str]
"""A method and the template of a route."""

UNROUTED: Operation = ("other", "unrouted")
"""Refused before its route was looked for, or of no route; methods and paths can be made up."""

BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds in seconds: an answer takes some milliseconds, a refit waited for some seconds."""

STATUSES = (
    *(200, 201, 202, 204, 304),
    *(400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 428, 429),
    *(500, 503),
)
"""Those that the service answers; any other counts as `other`."""

BUILD = "Always 1; the version that serves."
ANSWERED = "Requests answered, by all processes of this server since it started."
LASTED = "From the last header of the request to the end of its answer."
EMERGENCIES = "Reads with break-glass in place of a scope; each is a reason to look."
KEPT_OUT = "Requests refused by a limit, those with a wrong key one too many included."
WORKED_ON = "Requests worked on now, this one included."
REFITS = "Refits in the database, of all organisations; every server of it tells the same."
DUE = "Models in use, of all organisations, that are a year old or have rows changed or erased."
UNSEALED = "Age of the oldest audit event without a seal, 0 without any; usually some seconds."
SPACE = "Bytes of the disk under the embedded database, and those that are free of them."

RUNNING = 0
BREAK_GLASS = 1
REFUSED = 2
BEFORE = REFUSED + len(LIMITS)
"""Numbers before those of the first operation."""

BUCKETS_FROM = len(STATUSES) + 1
SECONDS = BUCKETS_FROM + len(BUCKETS) + 1
WIDTH = SECONDS + 1
"""Numbers of one operation: answers by status, answers by duration, and seconds in all."""


@dataclass(frozen=True)
class Gauges:
    """What each scrape looks up in the database and on its disk, whose server watches its own."""

    refits: Mapping[str, int]
    refits_due: int = 0
    seconds_unsealed: float = 0.0
    space: tuple[int, int] | None = None


class Metrics:
    """Counts requests in this process, and tells of all processes of the server."""

    def __init__(self, operations: Iterable[Operation], folder: str | None = None) -> None:
        known = (*sorted(set(operations)), UNROUTED)
        self._places = {each: BEFORE + WIDTH * n for n, each in enumerate(known)}
        # Another version may count other things: its files have another name.
        counted = (known, STATUSES, BUCKETS, "break-glass", LIMITS)
        layout = sha256(repr(counted).encode()).hexdigest()[:16]
        size = BEFORE + WIDTH * len(known)
        self._counts = Counts(Path(folder) if folder else None, layout, size)
        self._counts.own[RUNNING] = 0

    def begin(self) -> None:
        """Count a request that is worked on."""
        self._counts.own[RUNNING] += 1

    def end(self, operation: Operation, status: int, seconds: float) -> None:
        """Count its answer."""
        own = self._counts.own
        place = self._places.get(operation, self._places[UNROUTED])
        own[RUNNING] -= 1
        own[place + (STATUSES.index(status) if status in STATUSES else len(STATUSES))] += 1
        own[place + BUCKETS_FROM + bisect_left(BUCKETS, seconds)] += 1
        own[place + SECONDS] += seconds

    def break_glass(self) -> None:
        """Count an emergency, whatever comes of it."""
        self._counts.own[BREAK_GLASS] += 1

    def refuse(self, limit: str) -> None:
        """Count a request that a limit kept out, beside its answer."""
        self._counts.own[REFUSED + LIMITS.index(limit)] += 1

    def text(self, gauges: Gauges) -> str:
        """Write everything that was counted and looked up."""
        shares = list(self._counts.shares())
        total = [sum(column) for column in zip(*(each.numbers for each in shares), strict=True)]
        running = sum(share.numbers[RUNNING] for share in shares if share.runs)
        by_state = [("", {"state": state}, gauges.refits[state]) for state in sorted(gauges.refits)]
        sizes = zip(("free", "all"), gauges.space, strict=True) if gauges.space else ()
        disk = [("", {"of": name}, size) for name, size in sizes]
        refused = [("", {"limit": limit}, total[REFUSED + n]) for n, limit in enumerate(LIMITS)]
        families = (
            _family("build_info", "gauge", BUILD, [("", {"version": __version__}, 1)]),
            _family("requests_total", "counter", ANSWERED, self._answers(total)),
            _family("request_seconds", "histogram", LASTED, self._durations(total)),
            _family("requests_refused_total", "counter", KEPT_OUT, refused),
            _family("break_glass_total", "counter", EMERGENCIES, [("", {}, total[BREAK_GLASS])]),
            _family("requests_in_progress", "gauge", WORKED_ON, [("", {}, running)]),
            _family("refits", "gauge", REFITS, by_state),
            _family("refits_due", "gauge", DUE, [("", {}, gauges.refits_due)]),
            _family(
                "audit_unsealed_seconds", "gauge", UNSEALED, [("", {}, gauges.seconds_unsealed)]
            ),
            *([_family("storage_bytes", "gauge", SPACE, disk)] if disk else []),
        )
        return "".join(f"{line}\n" for family in families for line in family)

    def _answers(self, total: list[float]) -> Iterator["Sample"]:
        for (method, route), place in self._places.items():
            for number, status in enumerate((*STATUSES, "other")):
                if answers := total[place + number]:
                    labels = {"method": method, "route": route, "status": str(status)}
                    yield "", labels, answers

    def _durations(self, total: list[float]) -> Iterator["Sample"]:
        for (method, route), place in self._places.items():
            counted = total[place + BUCKETS_FROM : place + SECONDS]
            if not any(counted):
                continue
            labels, so_far = {"method": method, "route": route}, 0.0
            for bound, answers in zip((*BUCKETS, "+Inf"), counted, strict=True):
                so_far += answers
                yield "_bucket", labels | {"le": str(bound)}, so_far
            yield "_sum", labels, total[place + SECONDS]
            yield "_count", labels, so_far


Sample = tuple[str, dict[str, str], float]
"""What is added to the family's name, the labels, and the value."""


def operations_of(doors: Iterable[APIRouter]) -> Iterator[Operation]:
    """List what can be asked for."""
    found = (route for door in doors for route in door.routes if isinstance(route, APIRoute))
    return ((method, route.path_format) for route in found for method in route.methods or ())


def operation_of(method: str, route: Any) -> Operation:
    """Name what was asked for, as far as its own names go."""
    return method, getattr(route, "path_format", "")


def _family(name: str, kind: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP prognosis_{name} {meaning}"
    yield f"# TYPE prognosis_{name} {kind}"
    for suffix, labels, value in samples:
        # Every label's value is one of ours: none has a quote, a backslash or a line's end.
        told = ",".join(f'{label}="{text}"' for label, text in labels.items())
        yield f"prognosis_{name}{suffix}{{{told}}} {value:.10g}"
