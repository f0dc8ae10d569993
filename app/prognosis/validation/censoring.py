"""The Kaplan-Meier estimate of not being censored, which weighs what censoring hides."""

from dataclasses import dataclass

import numpy as np

from app.prognosis.engine.rows import Flags, Floats, Places


@dataclass(frozen=True, eq=False)
class CensoringCurve:
    """
    The probability G of still being under observation.

    At the same time, events leave before censorings do: the censorings of a day
    are counted among those whom the day's events have left, as scikit-survival
    does. Hence an event on day t was seen because nobody censored it before t,
    and weighs 1 / G(t-); a row that outlives t weighs 1 / G(t). With these two
    the weights of all rows sum to n at every time. (scikit-survival gives the
    event 1 / G(t), which differs where an event and a censoring share a day.)

    Attributes
    ----------
    days : ndarray, shape (u,)
        Distinct times with a censoring, ascending.
    survival : ndarray, shape (u + 1,)
        G before the first of them and after each.
    at_risk : ndarray, shape (u,)
        Rows under observation at each, without that time's events.
    censored : ndarray, shape (u,)
        Rows censored at each.
    """

    days: Floats
    survival: Floats
    at_risk: Floats
    censored: Floats

    def falls_before(self, days: Floats) -> Places:
        """
        Count the falls of the curve strictly before some days.

        Parameters
        ----------
        days : ndarray, shape (k,)
            Days since the start.

        Returns
        -------
        ndarray of int, shape (k,)
            Such that `survival` there is G(t-).
        """
        return np.searchsorted(self.days, days, side="left")

    def falls_until(self, days: Floats) -> Places:
        """
        Count the falls of the curve up to and on some days.

        Parameters
        ----------
        days : ndarray, shape (k,)
            Days since the start.

        Returns
        -------
        ndarray of int, shape (k,)
            Such that `survival` there is G(t).
        """
        return np.searchsorted(self.days, days, side="right")

    def before(self, days: Floats) -> Floats:
        """
        Read G(t-), the probability of not being censored before some days.

        Parameters
        ----------
        days : ndarray, shape (k,)
            Days since the start.

        Returns
        -------
        ndarray, shape (k,)
            Above zero on every day on which a row was still observed.
        """
        return self.survival[self.falls_before(days)]

    def until(self, days: Floats) -> Floats:
        """
        Read G(t), the probability of not being censored up to and on some days.

        Parameters
        ----------
        days : ndarray, shape (k,)
            Days since the start.

        Returns
        -------
        ndarray, shape (k,)
            Above zero on every day that a row outlived.
        """
        return self.survival[self.falls_until(days)]

    def influence(self, days: Floats, events: Flags, falls: Places, coefficients: Floats) -> Floats:
        """
        Derive a weighted sum of log G by the case weight of each row.

        Parameters
        ----------
        days : ndarray, shape (n,)
            The rows that the curve was estimated from.
        events : ndarray of bool, shape (n,)
            Whether they ended with the event.
        falls : ndarray of int, shape (k,)
            For each term of the sum, how many falls its G has behind it.
        coefficients : ndarray, shape (k,)
            What the log of that G is multiplied by.

        Returns
        -------
        ndarray, shape (n,)
            Summing to zero.
        """
        count = len(self.days)
        behind = np.bincount(falls, weights=coefficients, minlength=count + 1)
        pull = behind[::-1].cumsum()[::-1][1:]
        left = self.at_risk - self.censored
        # A fall to zero has nobody behind it, hence no term that it could pull.
        rate = np.divide(pull, left, out=np.zeros(count), where=left > 0)
        passed = np.concatenate(([0.0], np.cumsum(rate * self.censored / self.at_risk)))
        own = np.zeros(len(days))
        own[~events] = rate[self.falls_before(days[~events])]
        return passed[np.where(events, self.falls_before(days), self.falls_until(days))] - own


def censoring_curve(days: Floats, events: Flags) -> CensoringCurve:
    """
    Estimate the distribution of the censoring.

    Parameters
    ----------
    days : ndarray, shape (n,)
        Time to the event or to the last day seen.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.

    Returns
    -------
    CensoringCurve
        One everywhere if nobody was censored.

    References
    ----------
    Graf E et al. Stat Med 1999;18:2529-45. Gerds TA, Schumacher M. Biom J
    2006;48:1029-40.
    """
    times, censored = np.unique(days[~events], return_counts=True)
    reached = len(days) - np.searchsorted(np.sort(days), times, side="left")
    died = np.sort(days[events])
    on_the_day = np.searchsorted(died, times, side="right") - np.searchsorted(died, times)
    at_risk = (reached - on_the_day).astype(np.float64)
    survival = np.concatenate(([1.0], np.cumprod(1.0 - censored / at_risk)))
    return CensoringCurve(times, survival, at_risk, censored.astype(np.float64))
