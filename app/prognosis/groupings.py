"""Ways to part the patients of a cohort into groups whose survival is told apart."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.prognosis.cohort_survival import NOBODY
from app.prognosis.covariates import COUNT, REGISTRY, SUBGROUPS, Subgrouping
from app.prognosis.risk_group import Scheme
from app.prognosis.training import TrainingTable

Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Groups:
    """
    The group of every row.

    Attributes
    ----------
    names : tuple of str
        The groups, in their order where they have one.
    codes : ndarray of int, shape (n,)
        The place of each row's group; `NOBODY` where it is not known.
    ordered : bool
        Whether the groups have an order.
    """

    names: tuple[str, ...]
    codes: Codes
    ordered: bool


ORDERED = ("age", "line of therapy")
"""Of the subgroups, those with an order."""


def _site(visceral: float) -> str:
    return "visceral" if visceral else "not visceral"


BY_COVARIATE: Mapping[str, Subgrouping] = {
    **{each.by.replace(" ", "_"): each for each in SUBGROUPS},
    "site": Subgrouping("site", ("visceral_metastasis",), _site),
}
"""Groups made of covariates at the clock's start, by the name under which they are asked for."""

RISK_GROUP, EVERYBODY = "risk_group", "everybody"

GROUPINGS = (RISK_GROUP, *BY_COVARIATE, EVERYBODY)
"""What a cohort can be parted by."""


def groups_by(table: TrainingTable, by: str, scheme: Scheme) -> Groups:
    """
    Part the rows of a cohort.

    Parameters
    ----------
    table : TrainingTable
        Whose rows are parted; for risk groups, of the clock `draw`.
    by : str
        One of `GROUPINGS`.
    scheme : Scheme
        Made for the setting of the rows; its groups are those of `risk_group`.

    Returns
    -------
    Groups
        A row that does not know what makes the group is in none.
    """
    if by == EVERYBODY:
        return Groups((EVERYBODY,), np.zeros(len(table), dtype=np.intp), ordered=False)
    if by == RISK_GROUP:
        return _risk_groups(table, scheme)
    return _groups(table, BY_COVARIATE[by])


def _risk_groups(table: TrainingTable, scheme: Scheme) -> Groups:
    names = tuple(group.name for group in scheme.groups)
    codes = np.full(len(table), NOBODY, dtype=np.intp)
    facts = table.facts.get(COUNT)
    if facts is not None:
        lowest = [group.lower for group in scheme.groups]
        ranks = np.searchsorted(lowest, facts.codes, side="right")
        codes[facts.known] = ranks[facts.known] - 1
    return Groups(names, codes, ordered=True)


def _groups(table: TrainingTable, grouping: Subgrouping) -> Groups:
    values = np.column_stack([table.column(REGISTRY[name]) for name in grouping.covariates])
    known = ~np.isnan(values).any(axis=1)
    levels, places = np.unique(values[known], axis=0, return_inverse=True)
    labels = [grouping.label(*level) for level in levels.tolist()]
    # Levels ascend, and so do the groups that they make.
    names = tuple(dict.fromkeys(labels))
    codes = np.full(len(table), NOBODY, dtype=np.intp)
    of_level = np.array([names.index(label) for label in labels], dtype=np.intp)
    codes[known] = of_level[places.ravel()]
    return Groups(names, codes, ordered=grouping.by in ORDERED)
