"""From a cell count to a risk group: the schemes, their sources, and the count's own noise."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from scipy.special import betainc

from app.prognosis.patient import COMPARABLE_ML, BloodTest

NEAR_CUT_OFF = 0.2
"""Probability of another group in a repeat draw from which a count is near a cut-off.

At five cells a repeat draw falls below five in about four of ten cases, at
nine in about one of nine: a fifth separates the counts a second tube would
often move from those it would rarely move.
"""

REPEAT_DRAW_QUANTILES = (0.025, 0.975)
"""Between these lie 95 % of the counts of a repeat draw."""

CAUTIONS: Mapping[str, str] = {
    "near-cut-off": "A repeat draw of the same patient falls in another group with probability "
    "0.2 or more.",
    "setting-assumed": "The disease setting is not known; metastatic is assumed.",
    "preliminary-result": "The laboratory has not released the count yet.",
    "setting-not-covered": "The scheme was made for another disease setting.",
    "assay-not-comparable": "The scheme was made for CellSearch counts.",
    "volume-not-comparable": "The scheme was made for 7.5 mL of blood; 7.0 to 8.0 mL is accepted "
    "and counts of other volumes are not scaled.",
    "result-withdrawn": "The result was cancelled or entered in error.",
}
"""What each caution of a risk group means."""


@dataclass(frozen=True)
class Published:
    """A survival time as its source words it, in months."""

    statistic: str
    comparator: str
    months: float


@dataclass(frozen=True)
class PublishedSuperset:
    """A survival time published for a group that contains this one, in months."""

    group: str
    statistic: str
    months: float
    source: str


@dataclass(frozen=True)
class PublishedHazardRatio:
    """A hazard ratio of death against another group of the scheme."""

    against: str
    hazard_ratio: float
    ci95: tuple[float, float]


@dataclass(frozen=True)
class Group:
    """One group of a scheme: the counts it holds, the largest None where it has no end."""

    name: str
    lower: int
    upper: int | None
    label: str
    published: Published | None = None
    published_superset: PublishedSuperset | None = None
    published_hazard_ratio: PublishedHazardRatio | None = None


@dataclass(frozen=True)
class Scheme:
    """A published way to group counts of one setting, the best group first."""

    name: str
    version: str
    title: str
    setting: str
    source: str
    groups: tuple[Group, ...]

    def rank_of(self, count: int) -> int:
        """
        Rank the group of a count, 1 for the best prognosis.

        Parameters
        ----------
        count : int
            Cells per 7.5 mL, 0 or more.

        Returns
        -------
        int
            From 1 to the number of groups.

        Raises
        ------
        ValueError
            If the count is negative.
        """
        if count < 0:
            raise ValueError("a count is 0 or more")
        return sum(group.lower <= count for group in self.groups)

    def group_of(self, count: int) -> Group:
        """
        Find the one group that holds a count.

        Parameters
        ----------
        count : int
            Cells per 7.5 mL, 0 or more.

        Returns
        -------
        Group
            The group whose limits enclose the count.

        Raises
        ------
        ValueError
            If the count is negative.
        """
        return self.groups[self.rank_of(count) - 1]


@dataclass(frozen=True)
class RiskGroup:
    """The group of one result; group, label and rank are None where the scheme does not fit."""

    scheme: str
    group: str | None
    label: str | None
    rank: int | None
    of: int
    published: Published | None
    published_superset: PublishedSuperset | None
    repeat_draw_other_group: float | None
    cautions: tuple[str, ...]


@dataclass(frozen=True)
class OtherRiskGroup:
    """The group of the same result in another scheme that fits the patient."""

    scheme: str
    group: str
    rank: int
    of: int


_REPORT_2003 = "(2003 report, 41 patients, volume not stated)"

_SOURCE_2003 = (
    "University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients "
    "with newly diagnosed metastatic breast cancer as first stated; the same text later "
    "says 42."
)

_ABOVE_3 = PublishedSuperset(">3", "average, as worded", 13.6, _SOURCE_2003)

_NEJM_2004 = (
    "Cristofanilli M et al. N Engl J Med 2004;351:781-91; overall survival from the baseline "
    "draw, training set."
)

_CROH_2019 = "Cristofanilli M et al. Crit Rev Oncol Hematol 2019;134:39-45; 2,436 patients."

_CCR_2016 = "Janni WJ et al. Clin Cancer Res 2016;22:2583-93; 3,173 patients, overall survival."

_JNCI_2018 = "Bidard FC et al. J Natl Cancer Inst 2018;110:560-7; 1,574 patients, overall survival."


def _median(months: float, comparator: str = "=") -> Published:
    return Published("median", comparator, months)


def _against_0(ratio: float, low: float, high: float) -> PublishedHazardRatio:
    return PublishedHazardRatio("0", ratio, (low, high))


_MDACC_2003 = (
    Group("0", 0, 0, f"0 CTC {_REPORT_2003}", _median(24, ">")),
    Group("1-3", 1, 3, f"1 to 3 CTC {_REPORT_2003}"),
    Group("4-50", 4, 50, f"4 to 50 CTC {_REPORT_2003}", None, _ABOVE_3),
    Group(">50", 51, None, f"more than 50 CTC {_REPORT_2003}", _median(3.8), _ABOVE_3),
)

_CELLSEARCH_5 = (
    Group("<5", 0, 4, "fewer than 5 CTC per 7.5 mL: favourable", _median(18, ">")),
    Group(">=5", 5, None, "5 or more CTC per 7.5 mL: unfavourable", _median(10.1)),
)

_STAGE_IV_2019 = (
    Group("<5", 0, 4, "Stage IV indolent: fewer than 5 CTC per 7.5 mL", _median(36.3)),
    Group(">=5", 5, None, "Stage IV aggressive: 5 or more CTC per 7.5 mL", _median(16.0)),
)

_ANY_CTC = (
    Group("0", 0, 0, "no CTC found"),
    Group(">=1", 1, None, "1 or more CTC", None, None, _against_0(1.97, 1.51, 2.59)),
)

_DOSE_NACT = (
    Group("0", 0, 0, "no CTC found"),
    Group("1", 1, 1, "1 CTC per 7.5 mL", None, None, _against_0(1.09, 0.65, 1.69)),
    Group("2", 2, 2, "2 CTC per 7.5 mL", None, None, _against_0(2.63, 1.42, 4.54)),
    Group("3-4", 3, 4, "3 to 4 CTC per 7.5 mL", None, None, _against_0(3.83, 2.08, 6.66)),
    Group(">=5", 5, None, "5 or more CTC per 7.5 mL", None, None, _against_0(6.25, 4.34, 9.09)),
)

_SCHEMES = (
    Scheme(
        "mdacc-2003", "1", "MD Anderson report of 2003", "metastatic", _SOURCE_2003, _MDACC_2003
    ),
    Scheme("cellsearch-5", "1", "CellSearch cut-off", "metastatic", _NEJM_2004, _CELLSEARCH_5),
    Scheme("stage-iv-2019", "1", "Stage IV subgroups", "metastatic", _CROH_2019, _STAGE_IV_2019),
    Scheme("any-ctc", "1", "Any cell, early disease", "non_metastatic", _CCR_2016, _ANY_CTC),
    Scheme("dose-nact", "1", "Before neoadjuvant", "neoadjuvant", _JNCI_2018, _DOSE_NACT),
)

SCHEMES: Mapping[str, Scheme] = {scheme.name: scheme for scheme in _SCHEMES}
"""The schemes by name, the default first.

