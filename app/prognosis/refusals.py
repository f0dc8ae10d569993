"""Why a refit yields no model; light, so that the serving process can name it too."""

from typing import Literal

RefusalCode = Literal[
    "too-few-events",
    "no-variation",
    "collinear",
    "separation",
    "not-converged",
    "too-few-organisations",
]
"""As the service says it; `abandoned` and `cancelled` are not the statistics' to say."""


class RefitRefused(ValueError):
    """
    A cohort and a specification that no model comes of.

    Parameters
    ----------
    code : str
        The stable code of the reason, one of `RefusalCode`.
    detail : str
        A sentence with the numbers in it and no patient.
    """

    def __init__(self, code: RefusalCode, detail: str) -> None:
        # Both go to the base class, or the error could not cross a process boundary.
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        """Say the detail alone."""
        return self.detail
