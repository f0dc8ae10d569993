"""Observed risk as a smooth function of predicted risk, at many horizons of the same rows."""

from dataclasses import dataclass, field

import numpy as np

from app.prognosis.engine.rows import Floats, Places, SurvivalRows
from app.prognosis.validation.calibration_curve import SMALLEST_RISK, cloglog, knots_of, spline
from app.prognosis.validation.cox_fit import CoxFit, fit_columns, with_columns

LOWEST, HIGHEST = cloglog(np.array([SMALLEST_RISK, 1 - SMALLEST_RISK])).tolist()
"""Log cumulative hazards beyond which risks are not told apart."""

SAME = 1e-9
"""Log hazard to which two predictions are apart by a constant."""


@dataclass(eq=False)
class _Curve:
    """A fit on a spline of some predictions, and everybody's hazard by it."""

    place: Floats
    knots: Floats
    fitted: CoxFit
    relative: Floats


@dataclass(eq=False)
class SmoothObserved:
    """
    The smooth calibration of rows, fitted anew only where the predictions change their shape.

    Without strata the predictions at two horizons differ by a constant on the scale of the
    spline, on which the fit does not depend: one fit serves all horizons.

    Attributes
    ----------
    rows : SurvivalRows
        To fit on, without strata.
    drawn : ndarray of int, shape (m,)
        Which of the n predictions each of the fitted rows has.
    """

    rows: SurvivalRows
    drawn: Places
    _curve: _Curve | None = field(default=None, init=False)

    def at(self, place: Floats, shown: Floats, day: float) -> tuple[Floats, Floats]:
        """
        Read the observed risk at each prediction.

        Parameters
        ----------
        place : ndarray, shape (n,)
            Predicted log cumulative hazards by the day.
        shown : ndarray, shape (k,)
            Others at which it is asked for.
        day : float
            The horizon.

        Returns
        -------
        tuple of ndarray, shape (n,) and (k,)
            Risks, as of `smooth_calibration`.

        Raises
        ------
        RefitRefused
            If the Cox model on the spline has no maximum.
        """
        within = np.clip(place, LOWEST, HIGHEST)
        curve = self._curve
        if curve is None or np.ptp(within - curve.place) > SAME:
            curve = self._curve = self._fit(within)
        shift, hazard = within[0] - curve.place[0], curve.fitted.hazard(day)
        others = curve.fitted.relative(spline(np.clip(shown, LOWEST, HIGHEST) - shift, curve.knots))
        every, asked = (-np.expm1(-hazard * each) for each in (curve.relative, others))
        return every, asked

    def _fit(self, place: Floats) -> _Curve:
        own = place[self.drawn]
        knots = knots_of(own)
        basis = spline(place, knots)
        # Predictions that are right lie on the line, which is where to begin.
        line = np.eye(1, basis.shape[1])[0]
        fitted = fit_columns(with_columns(self.rows, basis[self.drawn]), start=line)
        return _Curve(place, knots, fitted, fitted.relative(basis))
