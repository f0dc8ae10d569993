"""
Compile the loops of a fit, before the first one is asked for.

That is `python -m app.prognosis.engine.compiled`. The first import of the
kernels compiles them, which takes some seconds, and keeps the code in the
first of these that can be written: `NUMBA_CACHE_DIR`, the `__pycache__` beside
the source, the user's cache directory. Every later import, by the same version
and on the same kind of processor, takes it from there. So run this once, as
the user that fits, when the service is installed. Where the installation and
the home of that user are read-only, set `NUMBA_CACHE_DIR` to a directory that
is kept and can be written; without one, each process that fits compiles for
itself when it starts.
"""

import numpy as np

from app.prognosis.concordance import concordance
from app.prognosis.engine.likelihood import evaluate
from app.prognosis.engine.rows import survival_rows


def compile_kernels() -> None:
    """Run every loop of a fit once, which the import has compiled."""
    rows = survival_rows([[0.0], [1.0], [0.0]], [1, 2, 3], [1, 1, 0], starts=[0, 1, 0])
    evaluate(rows, np.zeros(1))
    concordance(rows, rows.x[:, 0])


if __name__ == "__main__":
    compile_kernels()
