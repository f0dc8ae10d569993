"""The child's side: read a job a line, run it, say `done`; end when the parent is gone."""

import json
import os
import sys
from importlib import import_module
from queue import Queue
from threading import Thread
from typing import Any


def _read(jobs: "Queue[Any]") -> None:
    for line in sys.stdin:
        jobs.put(json.loads(line))
    # The parent is gone: what runs now has nobody to tell, and would go on beside its successor.
    os._exit(1)


if __name__ == "__main__":
    # One thread: two runs of one fit give the same bits, and requests keep the other cores.
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))
    os.nice(5)
    module, _, name = sys.argv[1].partition(":")
    setup = json.loads(sys.stdin.readline())
    jobs: Queue[Any] = Queue()
    Thread(target=_read, args=(jobs,), daemon=True).start()
    run = getattr(import_module(module), name)(setup)
    while True:
        run(jobs.get())
        print("done", flush=True)
