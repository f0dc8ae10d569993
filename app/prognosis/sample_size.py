"""How many patients a prognostic model of so many parameters needs, and what so few would cost."""

from dataclasses import dataclass
from math import ceil, exp, inf, log

SHRINKAGE = 0.9
"""What is to be left of the coefficients in new patients: overfitting of a tenth at most."""

OPTIMISM = 0.05
"""By how much Nagelkerke's R2 may look better than it is."""

MARGIN = 0.05
"""Half the width of the 95 % interval of the mean risk at the horizon."""

Z95 = 1.96
"""As the criteria were published with."""


@dataclass(frozen=True)
class RileySampleSize:
    """
    The patients that each criterion asks for.

    Attributes
    ----------
    shrinkage : int
        (i) For coefficients that keep nine tenths of their size.
    optimism : int
        (ii) For Nagelkerke's R2 to be overstated by 0.05 at most.
    risk : int
        (iii) For the mean risk at the horizon to be known within 0.05.
    parameters : int
        Coefficients of the model.
    events_per_patient : float
        Expected, the rate times the mean follow-up.
    largest_r2 : float
        What Cox and Snell's R2 could be at most.
    """

    shrinkage: int
    optimism: int
    risk: int
    parameters: int
    events_per_patient: float
    largest_r2: float

    @property
    def patients(self) -> int:
        """The most that a criterion asks for."""
        return max(self.shrinkage, self.optimism, self.risk)

    @property
    def events(self) -> int:
        """Expected among so many patients, rounded up."""
        return ceil(self.patients * self.events_per_patient)

    @property
    def events_per_parameter(self) -> float:
        """Expected among so many patients."""
        return self.patients * self.events_per_patient / self.parameters


@dataclass(frozen=True)
class Overfitting:
    """
    How far the coefficients of a given cohort are too large.

    Attributes
    ----------
    shrinkage : float
        The share of them expected to hold in new patients; not above zero
        where the fit is no better than noise.
    r2_apparent, r2_adjusted : float
        Cox and Snell's R2 as fitted, and that times the shrinkage: what to
        plan another model with.
    """

    shrinkage: float
    r2_apparent: float
    r2_adjusted: float


def events_per_parameter(events: int, parameters: int) -> float:
    """
    Divide the events among the parameters.

    Parameters
    ----------
    events : int
        Of the cohort.
    parameters : int
        Coefficients that were looked at, and not only those that were kept.

    Returns
    -------
    float
        Events for each.

    Raises
    ------
    ValueError
        If there is no parameter.
    """
    _check_parameters(parameters)
    return events / parameters


def largest_r2(events_per_patient: float) -> float:
    """
    Compute what Cox and Snell's R2 could be at most.

    Parameters
    ----------
    events_per_patient : float
        Above zero and at most 1.

    Returns
    -------
    float
        From the likelihood of a constant hazard, in units of the mean
        follow-up.

    Raises
    ------
    ValueError
        If a patient has no event or more than one.

    References
    ----------
    Riley RD et al. BMJ 2020;368:m441, which mends Stat Med 2019;38:1276-96.
    """
    if not 0 < events_per_patient <= 1:
        raise ValueError(f"{events_per_patient:g} events a patient; above 0 and at most 1 expected")
    return 1 - exp(2 * events_per_patient * (log(events_per_patient) - 1))


def riley(
    parameters: int,
    r2_cox_snell: float,
    *,
    rate: float,
    horizon: float,
    mean_follow_up: float,
    max_r2: float | None = None,
) -> RileySampleSize:
    """
    Compute the patients that a time-to-event prediction model needs.

    Parameters
    ----------
    parameters : int
        Coefficients that are to be looked at.
    r2_cox_snell : float
        That the model is expected to have in new patients, above zero.
    rate : float
        Events per patient and unit of time.
    horizon : float
        The time at which risk is predicted, in the rate's unit.
    mean_follow_up : float
        Of a patient, in the rate's unit.
    max_r2 : float, optional
        What Cox and Snell's R2 could be at most, of another source.

    Returns
    -------
    RileySampleSize
        By each criterion.

    Raises
    ------
    ValueError
        If a number is not above zero, there is more than one event a patient,
        or the R2 is not below what it could be at most.

    Notes
    -----
    The third criterion is published as a check of a number; here it is solved
    for the number. The interval is wider on the side of the lower risk.

    References
    ----------
    Riley RD et al. Stat Med 2019;38:1276-96. Riley RD et al. BMJ
    2020;368:m441.
    """
    _check_parameters(parameters)
    if not (rate > 0 and horizon > 0 and mean_follow_up > 0):
        raise ValueError(f"rate {rate:g}, horizon {horizon:g}, follow-up {mean_follow_up:g}")
    top = largest_r2(rate * mean_follow_up) if max_r2 is None else max_r2
    if not 0 < r2_cox_snell < min(top, SHRINKAGE):
        raise ValueError(f"R2 {r2_cox_snell:g}; above 0 and below {min(top, SHRINKAGE):.3g} needed")
    least = r2_cox_snell / (r2_cox_snell + OPTIMISM * top)
    return RileySampleSize(
        shrinkage=_patients_for(SHRINKAGE, parameters, r2_cox_snell),
        optimism=_patients_for(least, parameters, r2_cox_snell),
        risk=_patients_for_risk(rate, horizon, mean_follow_up),
        parameters=parameters,
        events_per_patient=rate * mean_follow_up,
        largest_r2=top,
    )


def overfitting(lr_chi_square: float, patients: int, parameters: int) -> Overfitting:
    """
    Compute the shrinkage that a cohort's own fit is expected to need.

    Parameters
    ----------
    lr_chi_square : float
        Twice the gain in log likelihood over no covariate, above zero.
    patients : int
        That were fitted on.
    parameters : int
        Coefficients that were looked at.

    Returns
    -------
    Overfitting
        The heuristic shrinkage and the R2 that it leaves.

    Raises
    ------
    ValueError
        If the chi-square is not above zero, or there is no patient or no
        parameter.

    References
    ----------
    Van Houwelingen JC, Le Cessie S. Stat Med 1990;9:1303-25.
    """
    _check_parameters(parameters)
    if not (lr_chi_square > 0 and patients > 0):
        raise ValueError(f"likelihood ratio {lr_chi_square:g} of {patients} patients")
    shrinkage = 1 - parameters / lr_chi_square
    apparent = 1 - exp(-lr_chi_square / patients)
    return Overfitting(shrinkage, apparent, shrinkage * apparent)


def _check_parameters(parameters: int) -> None:
    if parameters < 1:
        raise ValueError(f"{parameters} parameters; at least 1 needed")


def _patients_for(shrinkage: float, parameters: int, r2: float) -> int:
    return ceil(parameters / ((shrinkage - 1) * log(1 - r2 / shrinkage)))


def _patients_for_risk(rate: float, horizon: float, mean_follow_up: float) -> int:
    """Solve for the patients whose follow-up bounds the constant hazard closely enough."""
    survival = exp(-rate * horizon)
    # An interval that reaches risk 0 or 1 within the margin is not bound on that side.
    below = rate + log(survival + MARGIN) / horizon if survival + MARGIN < 1 else inf
    above = -log(survival - MARGIN) / horizon - rate if survival > MARGIN else inf
    error = min(below, above) / Z95
    return ceil(rate / (mean_follow_up * error**2))
