"""Callers with connections of their own, who repeat until they know what became of it."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from typing import Any, Self

from tests.faults.laboratory.comparisons import compared_by, told_of
from tests.faults.laboratory.history import KEYABLE, POSTS, WRITES, Operation, Outcome
from tests.faults.laboratory.plan import Plan, Step, value_of
from tests.faults.laboratory.trial import TRIAL, allocation

LONGEST_ANSWER_S = 20
"""After so long a caller takes an answer for lost."""

MOST_VERSIONS = 500
"""Of one result that are read at once; no run corrects one so often."""

AGAIN_S = 0.05
"""Between two attempts at the same step."""


@dataclass(frozen=True)
class Reached:
    """Where the service is, and with which key it is called."""

    port: int
    key: str


@dataclass(frozen=True)
class Heard:
    """The answer to one request; no status where none came."""

    status: int | None
    etag: str | None = None
    content: Any = None

    @property
    def outcome(self) -> Outcome:
        """What the caller knows now; a 503 says that nothing is stored, and is not believed."""
        if self.status is None or self.status >= 500:
            return "unknown"
        return "acknowledged" if self.status < 300 else "refused"


NOTHING = Heard(None)


class Caller:
    """One caller, which does one step after the other."""

    def __init__(self, number: int, reached: Reached, log: Callable[[Operation], None]) -> None:
        self._number = number
        self._key = reached.key
        self._log = log
        self._attempts: Counter[int] = Counter()
        self._compared: dict[Step, str] = {}
        self._connection = HTTPConnection("127.0.0.1", reached.port, timeout=LONGEST_ANSWER_S)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def attempt(self, step: Step) -> bool:
        """Try a step once; true when it is known what became of it."""
        return DOES[step.kind](self, step)

    def promote(self, model_id: str) -> None:
        """Try once to put a model into use."""
        body, began = b'{"reason": "the next one"}', time.monotonic()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        heard = self._exchange("POST", f"/v1/models/{model_id}/promotion", body, headers)
        ended = time.monotonic()
        self._log(
            Operation(
                *(self._number, 0, "promote", "models", began, ended),
                heard.outcome,
                heard.status,
            )
        )

    def _submit(self, step: Step) -> bool:
        return self._ask("POST", "/v1/prognoses", step).outcome != "unknown"

    def _result(self, step: Step) -> bool:
        return self._ask("POST", "/v1/blood-tests", step).outcome != "unknown"

    def _correct(self, step: Step) -> bool:
        path = f"/v1/blood-tests/{step.record}"
        return self._replace(step, path, f"{path}/versions?limit={MOST_VERSIONS}", "versions")

    def _follow(self, step: Step) -> bool:
        return self._tell(step, "follow-up", "follow_up")

    def _treat(self, step: Step) -> bool:
        return self._tell(step, "treatments/T", "treatments")

    def _assess(self, step: Step) -> bool:
        return self._tell(step, "assessments/S", "assessments")

    def _tell(self, step: Step, what: str, reading: str) -> bool:
        path = f"/v1/patients/P-{step.patient}"
        return self._replace(step, f"{path}/{what}", f"{path}/history", reading)

    def _enrol(self, step: Step) -> bool:
        return self._ask("POST", f"/v1/trials/{TRIAL}/enrolments", step).outcome != "unknown"

    def _compare(self, step: Step) -> bool:
        if step not in self._compared:
            heard = self._ask("POST", "/v1/comparisons", step)
            if heard.outcome != "acknowledged":
                return heard.outcome == "refused"
            self._compared[step] = heard.content["comparison_id"]
        # This one and the one before it, which may have come to its end meanwhile.
        return {self._look(each) for each in list(self._compared)[-2:]} == {True}

    def _look(self, step: Step) -> bool:
        path = f"/v1/comparisons/{self._compared[step]}"
        return self._ask("GET", path, step, kind="look").outcome != "unknown"

    def _read(self, step: Step) -> bool:
        return self._ask("GET", f"/v1/blood-tests/{step.record}", step).outcome != "unknown"

    def _asked(self, step: Step) -> bool:
        path = f"/v1/patients/P-{step.patient}/prognosis"
        return self._ask("GET", path, step).outcome != "unknown"

    def _replace(self, step: Step, path: str, versions: str, reading: str) -> bool:
        known = self._ask("GET", versions, step, kind=reading)
        if known.outcome != "acknowledged":
            return False
        there = _versions(reading, known.content)
        if step.value in there:
            # An attempt whose answer did not come was stored all the same, and maybe replaced.
            return True
        version = str(len(there)) if there else None
        return self._ask("PUT", path, step, version=version).outcome == "acknowledged"

    def _ask(
        self,
        method: str,
        path: str,
        step: Step,
        *,
        version: str | None = None,
        kind: str | None = None,
    ) -> Heard:
        kind = kind or step.kind
        self._attempts[step.number] += 1
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "X-Operation": f"{step.number}.{self._attempts[step.number]}",
        }
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if step.is_keyed and kind in KEYABLE:
            headers["Idempotency-Key"] = f"step-{step.number}"
        body = None if method == "GET" else step.body()
        began = time.monotonic()
        heard = self._exchange(method, path, body, headers)
        self._log(self._operation(step, kind, heard, began))
        return heard

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Heard:
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, HTTPException):
            self._connection.close()
            return NOTHING
        if answer.getheader("Content-Length") is None:
            # Torn within its head, which the library takes for a whole one.
            self._connection.close()
            return NOTHING
        etag = answer.getheader("ETag")
        content = json.loads(text) if text else None
        return Heard(answer.status, etag and etag.strip('"'), content)

    def _operation(self, step: Step, kind: str, heard: Heard, began: float) -> Operation:
        answered = heard.content if heard.outcome == "acknowledged" else None
        value = step.value if kind in WRITES else None
        return Operation(
            caller=self._number,
            number=step.number,
            kind=kind,
            record=step.record,
            began=began,
            ended=time.monotonic(),
            outcome=heard.outcome,
            status=heard.status,
            value=value or (answered and _value(kind, answered)),
            version=_version(kind, heard) if answered else None,
            prognosis=_prognosis(kind, answered),
            told=told_of(answered) if answered and kind in COMPARED else None,
        )


DOES: dict[str, Callable[[Caller, Step], bool]] = {
    "submit": Caller._submit,
    "result": Caller._result,
    "correct": Caller._correct,
    "follow": Caller._follow,
    "treat": Caller._treat,
    "assess": Caller._assess,
    "enrol": Caller._enrol,
    "compare": Caller._compare,
    "read": Caller._read,
    "ask": Caller._asked,
}

IN_HISTORY = {
    "follow_up": "last_known_alive_on",
    "treatments": "regimen",
    "assessments": "assessed_on",
}
"""Members of a patient's history, and what of each names the step that wrote it."""

