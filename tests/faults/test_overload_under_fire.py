"""Four times what the service can do: refused in words, bounded in memory, and over soon."""

import json
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.faults.serving import Served

TIMES = 4
MOST_GROWTH = 50 * 2**20
CALM_S = 5
"""After so long it has to be as quick as before."""

Answers = dict[str, Any]


class Generator:
    """Starts the generator, each time with numbers that nobody posted yet."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._firsts = count(0, 1_000_000)

    def start(self, seconds: float, rate: float, connections: int) -> subprocess.Popen[str]:
        """Post for so long."""
        asked = {"port": self._served.port, "key": self._served.key, "seconds": seconds}
        asked |= {"rate": rate, "connections": connections, "first": next(self._firsts)}
        command = [sys.executable, "-m", "tests.faults.generator"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, **pipes)  # type: ignore[call-overload]
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
        started: subprocess.Popen[str] = process
        return started

    def run(self, seconds: float, rate: float, connections: int) -> Answers:
        """Post for so long and give what was answered."""
        return ended(self.start(seconds, rate, connections))


def ended(process: subprocess.Popen[str]) -> Answers:
    assert process.stdout is not None
    with process.stdout:
        found: Answers = json.loads(process.stdout.read())
    assert process.wait() == 0
    return found


def memory(served: Served) -> int:
    """Add up what all processes of the service hold."""
    parents = [psutil.Process(served.children()[0].ppid())]
    return sum(each.memory_info().rss for each in [*parents, *served.children()])


def health(served: Served) -> list[int]:
    """Ask whether it lives, and for the metrics."""
    base = f"http://127.0.0.1:{served.port}"
    headers = {"Authorization": f"Bearer {served.key}"}
    paths = ("/livez", "/metrics")
    return [httpx.get(base + path, headers=headers, timeout=10).status_code for path in paths]


def check_overload(served: Served, seconds: float) -> Answers:
    """Find what it can do, ask for four times that, and look at what becomes of it."""
    generator = Generator(served)
    generator.run(3, 0, 16)
    answered = generator.run(5, 0, 16)
    capacity = answered["sent"] / 5
    before = generator.run(5, capacity / 4, 64)
    held = memory(served)

    fire = generator.start(seconds, TIMES * capacity, 1500)
    seen: list[int] = []
    most = held
    until = time.monotonic() + seconds - 1
    while time.monotonic() < until:
        seen += health(served)
        most = max(most, memory(served))
        time.sleep(0.5)
    during = ended(fire)
    time.sleep(CALM_S)
    after = generator.run(5, capacity / 4, 64)

    found = {"capacity": capacity, "before": before, "during": during, "after": after}
    found |= {"grown_MB": (most - held) / 2**20}
    sys.stderr.write(f"{found}\n")
    assert set(during["statuses"]) <= {"200", "201", "429", "503"}
    assert during["statuses"]["201"] > 0.2 * capacity * seconds
    assert set(seen) == {200}
    assert most - held < MOST_GROWTH
    assert set(after["statuses"]) == {"201"}
    assert after["p99"] < 2 * before["p99"] + 0.05
    return found


@pytest.mark.soak
def test_a_minute_of_four_times_what_it_can_do(database_url: str, tmp_path: Path) -> None:
    with Served(database_url, tmp_path) as served:
        found = check_overload(served, seconds=60)

    assert found["during"]["statuses"]["503"] > 0
