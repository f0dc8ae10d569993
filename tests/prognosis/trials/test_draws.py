"""Draws of a sealed seed: reproducible by who holds it, even, and unlike one another."""

from collections import Counter

import pytest

from app.prognosis.log_rank import ChiSquared
from app.prognosis.trials.draws import sealed_draws
from app.prognosis.trials.refusals import TrialRefused

SEED = b"k" * 32

# printf '\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\0' | openssl dgst -sha256 -mac HMAC -macopt key:kk...k
# with 32 of the letter, and once more with \1 at the end.
SEVENTH = (
    0x82D5313E670539F769A36E6819794B7A8B56AC4B46FE3D2C162F63F90B2EB210,
    0x46B27B7478B043FDA5F6E4359D410BF66B91C2EF96C32A0949B3A4C78282EE18,
)


def test_the_stream_is_that_of_openssl() -> None:
    draw = sealed_draws(SEED, 7)

    assert [draw(2**256), draw(2**256)] == list(SEVENTH)


def test_a_draw_is_the_remainder_of_the_stream() -> None:
    draw = sealed_draws(SEED, 7)

    assert [draw(6), draw(1000)] == [SEVENTH[0] % 6, SEVENTH[1] % 1000]


def test_numbers_that_would_favour_a_remainder_are_passed_over() -> None:
    # Below 2**255 + 1 only the first 2**255 + 1 numbers are fair: the first is not, the second is.
    assert SEVENTH[0] > 2**255 > SEVENTH[1]

    assert sealed_draws(SEED, 7)(2**255 + 1) == SEVENTH[1]


def test_who_holds_the_seed_draws_the_same_again_and_nobody_else_does() -> None:
    first, again, next_one, other = (
        sealed_draws(SEED, 7),
        sealed_draws(SEED, 7),
        sealed_draws(SEED, 8),
        sealed_draws(b"l" * 32, 7),
    )

    drawn = [tuple(draw(10**9) for _ in range(3)) for draw in (first, again, next_one, other)]

    assert drawn[0] == drawn[1]
    assert len(set(drawn)) == 3


def test_draws_over_the_enrolments_are_even() -> None:
    counts = Counter(sealed_draws(SEED, number)(6) for number in range(6000))

    statistic = sum((counts[face] - 1000) ** 2 / 1000 for face in range(6))

    assert ChiSquared(statistic, 5).p > 0.001


def test_a_draw_below_nothing_and_a_short_seed_are_refused() -> None:
    with pytest.raises(ValueError, match="a draw below 0"):
        sealed_draws(SEED, 0)(0)
    with pytest.raises(TrialRefused, match="a seed of 31 bytes; 32 or more needed") as refused:
        sealed_draws(b"k" * 31, 0)
    assert refused.value.code == "seed-too-short"