In the 2003 report the groups overlap and 1 to 3 cells has no figure. Here each
count is in exactly one group, and what was said of more than 3 cells stands
beside both groups it covers.
"""

DEFAULT_SCHEME = "mdacc-2003"
"""The scheme used where none is asked for."""

BY_FIVE = "cellsearch-5"
"""The scheme by whose cut-off trials group patients where no other is asked for."""


def repeat_draw_other_group(scheme: Scheme, count: int) -> float:
    """
    Compute how probably a repeat draw of the same patient falls in another group.

    With a Gamma(1/2) prior (Jeffreys) on the patient's mean count and Poisson
    sampling, a repeat count is negative binomial with count + 1/2 successes
    of probability 1/2.

    Parameters
    ----------
    scheme : Scheme
        Whose groups are meant.
    count : int
        Cells per 7.5 mL, 0 or more.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the count is negative.

    References
    ----------
    Tibbe AGJ et al. Cytometry A 2007;71:154-62 (counting error of rare cells).
    """
    group = scheme.group_of(count)
    below = _repeat_at_most(count, group.lower - 1) if group.lower else 0.0
    above = 0.0 if group.upper is None else _repeat_more_than(count, group.upper)
    return below + above


def repeat_draw_other_side(cut_off: int, count: int) -> float:
    """
    Compute how probably a repeat draw of the same patient falls on the other side of a cut-off.

    Parameters
    ----------
    cut_off : int
        The smallest count on the upper side, above 0.
    count : int
        Cells per 7.5 mL, 0 or more.

    Returns
    -------
    float
        Between 0 and 1; the repeat count as in `repeat_draw_other_group`.
    """
    at_most, more_than = _repeat_at_most, _repeat_more_than
    return (at_most if count >= cut_off else more_than)(count, cut_off - 1)


def repeat_draw_quantiles(count: int) -> tuple[int, int]:
    """
    Enclose 95 % of the counts of a repeat draw of the same patient.

    Parameters
    ----------
    count : int
        Cells per 7.5 mL, 0 or more.

    Returns
    -------
    tuple of int
        The 2.5 % and the 97.5 % quantile: the smallest counts that a repeat
        draw does not exceed with at least that probability.
    """
    low, high = (_repeat_quantile(count, probability) for probability in REPEAT_DRAW_QUANTILES)
    return low, high


def is_applicable(scheme: Scheme, setting: str | None, test: BloodTest) -> bool:
    """
    Tell whether a scheme was made for this setting, assay and volume.

    Parameters
    ----------
    scheme : Scheme
        The scheme asked for.
    setting : str or None
        The disease setting at the draw; None where nobody told it.
    test : BloodTest
        The result; whether it was withdrawn does not matter here.

    Returns
    -------
    bool
        False where asking for the scheme by name has to be refused.
    """
    return not _misfits(scheme, setting, test)


def assign(scheme: Scheme, setting: str | None, test: BloodTest) -> RiskGroup:
    """
    Assign a result to its group of a scheme, or to none with the cautions that say why.

    Parameters
    ----------
    scheme : Scheme
        The scheme asked for, or the default one.
    setting : str or None
        The disease setting at the draw; None where nobody told it.
    test : BloodTest
        The laboratory's result; its count is not scaled to 7.5 mL.

    Returns
    -------
    RiskGroup
        With a group and how firmly the count is in it, or without one.
    """
    assumed = [] if setting else ["setting-assumed"]
    misfits = [*_misfits(scheme, setting, test), *_withdrawn(test)]
    if misfits:
        cautions = (*misfits, *assumed)
        return RiskGroup(
            scheme.name, None, None, None, len(scheme.groups), None, None, None, cautions
        )
    group = scheme.group_of(test.ctc_count)
    other = repeat_draw_other_group(scheme, test.ctc_count)
    near = ["near-cut-off"] if other >= NEAR_CUT_OFF else []
    early = ["preliminary-result"] if test.status == "preliminary" else []
    return RiskGroup(
        scheme=scheme.name,
        group=group.name,
        label=group.label,
        rank=scheme.rank_of(test.ctc_count),
        of=len(scheme.groups),
        published=group.published,
        published_superset=group.published_superset,
        repeat_draw_other_group=other,
        cautions=(*near, *assumed, *early),
    )


def assign_others(scheme: Scheme, setting: str | None, test: BloodTest) -> list[OtherRiskGroup]:
    """
    Assign a result to its group of every other scheme that fits it.

    Parameters
    ----------
    scheme : Scheme
        The scheme to leave out.
    setting : str or None
        The disease setting at the draw; None where nobody told it.
    test : BloodTest
        The laboratory's result.

    Returns
    -------
    list of OtherRiskGroup
        In the order of `SCHEMES`; empty for a withdrawn result.
    """
    return [
        OtherRiskGroup(
            other.name,
            other.group_of(test.ctc_count).name,
            other.rank_of(test.ctc_count),
            len(other.groups),
        )
        for other in SCHEMES.values()
        if other is not scheme and not _misfits(other, setting, test) and not _withdrawn(test)
    ]


def describe_schemes() -> list[dict[str, Any]]:
    """
    Describe every scheme with its cut-offs, its source and what was published of it.

    Returns
    -------
    list of dict
        JSON-able, one per scheme; groups stand best first with the smallest
        and the largest count each holds, in cells per 7.5 mL.
    """
    return [
        {
            "scheme": scheme.name,
            "version": scheme.version,
            "title": scheme.title,
            "settings": [scheme.setting],
            "assay": "cellsearch",
            "blood_volume_ml": list(COMPARABLE_ML),
            "source": scheme.source,
            "groups": _describe_groups(scheme.groups),
        }
        for scheme in SCHEMES.values()
    ]


def _describe_groups(groups: Iterable[Group]) -> list[dict[str, Any]]:
    described = []
    for rank, group in enumerate(groups, start=1):
        parts = asdict(group)
        described.append({"group": parts.pop("name"), "rank": rank, **parts})
    return described


def _misfits(scheme: Scheme, setting: str | None, test: BloodTest) -> list[str]:
    low, high = COMPARABLE_ML
    checks = {
        "setting-not-covered": (setting or "metastatic") == scheme.setting,
        "assay-not-comparable": test.assay == "cellsearch",
        "volume-not-comparable": low <= test.blood_volume_ml <= high,
    }
    return [caution for caution, fits in checks.items() if not fits]


def _withdrawn(test: BloodTest) -> list[str]:
    return ["result-withdrawn"] if test.status in ("cancelled", "entered_in_error") else []


@lru_cache(maxsize=100_000)
def _repeat_at_most(count: int, limit: int) -> float:
    return float(betainc(count + 0.5, limit + 1, 0.5))


@lru_cache(maxsize=100_000)
def _repeat_more_than(count: int, limit: int) -> float:
    return float(betainc(limit + 1, count + 0.5, 0.5))


@lru_cache(maxsize=10_000)
def _repeat_quantile(count: int, probability: float) -> int:
    # Between -1, which no count reaches, and twelve standard deviations above the mean.
    below, reached = -1, count + 20 + int(12 * (2 * count + 1) ** 0.5)
    while reached - below > 1:
        middle = (below + reached) // 2
        if _repeat_at_most(count, middle) >= probability:
            reached = middle
        else:
            below = middle
    return reached
