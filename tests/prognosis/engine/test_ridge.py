"""A penalty per row and standard deviation is one per coefficient of the fit's own rows."""

import numpy as np

from app.prognosis.engine.ridge import ridge_of


def test_a_penalty_grows_with_the_rows_and_with_the_variance() -> None:
    # n L sd^2: 40 * 0.1 * 4 and 40 * 0.1 * 0.25.
    penalties = ridge_of(0.1, 40, np.array([4.0, 0.25]))

    assert penalties is not None
    assert penalties.tolist() == [16.0, 1.0]


def test_without_a_penalty_there_is_none_for_any_coefficient() -> None:
    assert ridge_of(0.0, 40, np.array([4.0, 0.25])) is None
