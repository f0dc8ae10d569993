"""The ridge penalty on the scale of standardised covariates."""

import numpy as np

from app.prognosis.engine.rows import Floats


def ridge_of(penalizer: float, rows: int, variances: Floats) -> Floats | None:
    """
    Turn a penalty per row and standard deviation into one per coefficient.

    Parameters
    ----------
    penalizer : float
        L in n * L / 2 * ||beta * sd||^2, at least zero: lifelines' scale, on
        which neither units nor the number of rows matter.
    rows : int
        How many rows n the fit has.
    variances : ndarray, shape (p,)
        Of the covariates over those rows.

    Returns
    -------
    ndarray, shape (p,), or None
        Penalties r in r / 2 * beta^2, as `maximise` takes them; None without
        a penalty.
    """
    return np.asarray(rows * penalizer * variances) if penalizer else None
