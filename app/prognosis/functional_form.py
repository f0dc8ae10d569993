"""Whether the cell count acts as the model has it; this tells and changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from app.prognosis.covariates import COUNT, REGISTRY

Floats = NDArray[np.float64]

FitOf = Callable[[Floats], tuple[float, int]]
"""From the covariates, shape (n, p), to the maximised log likelihood and its parameters."""

LOG1P = "log1p_ctc"
"""The count as the model has it."""

SPLINE = tuple(name for name in REGISTRY if name.startswith(f"{LOG1P}_spline"))
"""What the restricted cubic spline adds to it."""


@dataclass(frozen=True)
class Form:
    """
    One form of the count beside the same other covariates.

    Attributes
    ----------
    name : {'linear', 'log1p', 'spline'}
        The count itself, its logarithm, or a restricted cubic spline of that.
    log_likelihood : float
        At its maximum.
    parameters : int
        Coefficients, those of the other covariates among them.
    """

    name: str
    log_likelihood: float
    parameters: int

    @property
    def aic(self) -> float:
        """Information criterion of Akaike, the less the better."""
        return 2 * self.parameters - 2 * self.log_likelihood


@dataclass(frozen=True)
class FunctionalForm:
    """
    Three forms of the count on the same rows.

    Attributes
    ----------
    linear, log1p, spline : Form
        The spline holds the logarithm as its straight case.
    chi_square : float
        Likelihood ratio of the spline against the logarithm.
    degrees : int
        Its degrees of freedom.
    p : float
        Its probability if the logarithm is right.
    """

    linear: Form
    log1p: Form
    spline: Form
    chi_square: float
    degrees: int
    p: float

    @property
    def preferred(self) -> str:
        """The form with the least AIC, of equals the simplest."""
        return min((self.linear, self.log1p, self.spline), key=lambda form: form.aic).name


def functional_form(counts: ArrayLike, others: ArrayLike, fit: FitOf) -> FunctionalForm:
    """
    Compare three forms of the count.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Cells per 7.5 mL, none negative.
    others : array_like, shape (n, q)
        The other covariates; q may be zero.
    fit : callable
        Fits a matrix of covariates on those n rows and returns the maximised
        log likelihood, without a penalty, and the number of coefficients.

    Returns
    -------
    FunctionalForm
        Of the forms that were fixed in advance; choosing the model by it
        would spoil the model's intervals.

    Raises
    ------
    ValueError
        If shapes differ, a count is not a number of cells, or the spline adds
        no coefficient.

    References
    ----------
    Harrell FE. Regression Modeling Strategies. 2nd ed. Springer 2015, 2.4.
    """
    cells, rest = np.asarray(counts, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if rest.ndim != 2 or cells.shape != rest.shape[:1]:
        raise ValueError(f"counts have shape {cells.shape} and the others {rest.shape}")
    if not (np.isfinite(cells) & (cells >= 0)).all():
        raise ValueError("a count is not a number of cells")
    columns = {
        "linear": cells[:, None],
        "log1p": _columns(cells, (LOG1P,)),
        "spline": _columns(cells, (LOG1P, *SPLINE)),
    }
    linear, log1p, spline = (
        Form(name, *fit(np.column_stack([x, rest]))) for name, x in columns.items()
    )
    return compare(linear, log1p, spline)


def compare(linear: Form, log1p: Form, spline: Form) -> FunctionalForm:
    """
    Compare three fits of the count.

    Parameters
    ----------
    linear, log1p, spline : Form
        On the same rows.

    Returns
    -------
    FunctionalForm
        With the likelihood ratio of the two that are nested.

    Raises
    ------
    ValueError
        If the spline has no coefficient more than the logarithm.
    """
    degrees = spline.parameters - log1p.parameters
    if degrees < 1:
        raise ValueError(f"the spline adds {degrees} coefficients; at least 1 needed")
    # Rounding alone can put the larger model below the smaller.
    chi_square = max(2 * (spline.log_likelihood - log1p.log_likelihood), 0.0)
    p = float(chdtrc(degrees, chi_square))
    return FunctionalForm(linear, log1p, spline, chi_square, degrees, p)


def _columns(cells: Floats, names: tuple[str, ...]) -> Floats:
    """Let the counts enter as the registry has them enter a model."""
    return np.column_stack([[_entered(name, count) for count in cells.tolist()] for name in names])


def _entered(name: str, count: float) -> float:
    value = REGISTRY[name].enters(count, 0)
    if value is None:
        raise ValueError(f"{name} does not enter from {COUNT}")
    return value
