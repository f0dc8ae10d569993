"""The robust covariance is R's, for single rows and for clusters of them."""

import numpy as np
import pytest

from app.prognosis.engine.residuals import dfbeta
from app.prognosis.engine.robust import robust_covariance
from tests.prognosis.engine.after_fit import FITS, LIKE_R, fitted, table


@pytest.mark.parametrize("name", FITS)
def test_the_robust_covariance_is_that_of_r(name: str) -> None:
    fit = fitted(name)

    covariance = robust_covariance(fit.rows, fit.beta, fit.covariance, ties=fit.ties)

    scale = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert np.abs((covariance - table(fit.told["robust"])) / scale).max() < LIKE_R


@pytest.mark.parametrize("name", FITS)
def test_the_robust_covariance_of_clusters_is_that_of_r(name: str) -> None:
    fit = fitted(name)

    covariance = robust_covariance(
        fit.rows, fit.beta, fit.covariance, ties=fit.ties, clusters=fit.clusters
    )

    scale = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert np.abs((covariance - table(fit.told["clustered"])) / scale).max() < LIKE_R


def test_rows_that_are_each_their_own_cluster_are_not_clustered() -> None:
    fit = fitted("lung")

    alone = robust_covariance(fit.rows, fit.beta, fit.covariance)
    named = robust_covariance(
        fit.rows, fit.beta, fit.covariance, clusters=[f"patient {n}" for n in range(len(fit.rows))]
    )

    assert named == pytest.approx(alone, rel=1e-12)


def test_clusters_are_taken_in_the_order_in_which_the_rows_were_given() -> None:
    fit = fitted("heart")
    moves = fit.rows.given_order(dfbeta(fit.rows, fit.beta, fit.covariance))
    expected = sum(
        np.outer(together, together)
        for patient in np.unique(fit.clusters)
        for together in [moves[fit.clusters == patient].sum(axis=0)]
    )

    covariance = robust_covariance(fit.rows, fit.beta, fit.covariance, clusters=fit.clusters)

    assert covariance == pytest.approx(expected, rel=1e-12)


def test_clusters_that_miss_a_row_are_refused() -> None:
    fit = fitted("lung")

    with pytest.raises(ValueError, match=r"clusters has shape \(3,\), not \(228,\)"):
        robust_covariance(fit.rows, fit.beta, fit.covariance, clusters=[1, 2, 3])
