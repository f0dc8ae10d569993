"""Cochran's Q, I squared and tau squared: a published meta-analysis, and what holds of any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.prognosis.heterogeneity import Effect, heterogeneity

BCG = (
    *((4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619)),
    *((33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619)),
    *((505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600)),
    *((186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825)),
)
"""Ill and well of the vaccinated and of the others: Colditz GA et al. JAMA 1994;271:698-702."""

EFFECTS = st.lists(st.builds(Effect, st.floats(-5, 5), st.floats(0.01, 5)), min_size=2, max_size=20)


def bcg() -> list[Effect]:
    """Log risk ratios of tuberculosis with their errors."""
    a, b, c, d = np.array(BCG, dtype=np.float64).T
    ratios = np.log(a / (a + b)) - np.log(c / (c + d))
    errors = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return [Effect(*each) for each in zip(ratios.tolist(), errors.tolist(), strict=True)]


def test_thirteen_trials_of_bcg_are_as_metafor_and_stata_have_them() -> None:
    # metafor, tests/testthat/test_misc_metan_vs_rma.uni_with_dat.bcg.r: to four decimals.
    found = heterogeneity(bcg())

    assert found.q.chi_squared == pytest.approx(152.2330, abs=5e-5)
    assert found.common.coefficient == pytest.approx(-0.4303, abs=5e-5)
    assert found.common.ci95 == pytest.approx((-0.5097, -0.3509), abs=5e-5)
    assert found.average.coefficient == pytest.approx(-0.7141, abs=5e-5)
    assert found.average.ci95 == pytest.approx((-1.0644, -0.3638), abs=5e-5)
    # 1 - 12 / 152.2330.
    assert found.i_squared == pytest.approx(0.9212, abs=5e-5)


def test_two_equal_estimates_differ_by_nothing() -> None:
    found = heterogeneity([Effect(0.5, 0.1), Effect(0.5, 0.2)])

    assert (found.q.chi_squared, found.i_squared, found.tau_squared) == (0.0, 0.0, 0.0)
    assert found.common == found.average


def test_two_estimates_far_apart_by_hand() -> None:
    # Weights 1 and 1 about 0.5: Q = 2 * 1.5^2 = 4.5, tau^2 = (4.5 - 1) / (2 - 2 / 2) = 3.5.
    found = heterogeneity([Effect(-1.0, 1.0), Effect(2.0, 1.0)])

    assert (found.q.chi_squared, found.tau_squared) == (4.5, 3.5)
    assert found.i_squared == pytest.approx(3.5 / 4.5)
    assert found.average.standard_error == pytest.approx(1.5)


def test_one_estimate_has_nothing_to_differ_from() -> None:
    with pytest.raises(ValueError, match="two estimates"):
        heterogeneity([Effect(0.5, 0.1)])


@given(EFFECTS)
def test_the_average_is_less_certain_than_the_common_effect(effects: list[Effect]) -> None:
    found = heterogeneity(effects)

    values = [each.coefficient for each in effects]
    assert 0 <= found.i_squared < 1
    assert found.tau_squared >= 0
    assert found.average.standard_error >= found.common.standard_error * (1 - 1e-12)
    for mean in (found.common, found.average):
        assert min(values) - 1e-9 <= mean.coefficient <= max(values) + 1e-9
