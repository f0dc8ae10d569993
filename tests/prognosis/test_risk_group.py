"""A count falls in exactly one group of a scheme, with its sources and its own noise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from app.prognosis.risk_group import (
    CAUTIONS,
    DEFAULT_SCHEME,
    NEAR_CUT_OFF,
    SCHEMES,
    Published,
    Scheme,
    assign,
    assign_others,
    describe_schemes,
    is_applicable,
    repeat_draw_other_group,
    repeat_draw_other_side,
    repeat_draw_quantiles,
)
from tests.prognosis.cohorts import a_test

COUNTS = st.integers(0, 1_000_000)

REPORT_2003 = {"0": 17, "1-3": 4, "4-50": 11, ">50": 9}
"""A cohort of 41 as in the report of 2003: 24 patients had cells; how many each is not said."""


def counts_of_41() -> list[int]:
    """Counts on and around every cut-off."""
    return [0] * 17 + [1, 2, 3, 3] + [4, 4, 5, 8, 12, 17, 23, 34, 49, 50, 50] + [51, 51, 52, 60] + [
        88, 140, 333, 2_760, 200_000
    ]  # fmt: skip


def test_the_cohort_of_41_is_grouped_at_every_cut_off() -> None:
    scheme = SCHEMES["mdacc-2003"]

    groups = [scheme.group_of(count).name for count in counts_of_41()]

    assert {name: groups.count(name) for name in REPORT_2003} == REPORT_2003
    assert len(groups) == 41


@pytest.mark.parametrize(
    ("scheme", "count", "group", "rank", "of"),
    [
        ("mdacc-2003", 0, "0", 1, 4),
        ("mdacc-2003", 1, "1-3", 2, 4),
        ("mdacc-2003", 3, "1-3", 2, 4),
        ("mdacc-2003", 4, "4-50", 3, 4),
        ("mdacc-2003", 50, "4-50", 3, 4),
        ("mdacc-2003", 51, ">50", 4, 4),
        ("mdacc-2003", 1_000_000, ">50", 4, 4),
        ("cellsearch-5", 4, "<5", 1, 2),
        ("cellsearch-5", 5, ">=5", 2, 2),
        ("stage-iv-2019", 4, "<5", 1, 2),
        ("stage-iv-2019", 5, ">=5", 2, 2),
        ("any-ctc", 0, "0", 1, 2),
        ("any-ctc", 1, ">=1", 2, 2),
        ("dose-nact", 0, "0", 1, 5),
        ("dose-nact", 1, "1", 2, 5),
        ("dose-nact", 2, "2", 3, 5),
        ("dose-nact", 3, "3-4", 4, 5),
        ("dose-nact", 4, "3-4", 4, 5),
        ("dose-nact", 5, ">=5", 5, 5),
    ],
)
def test_each_boundary_falls_on_its_side(
    scheme: str, count: int, group: str, rank: int, of: int
) -> None:
    found = SCHEMES[scheme]

    assert (found.group_of(count).name, found.rank_of(count)) == (group, rank)
    assert len(found.groups) == of


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@given(count=COUNTS)
def test_every_count_is_in_exactly_one_group(scheme: Scheme, count: int) -> None:
    holding = [
        group
        for group in scheme.groups
        if group.lower <= count and (group.upper is None or count <= group.upper)
    ]

    assert holding == [scheme.group_of(count)]


def test_a_negative_count_is_in_no_group() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        SCHEMES["mdacc-2003"].group_of(-1)


def test_the_figures_of_2003_stand_as_the_report_words_them() -> None:
    # News release of 8 April 2003: 0 cells median over 24 months, more than 3 cells "an average
    # of" 13.6 months, more than 50 cells median 3.8 months; nothing is said of 1 to 3 cells.
    groups = {group.name: group for group in SCHEMES["mdacc-2003"].groups}

    published = {name: group.published for name, group in groups.items()}
    superset = {
        name: group.published_superset and group.published_superset.months
        for name, group in groups.items()
    }

    assert published == {
        "0": Published("median", ">", 24),
        "1-3": None,
        "4-50": None,
        ">50": Published("median", "=", 3.8),
    }
    assert superset == {"0": None, "1-3": None, "4-50": 13.6, ">50": 13.6}


def test_the_overlapping_figure_is_called_an_average_of_more_than_three_cells() -> None:
    superset = SCHEMES["mdacc-2003"].group_of(10).published_superset

    assert superset is not None
    assert (superset.group, superset.statistic) == (">3", "average, as worded")
    assert "41 patients" in superset.source
    assert "42" in superset.source


def test_the_label_says_what_the_report_left_open() -> None:
    label = SCHEMES["mdacc-2003"].group_of(17).label

    assert label == "4 to 50 CTC (2003 report, 41 patients, volume not stated)"


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 17, 50, 51, 200, 5_000, 1_000_000])
def test_a_repeat_draw_leaves_the_group_as_often_as_the_negative_binomial_says(
    scheme: Scheme, count: int
) -> None:
    # A Gamma(1/2) prior on the mean and Poisson sampling make a repeat count negative binomial
    # with count + 1/2 successes of probability 1/2; scipy.stats sums it by another route.
    repeat, group = nbinom(count + 0.5, 0.5), scheme.group_of(count)
    above = 0.0 if group.upper is None else repeat.sf(group.upper)

    expected = repeat.cdf(group.lower - 1) + above

    assert repeat_draw_other_group(scheme, count) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_a_repeat_of_no_cells_is_again_no_cells_in_seven_of_ten() -> None:
    # By hand: P(0) = (1/2)^(1/2).
    left = repeat_draw_other_group(SCHEMES["mdacc-2003"], 0)

    assert left == pytest.approx(1 - 0.5**0.5, abs=1e-15)


@given(count=COUNTS)
def test_ninety_five_of_a_hundred_repeat_counts_lie_between_the_quantiles(count: int) -> None:
    repeat = nbinom(count + 0.5, 0.5)

    low, high = repeat_draw_quantiles(count)

    assert repeat.cdf(low - 1) < 0.025 <= repeat.cdf(low) + 1e-12
    assert repeat.cdf(high - 1) < 0.975 <= repeat.cdf(high) + 1e-12
    assert low <= count <= high


@pytest.mark.parametrize(("count", "near"), [(17, False), (9, False), (5, True), (60, False)])
def test_a_count_near_a_cut_off_carries_a_caution(count: int, near: bool) -> None:
    # In mdacc-2003 a repeat leaves the group with probability 0.001, 0.058, 0.305 and 0.183.
    group = assign(SCHEMES["mdacc-2003"], "metastatic", a_test(ctc_count=count))

    assert ("near-cut-off" in group.cautions) == near


@pytest.mark.parametrize(
    ("setting", "changes", "caution"),
    [
        ("non_metastatic", {}, "setting-not-covered"),
        ("neoadjuvant", {}, "setting-not-covered"),
        ("metastatic", {"assay": "parsortix"}, "assay-not-comparable"),
        ("metastatic", {"blood_volume_ml": 6.9}, "volume-not-comparable"),
        ("metastatic", {"blood_volume_ml": 8.1}, "volume-not-comparable"),
        ("metastatic", {"status": "cancelled"}, "result-withdrawn"),
        ("metastatic", {"status": "entered_in_error"}, "result-withdrawn"),
    ],
)
def test_a_scheme_that_does_not_fit_names_no_group(
    setting: str, changes: dict[str, object], caution: str
) -> None:
    group = assign(SCHEMES["mdacc-2003"], setting, a_test(**changes))  # type: ignore[arg-type]

    assert (group.group, group.label, group.rank, group.repeat_draw_other_group) == (None,) * 4
    assert group.cautions == (caution,)


@pytest.mark.parametrize("volume", [7.0, 7.5, 8.0])
def test_seven_to_eight_millilitres_are_comparable(volume: float) -> None:
    group = assign(SCHEMES["mdacc-2003"], "metastatic", a_test(blood_volume_ml=volume))

    assert group.group == "4-50"


def test_an_unknown_setting_is_taken_as_metastatic_with_a_caution() -> None:
    group = assign(SCHEMES["mdacc-2003"], None, a_test(ctc_count=17))

    assert (group.group, group.cautions) == ("4-50", ("setting-assumed",))


def test_a_preliminary_count_is_grouped_with_a_caution() -> None:
    group = assign(SCHEMES["mdacc-2003"], "metastatic", a_test(ctc_count=17, status="preliminary"))

    assert (group.group, group.cautions) == ("4-50", ("preliminary-result",))


def test_a_scheme_asked_for_by_name_is_applicable_to_its_own_setting_only() -> None:
    fits = {
        setting: [name for name, scheme in SCHEMES.items() if is_applicable(scheme, setting, test)]
        for test in [a_test()]
        for setting in ("metastatic", "non_metastatic", "neoadjuvant")
    }

    assert fits == {
        "metastatic": ["mdacc-2003", "cellsearch-5", "stage-iv-2019"],
        "non_metastatic": ["any-ctc"],
        "neoadjuvant": ["dose-nact"],
    }


def test_a_withdrawn_result_is_not_the_scheme_s_fault() -> None:
    assert is_applicable(SCHEMES["mdacc-2003"], "metastatic", a_test(status="cancelled"))


def test_the_other_schemes_of_the_setting_are_told_too() -> None:
    others = assign_others(SCHEMES["mdacc-2003"], "metastatic", a_test(ctc_count=4))

    assert [(other.scheme, other.group, other.rank, other.of) for other in others] == [
        ("cellsearch-5", "<5", 1, 2),
        ("stage-iv-2019", "<5", 1, 2),
    ]


def test_a_withdrawn_result_is_in_no_group_of_any_scheme() -> None:
    assert not assign_others(SCHEMES["mdacc-2003"], "metastatic", a_test(status="cancelled"))


PUBLISHED: dict[str, list[tuple[Any, ...]]] = {
    "mdacc-2003": [
        ("0", 0, 0, ("median", ">", 24)),
        ("1-3", 1, 3, None),
        ("4-50", 4, 50, None),
        (">50", 51, None, ("median", "=", 3.8)),
    ],
    "cellsearch-5": [
        ("<5", 0, 4, ("median", ">", 18)),
        (">=5", 5, None, ("median", "=", 10.1)),
    ],
    "stage-iv-2019": [
        ("<5", 0, 4, ("median", "=", 36.3)),
        (">=5", 5, None, ("median", "=", 16.0)),
    ],
    "any-ctc": [("0", 0, 0, None), (">=1", 1, None, ("0", 1.97, [1.51, 2.59]))],
    "dose-nact": [
        ("0", 0, 0, None),
        ("1", 1, 1, ("0", 1.09, [0.65, 1.69])),
        ("2", 2, 2, ("0", 2.63, [1.42, 4.54])),
        ("3-4", 3, 4, ("0", 3.83, [2.08, 6.66])),
        (">=5", 5, None, ("0", 6.25, [4.34, 9.09])),
    ],
}
"""Cut-offs, and median months or hazard ratio against no cells: the report of 8 April 2003;
Cristofanilli 2004, N Engl J Med 351:781; Cristofanilli 2019, Crit Rev Oncol Hematol 134:39;
Janni 2016, Clin Cancer Res 22:2583; Bidard 2018, J Natl Cancer Inst 110:560."""


def test_the_schemes_are_described_with_cut_offs_and_published_figures() -> None:
    described = {scheme["scheme"]: scheme for scheme in describe_schemes()}

    assert list(described) == list(SCHEMES) == list(PUBLISHED)
    for name, groups in PUBLISHED.items():
        scheme = described[name]
        assert (scheme["version"], scheme["assay"]) == ("1", "cellsearch")
        assert (scheme["blood_volume_ml"], scheme["title"] != "") == ([7.0, 8.0], True)
        assert scheme["source"]
        assert scheme["settings"]
        for rank, (group, expected) in enumerate(zip(scheme["groups"], groups, strict=True), 1):
            told = group["published"] or group["published_hazard_ratio"] or {}
            figures = tuple(
                list(each) if isinstance(each, tuple) else each for each in told.values()
            )
            found = (group["group"], group["lower"], group["upper"], figures or None)
            assert (group["rank"], found) == (rank, expected)


@pytest.mark.parametrize("cut_off", [1, 5, 51])
@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 50, 51])
def test_a_repeat_draw_crosses_a_cut_off_as_often_as_the_negative_binomial_says(
    cut_off: int, count: int
) -> None:
    repeat = nbinom(count + 0.5, 0.5)
    crosses = repeat.cdf(cut_off - 1) if count >= cut_off else repeat.sf(cut_off - 1)

    assert repeat_draw_other_side(cut_off, count) == pytest.approx(crosses, rel=1e-9)


def test_a_fifth_is_near_and_the_default_scheme_is_the_report_s() -> None:
    # Both as the public contract has them.
    assert (NEAR_CUT_OFF, DEFAULT_SCHEME) == (0.2, "mdacc-2003")


def test_every_caution_is_explained() -> None:
    assert all(CAUTIONS.values())
    assert set(CAUTIONS) == {
        *("near-cut-off", "setting-assumed", "preliminary-result", "setting-not-covered"),
        *("assay-not-comparable", "volume-not-comparable", "result-withdrawn"),
    }
