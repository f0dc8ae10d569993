"""A service of two hospitals, and its twin that only the first of them ever called."""

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import httpx

from app.api.together import Together
from app.usecases.backups import back_up, restore
from tests.running import TLS, Running, running
from tests.usecases.conftest import JobsAtOnce

Json = dict[str, Any]

SHARED, APART = "hospital-a", "hospital-b"
"""The hospital that both services have, and the one whose calls it must not notice."""

NOW = re.compile(r"(?!2021)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
"""Every draw that is told of is of 2021."""

NAMED = re.compile(r"(?<![.\w])([0-9a-f]{32}|[0-9a-f]{16})\b")
"""No digits of a number with a fraction: those have to be the same."""

APART_IN_TIME = re.compile(
    r'"(sequence|next|allocation_code)": ("[^"]*"|\d+)'
    r'|"(last_used_at|progress)": ("[^"]*"|null|0\.\d+)'
)
"""The last use of a key is written down some seconds after it, how far a job came while it runs;
codes of allocations are drawn."""
KEY = re.compile(r"ctc_[0-9a-f]{16}_[\w-]+")


class Side:
    """One service on a database of its own, which can be stopped, copied and brought back."""

    def __init__(self, new_database: Callable[[], str], *organisations: str) -> None:
        self._new_database = new_database
        self._stack = ExitStack()
        self._service = self._opened(new_database())
        self._names: dict[str, str] = {}
        self.keys = {}
        for name in organisations:
            self._service.add_organisation(name)
            self.keys[name] = self._service.key(name)

    def ask(self, key: str, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send one request."""
        headers = {"Authorization": f"Bearer {key}", **sent.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **sent)

    def restart(self) -> None:
        """Stop the service and start it on the same database."""
        self.close()
        self._opened(self._service.database_url)

    def back_up(self, path: Path) -> None:
        """Write everything to a file while the service runs."""
        back_up(self._service.app.state.service, "command:test", path, _silent, _silent)

    def restore(self, path: Path) -> None:
        """Bring a backup back into another database, and serve that."""
        self.close()
        url = self._new_database()
        restore(url, "command:test", datetime.now(UTC), path, _silent, _silent)
        self._opened(url)

    def close(self) -> None:
        """Stop the service."""
        self._stack.close()

    def read(self, answer: httpx.Response) -> str:
        """Write an answer so that it does not depend on when it was given, nor on chance."""
        text = answer.text.replace(self._service.url, "<url>")
        if answer.headers.get("content-type") in ("application/json", "application/problem+json"):
            content = json.loads(text)
            items = content.get("items", []) if isinstance(content, dict) else []
            if items and "scopes" in items[0]:
                # Listed by identifier, and those are random.
                items.sort(key=lambda item: item["created_at"])
            text = APART_IN_TIME.sub(r'"\1\3": "-"', json.dumps(content))
        text = KEY.sub("<key>", NOW.sub("<now>", text))
        return NAMED.sub(lambda found: self._named(found[0]), text)

    def _named(self, name: str) -> str:
        return self._names.setdefault(name, f"<{len(self._names)}>")

    def _opened(self, url: str) -> Running:
        self._service = self._stack.enter_context(running(url))
        state = self._service.app.state
        # The same fit without the process that takes seconds to start.
        state.service = replace(state.service, jobs=JobsAtOnce(self._service.database))
        state.together = Together(state.service)
        client = httpx.Client(base_url=self._service.url, timeout=60, verify=TLS)
        self._client = self._stack.enter_context(client)
        return self._service


def _silent(_: int) -> None:
    return None


@dataclass(frozen=True)
class Name:
    """What each service calls the same thing; without a twin there is one name."""

    main: str
    twin: str

    def __str__(self) -> str:
        return self.main


@dataclass(frozen=True)
class Answer:
    """What the service answered, and its twin where that was asked too."""

    main: httpx.Response
    twin: httpx.Response

    @property
    def status(self) -> int:
        """The status of both."""
        return self.main.status_code

    @property
    def body(self) -> Any:
        """The JSON of the service's own answer."""
        return self.main.json()

    def name(self, *path: str) -> Name:
        """Take a name that the services gave out of the answers."""
        found = []
        for answer in (self.main, self.twin):
            value = answer.json()
            for member in path:
                value = value[member]
            found.append(value)
        return Name(*found)


def apart(told: str, alone: str) -> tuple[str, str]:
    """Show where two answers begin to differ."""
    place = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(told, alone, strict=False))
    )
    return told[max(0, place - 60) : place + 60], alone[max(0, place - 60) : place + 60]


class Twins:
    """Sends what the first hospital sends to both services, and compares what they answer."""

    def __init__(self, new_database: Callable[[], str]) -> None:
        self.main = Side(new_database, SHARED, APART)
        self.twin = Side(new_database, SHARED)

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both services."""
        return self.main, self.twin

    def ask(
        self,
        hospital: str,
        method: str,
        path: str,
        *names: Name,
        key: Name | None = None,
        **sent: Any,
    ) -> Answer:
        """Send one request of a hospital; names stand for the empty braces of its path."""
        keys = key or self.key(hospital)
        main_path = path.format(*(name.main for name in names))
        main = self.main.ask(keys.main, method, main_path, **sent)
        if hospital != SHARED:
            return Answer(main, main)
        twin_path = path.format(*(name.twin for name in names))
        twin = self.twin.ask(keys.twin, method, twin_path, **sent)
        assert main.status_code == twin.status_code, (method, path, main.text, twin.text)
        told, alone = self.main.read(main), self.twin.read(twin)
        assert told == alone, (method, path, *apart(told, alone))
        return Answer(main, twin)

    def key(self, hospital: str) -> Name:
        """The key with every scope."""
        key = self.main.keys[hospital]
        return Name(key, self.twin.keys.get(hospital, key))

    def close(self) -> None:
        """Stop both."""
        for side in self.sides:
            side.close()
