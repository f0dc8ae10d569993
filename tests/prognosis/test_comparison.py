"""Sets of predictors on the same rows: likelihood ratios, C, and when two are told apart."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from numpy.typing import NDArray

from app.prognosis.comparison import Comparison, Verdict, compare, sentence
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.refusals import RefitRefused
from app.prognosis.simulation import DEATH_MEDIAN, EFFECTS, LOG_COUNT, SHAPE, TYPICAL
from app.prognosis.validation.discrimination import harrell_c
from tests.prognosis.engine.patients import table

Floats = NDArray[np.float64]

SETS = {"status": ("ph.ecog",), "sex": ("sex",), "others": ("age",)}


def lung() -> pd.DataFrame:
    rows = pd.DataFrame(table("lung"))[["time", "status", "age", "sex", "ph.ecog"]]
    return rows.dropna().astype(float)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    """Three sets on the lung cancer trial."""
    return of_lung(SETS)


def of_lung(
    sets: Mapping[str, tuple[str, ...]], resamples: int = 60, rows: pd.DataFrame | None = None
) -> Comparison:
    rows = lung() if rows is None else rows
    matrices = {name: rows[list(columns)].to_numpy() for name, columns in sets.items()}
    return compare(rows["time"], rows["status"] == 1, matrices, seed=7, resamples=resamples)


def lifelines(*columns: str) -> CoxPHFitter:
    rows = lung()[["time", "status", *columns]]
    return CoxPHFitter().fit(rows, "time", "status", fit_options={"precision": 1e-12})


def test_alone_and_together_are_those_of_lifelines(compared: Comparison) -> None:
    for one in compared.sets:
        theirs = lifelines(*SETS[one.name])
        test = theirs.log_likelihood_ratio_test()
        assert one.alone.chi_squared == pytest.approx(test.test_statistic, rel=1e-6)
        assert one.alone.p == pytest.approx(test.p_value, rel=1e-5)
        assert one.aic == pytest.approx(theirs.AIC_partial_)
    together = lifelines("ph.ecog", "sex", "age")
    test = together.log_likelihood_ratio_test()
    assert compared.together.chi_squared == pytest.approx(test.test_statistic, rel=1e-6)
    assert compared.together.degrees_of_freedom == 3
    assert compared.aic == pytest.approx(together.AIC_partial_)


def test_what_a_set_adds_is_the_gain_of_nested_models(compared: Comparison) -> None:
    (sex,) = (one for one in compared.sets if one.name == "sex")
    without = lifelines("ph.ecog", "age").log_likelihood_

    gain = 2 * (lifelines("ph.ecog", "sex", "age").log_likelihood_ - without)

    assert sex.added.chi_squared == pytest.approx(gain, rel=1e-6)
    assert sex.added.degrees_of_freedom == 1
    assert sex.added.ci95 is not None
    assert sex.added.ci95[0] < gain < sex.added.ci95[1]


def test_the_adequacy_index_is_a_share_of_the_likelihood_ratio(compared: Comparison) -> None:
    for one in compared.sets:
        share = one.alone.chi_squared / compared.together.chi_squared
        assert one.adequacy == pytest.approx(share)
        assert 0.0 <= one.adequacy_corrected <= 1.0


def test_the_apparent_concordance_is_harrell_s(compared: Comparison) -> None:
    rows = lung()
    for one in compared.sets[:2]:
        (column,) = SETS[one.name]
        direction = np.sign(lifelines(column).params_.iloc[0])
        theirs = harrell_c(rows["time"], rows["status"] == 1, direction * rows[column])
        assert one.concordance.apparent == pytest.approx(theirs.value)
        assert one.concordance.value < one.concordance.interval[1]


def test_pairs_share_the_error() -> None:
    two = of_lung({name: SETS[name] for name in ("status", "sex")}, resamples=3)

    assert two.level == pytest.approx(0.95)
    assert len(two.pairs) == 1


def test_three_sets_have_wider_intervals(compared: Comparison) -> None:
    assert compared.level == pytest.approx(1 - 0.05 / 3)
    assert [(pair.a, pair.b) for pair in compared.pairs] == [
        ("status", "sex"),
        ("status", "others"),
        ("sex", "others"),
    ]


def test_a_pair_the_other_way_round_says_the_opposite(compared: Comparison) -> None:
    other = of_lung({name: SETS[name] for name in reversed(SETS)})

    ours, theirs = compared.pairs[0].concordance, other.pairs[2].concordance
    assert (compared.pairs[0].a, other.pairs[2].a) == ("status", "sex")
    assert theirs.value == pytest.approx(-ours.value)
    assert theirs.interval == pytest.approx((-ours.interval[1], -ours.interval[0]))


def test_the_same_seed_tells_the_same(compared: Comparison) -> None:
    assert of_lung(SETS) == compared


def cohort(patients: int, effects: Floats, seed: int) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Draw standard normal predictors with these log hazard ratios, a third censored."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(patients, len(effects)))
    days = chance.exponential(500.0 / np.exp(x @ effects))
    seen = chance.exponential(1000.0, patients)
    return np.minimum(days, seen) + 0.5, days <= seen, x


def test_a_strong_predictor_is_better_than_one_that_says_nothing() -> None:
    days, events, x = cohort(400, np.array([0.8, 0.0]), seed=1)

    (pair,) = compare(
        days, events, {"strong": x[:, :1], "noise": x[:, 1:]}, seed=2, resamples=50
    ).pairs

    assert pair.verdict == "a-better"
    assert pair.auc is not None
    assert pair.auc.value > 0
    assert pair.brier is not None
    assert pair.brier.value < 0


def test_two_that_say_the_same_are_not_told_apart() -> None:
    days, events, x = cohort(400, np.array([0.5, 0.5]), seed=3)

    (pair,) = compare(days, events, {"one": x[:, :1], "two": x[:, 1:]}, seed=2, resamples=50).pairs

    assert pair.verdict == "not-separated"


def test_with_fewer_than_a_hundred_events_nothing_is_judged() -> None:
    days, events, x = cohort(130, np.array([1.5, 0.0]), seed=4)
    assert events.sum() < 100

    (pair,) = compare(
        days, events, {"strong": x[:, :1], "noise": x[:, 1:]}, seed=2, resamples=50
    ).pairs

    assert pair.verdict == "not-assessable"
    assert pair.concordance.interval[0] > 0


def test_many_useless_parameters_lose_their_share() -> None:
    days, events, x = cohort(300, np.array([0.4, *[0.0] * 20]), seed=5)

    strong, noise = compare(
        days, events, {"strong": x[:, :1], "noise": x[:, 1:]}, seed=2, resamples=50
    ).sets

    assert noise.adequacy > 0.1
    assert noise.adequacy_corrected < noise.adequacy / 2
    assert strong.adequacy_corrected > strong.adequacy


def test_sets_that_say_the_same_of_everybody_are_refused() -> None:
    days, events, x = cohort(100, np.array([0.5]), seed=6)

    with pytest.raises(RefitRefused, match="follows from the others"):
        compare(days, events, {"one": x, "again": 2 * x}, seed=1, resamples=3)


def test_one_set_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="two sets"):
        compare([1.0, 2.0], [True, True], {"one": [[1.0], [2.0]]}, seed=1)


def test_the_sentence_names_who_tells_more(compared: Comparison) -> None:
    verdicts: tuple[Verdict, ...] = ("b-better", "not-separated", "a-better")
    pairs = tuple(
        replace(pair, verdict=verdict)
        for pair, verdict in zip(compared.pairs, verdicts, strict=True)
    )
    told = sentence(replace(compared, pairs=pairs), "progression_free_survival")

    assert told == (
        "On progression free survival in these 227 patients with 164 events, sex carries more"
        " prognostic information than status and others; no difference can be told between status"
        " and others."
    )


def test_nobody_at_all_is_refused() -> None:
    nobody = np.empty((0, 1))
    with pytest.raises(RefitRefused, match="0 events in 0 rows"):
        compare([], [], {"one": nobody, "two": nobody}, seed=1)


COHORTS = 200
"""Seeded one to two hundred, fixed in advance."""


def followed(chance: np.random.Generator, log_hazard: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Draw Weibull times to death, censored between 6 and 60 months."""
    scale = DEATH_MEDIAN / np.log(2) ** (1 / SHAPE) * np.exp(-log_hazard / SHAPE)
    died = scale * chance.weibull(SHAPE, len(log_hazard))
    seen = chance.uniform(6.0, 60.0, len(log_hazard))
    return DAYS_PER_MONTH * np.minimum(died, seen), died <= seen


