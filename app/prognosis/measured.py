"""Which checks of a model came to anything, and why the others did not."""

from collections.abc import Mapping
from typing import Any

CHECKS = (
    "second_opinion",
    "discrimination",
    "calibration",
    "brier",
    "integrated_brier",
    "proportional_hazards",
    "influence",
    "sample_size",
    "functional_form",
    "subgroups",
)
"""Everything that is checked of a model when it is fitted, in the order of a report."""

OF_WHAT = ("months", "held_out", "by", "group", "patients", "events", "detail")
"""Members of an entry that are no figure."""

UNCHECKED = "the model was fitted by a version that did not check it"
"""Why a model without checks has none."""


def measured(checks: Mapping[str, Any] | None) -> dict[str, Any]:
    """
    Pick the checks that came to a figure.

    Parameters
    ----------
    checks : mapping or None
        Those of a model.

    Returns
    -------
    dict
        By name, in the order of a report.
    """
    found = checks or {}
    return {name: found[name] for name in CHECKS if _is_measured(found.get(name))}


def not_measured(checks: Mapping[str, Any] | None) -> dict[str, str | None]:
    """
    Say why the other checks came to none.

    Parameters
    ----------
    checks : mapping or None
        Those of a model.

    Returns
    -------
    dict
        The reason by name; None where none was told.
    """
    if checks is None:
        return dict.fromkeys(CHECKS, UNCHECKED)
    return {name: _why(checks.get(name)) for name in CHECKS if not _is_measured(checks.get(name))}


def _why(part: Any) -> str | None:
    if isinstance(part, Mapping):
        return part.get("detail")
    reasons = dict.fromkeys(filter(None, (each.get("detail") for each in part or ())))
    return "; ".join(reasons) or None


def _is_measured(part: Any) -> bool:
    # A bare reason why there is no figure is no figure.
    if isinstance(part, Mapping):
        return any(value is not None for name, value in part.items() if name != "detail")
    if isinstance(part, list | tuple):
        return any(has_figure(entry) for entry in part)
    return part is not None


def has_figure(entry: Mapping[str, Any]) -> bool:
    """
    Tell whether one entry of a check, a horizon or a group, has a figure.

    Parameters
    ----------
    entry : mapping
        As an artefact holds it.

    Returns
    -------
    bool
        False where there is nothing but what it is of and the reason.
    """
    return any(value is not None for name, value in entry.items() if name not in OF_WHAT)
