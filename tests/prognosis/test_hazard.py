"""Survival given that somebody is alive: certain as far as they have come, and read off behind."""

from datetime import timedelta

import pytest

from app.prognosis.answer import Conditional
from app.prognosis.assessment import assess
from app.prognosis.fitted import Fit
from app.prognosis.patient import FollowUp
from tests.prognosis.answers import a_fit, a_model, asked, given, in_use
from tests.prognosis.cohorts import START


def conditional(fit: Fit, alive_after: int) -> list[Conditional]:
    """Ask on the day after somebody was seen alive."""
    question = asked(
        17,
        follow_up=FollowUp(START + timedelta(days=alive_after)),
        asked_on=START + timedelta(days=alive_after + 1),
    )
    answer = given(assess(question, in_use(a_model(fit))))
    return [at.conditional for at in answer.survival if at.conditional is not None]


# Follow-up ends on day 2000; the last horizon, of 60 months, is day 1826.
@pytest.mark.parametrize("alive_after", [1826, 1827, 1999, 2000, 2001, 5000])
def test_who_has_outlived_every_horizon_is_certain_to_have(alive_after: int) -> None:
    found = conditional(a_fit(), alive_after)

    assert len(found) == 5
    assert {(each.probability, each.ci95) for each in found} == {(1.0, (1.0, 1.0))}


def test_without_an_interval_certainty_has_none() -> None:
    found = conditional(a_fit(penalizer=0.1), 5000)

    assert {(each.probability, each.ci95) for each in found} == {(1.0, None)}


def test_who_lives_on_within_the_horizons_is_certain_of_the_earlier_alone() -> None:
    found = conditional(a_fit(), 800)  # Of days 182, 365, 730, 1095 and 1826.

    assert [each.probability == 1.0 for each in found] == [True, True, True, False, False]
