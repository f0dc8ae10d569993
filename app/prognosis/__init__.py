"""
Statistics and clinical rules: pure functions of numbers.

As a library: `from app.prognosis import Cohort, fit`. Nothing is imported
before it is asked for, as serving has to stay light and a fit is not.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.prognosis.cohort import Cohort
    from app.prognosis.cox import fit, fitted_rows
    from app.prognosis.engine.rows import MalformedRows
    from app.prognosis.fit import Fit
    from app.prognosis.refusals import RefitRefused

__all__ = ["Cohort", "Fit", "MalformedRows", "RefitRefused", "fit", "fitted_rows"]

_HOMES = {
    "Cohort": "cohort",
    "Fit": "fit",
    "MalformedRows": "engine.rows",
    "RefitRefused": "refusals",
    "fit": "cox",
    "fitted_rows": "cox",
}


class _Library(ModuleType):
    # To import a submodule binds its name in the package: `fit` would be the module of `Fit`,
    # and no longer the function.
    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOMES:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{self.__name__}.{_HOMES[name]}"), name)


sys.modules[__name__].__class__ = _Library