@pytest.mark.soak
def test_where_the_count_carries_the_signal_it_is_found_to() -> None:
    names = ("log1p_ctc", "visceral_metastasis", "er_positive")
    verdicts: Counter[tuple[str, str, Verdict]] = Counter()
    for seed in range(1, COHORTS + 1):
        chance = np.random.default_rng(seed)
        counts = np.floor(np.exp(chance.normal(*LOG_COUNT, 600)))
        others = [chance.random(600) < TYPICAL[name] for name in names[1:]]
        x = np.column_stack([np.log1p(counts), *others])
        days, events = followed(chance, (x - x.mean(axis=0)) @ [EFFECTS[name] for name in names])
        sets = {name: x[:, [place]] for place, name in enumerate(("ctc", "site", "er"))}
        for pair in compare(days, events, sets, seed=seed, resamples=100).pairs:
            verdicts[pair.a, pair.b, pair.verdict] += 1
    sys.stdout.write(f"{dict(verdicts)}\n")

    for other in ("site", "er"):
        assert verdicts["ctc", other, "a-better"] >= 0.8 * COHORTS


@pytest.mark.soak
def test_where_all_carry_the_same_hardly_any_are_told_apart() -> None:
    separated = 0
    for seed in range(1, COHORTS + 1):
        chance = np.random.default_rng(seed)
        x = chance.normal(size=(600, 3))
        days, events = followed(chance, x @ np.full(3, 0.4))
        sets = {name: x[:, [place]] for place, name in enumerate("abc")}
        pairs = compare(days, events, sets, seed=seed, resamples=100).pairs
        separated += any(pair.verdict != "not-separated" for pair in pairs)
    sys.stdout.write(f"a pair was told apart in {separated} of {COHORTS} cohorts\n")

    assert separated <= 0.08 * COHORTS
