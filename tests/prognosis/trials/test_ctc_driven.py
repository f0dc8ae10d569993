"""The design of SWOG S0500, with the numbers that were published of it."""

from collections.abc import Callable

import pytest

from app.prognosis.trials.ctc_driven import S0500, Screening, ctc_driven, registered_for
from app.prognosis.trials.planning import Contrast, event_probability, schoenfeld_power
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.survival_law import Recruitment, Weibull


def test_the_shares_of_s0500_leave_the_patients_it_randomised() -> None:
    # Smerage JB et al. J Clin Oncol 2014;32:3483-9: 595 registered, 319 high, 123 randomised.
    law, long = Weibull(10.7), Recruitment(72, 24)

    found = ctc_driven(595, S0500, Contrast(1 / 1.7), law, long)

    assert (found.high, found.retested, found.randomised) == pytest.approx((319, 288, 123))
    seen = event_probability(Contrast(1 / 1.7), law, long)
    assert found.events == pytest.approx(123 * seen)
    assert found.power == schoenfeld_power(Contrast(1 / 1.7), found.events)


def test_those_to_be_registered_are_the_randomised_over_their_share() -> None:
    # S0500 planned for 120: 120 * 595 / 123 = 580.49.
    assert registered_for(120, S0500) == 581
    assert registered_for(123, S0500) == 595


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Screening(0, 1, 1),
        lambda: Screening(0.5, 1.1, 1),
        lambda: ctc_driven(0, S0500, Contrast(0.6), Weibull(10), Recruitment(24, 24)),
    ],
)
def test_shares_that_make_no_sense_are_refused(attempt: Callable[[], object]) -> None:
    with pytest.raises(TrialRefused) as refused:
        attempt()

    assert refused.value.code == "plan-out-of-range"