COMPARED = ("compare", "look")


def _versions(kind: str, content: Any) -> list[str]:
    if kind in IN_HISTORY:
        return [str(each[IN_HISTORY[kind]]) for each in content[kind]]
    return [_result(each) for each in content["items"]]


def _result(test: Any) -> str:
    return value_of(datetime.fromisoformat(test["drawn_at"]), test["ctc_count"])


def _value(kind: str, content: Any) -> str | None:
    if kind == "versions" or kind in IN_HISTORY:
        return next(reversed(_versions(kind, content)), None)
    if kind == "enrol":
        number, code = content["number"], content["allocation_code"]
        return allocation(number, content["arm"], code, content)
    if kind == "look":
        return compared_by(content["request"])
    return _result(content["blood_test"] if kind == "ask" else content)


def _version(kind: str, heard: Heard) -> int | None:
    if kind in KEYABLE or kind == "look":
        # What is posted is the first version, also where the answer is repeated.
        return 1
    if kind == "versions" or kind in IN_HISTORY:
        return len(_versions(kind, heard.content)) or None
    return None if kind == "ask" else int(str(heard.etag))


def _prognosis(kind: str, content: Any) -> dict[str, Any] | None:
    if content is None or kind not in (*POSTS, "correct", "ask"):
        return None
    told: dict[str, Any] = content["prognosis"] if kind in ("result", "correct") else content
    return told


class Callers:
    """All callers of a run at their work, and the history that they make."""

    def __init__(
        self, reached: Reached, plan: Plan, seconds: float, models: tuple[str, ...] = ()
    ) -> None:
        self._reached = reached
        self.plan = plan
        self._deadline = time.monotonic() + seconds
        self._threads = [
            threading.Thread(target=self._call, args=(number, steps))
            for number, steps in enumerate(plan.callers)
        ]
        self._promoter = threading.Thread(target=self._promote, args=(cycle(models),))
        self._promotes = bool(models)
        self._stopped = threading.Event()
        self._counting = threading.Lock()
        self.history: list[Operation] = []
        self.acknowledged = 0
        self.unsettled: list[Step] = []

    def __enter__(self) -> Self:
        self._call(-1, self.plan.first)
        for thread in self._threads:
            thread.start()
        if self._promotes:
            self._promoter.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()
        if self._promotes:
            self._promoter.join()

    @property
    def are_busy(self) -> bool:
        """Whether somebody still has something to do."""
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Let everybody finish what they are at, and begin nothing new."""
        self._stopped.set()

    def wait_for(self, acknowledged: int) -> None:
        """Wait until so many posts are acknowledged."""
        while self.acknowledged < acknowledged and self.are_busy:
            time.sleep(0.002)

    def _call(self, number: int, steps: tuple[Step, ...]) -> None:
        caller = Caller(number, self._reached, self.history.append)
        for step in steps:
            if self._stopped.is_set():
                break
            self._settle(caller, step)
        caller.close()

    def _settle(self, caller: Caller, step: Step) -> None:
        while not caller.attempt(step):
            if time.monotonic() > self._deadline:
                self.unsettled.append(step)
                return
            time.sleep(AGAIN_S)
        with self._counting:
            self.acknowledged += step.kind in POSTS

    def _promote(self, models: Iterator[str]) -> None:
        caller = Caller(-2, self._reached, self.history.append)
        while self.are_busy:
            caller.promote(next(models))
            time.sleep(AGAIN_S)
        caller.close()
