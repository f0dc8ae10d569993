"""The child's side: read a job a line, run it, say `done`; end when the parent is gone."""

import json
import os
import sys
from importlib import import_module

if __name__ == "__main__":
    # One thread: two runs of one fit give the same bits, and requests keep the other cores.
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))
    os.nice(5)
    module, _, name = sys.argv[1].partition(":")
    setup = json.loads(sys.stdin.readline())
    run = getattr(import_module(module), name)(setup)
    for line in sys.stdin:
        run(json.loads(line))
        print("done", flush=True)
