"""Why a trial's design, rule, stratum or plan makes no sense."""

from typing import Literal

TrialRefusalCode = Literal[
    "arms-out-of-range",
    "names-repeated",
    "name-malformed",
    "ratio-out-of-range",
    "method-unknown",
    "imbalance-unknown",
    "factors-missing",
    "levels-out-of-range",
    "strata-too-many",
    "block-sizes-malformed",
    "probability-out-of-range",
    "stratum-unknown",
    "allocation-unknown",
    "seed-too-short",
    "fact-unknown",
    "limits-malformed",
    "cuts-malformed",
    "plan-out-of-range",
    "survival-not-known",
]
"""As the service says it."""


class TrialRefused(ValueError):
    """
    A trial's design, rule, stratum or plan that makes no sense.

    Parameters
    ----------
    code : str
        The stable code of the reason, one of `TrialRefusalCode`.
    detail : str
        A sentence with the numbers in it and no patient.
    """

    def __init__(self, code: TrialRefusalCode, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        """Say the detail alone."""
        return self.detail
