"""
Statistics and clinical rules: pure functions of numbers.

As a library: `from app.prognosis import Cohort, fit`. Nothing is imported
before it is asked for, as serving has to stay light and a fit is not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.prognosis.cohort import Cohort
    from app.prognosis.cox import fit, fitted_rows
    from app.prognosis.engine.rows import MalformedRows
    from app.prognosis.fitted import Fit
    from app.prognosis.landmarks import after_landmark
    from app.prognosis.refusals import RefitRefused
    from app.prognosis.start_stop import StartStopFit, fit_start_stop

__all__ = [
    "Cohort",
    "Fit",
    "MalformedRows",
    "RefitRefused",
    "StartStopFit",
    "after_landmark",
    "fit",
    "fit_start_stop",
    "fitted_rows",
]

_HOMES = {
    "Cohort": "cohort",
    "Fit": "fitted",
    "MalformedRows": "engine.rows",
    "RefitRefused": "refusals",
    "StartStopFit": "start_stop",
    "after_landmark": "landmarks",
    "fit": "cox",
    "fit_start_stop": "start_stop",
    "fitted_rows": "cox",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
