"""Two counts of one line of therapy → a serial group: the schemes, their sources and figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.prognosis.risk_group import repeat_draw_other_side


@dataclass(frozen=True)
class PublishedMedian:
    """A median survival published of a serial group, in months."""

    endpoint: str
    months: float


@dataclass(frozen=True)
class SerialGroup:
    """One group: on which side of the cut-off each of the two counts lies."""

    name: str
    first_reaches: bool
    second_reaches: bool
    label: str
    published: tuple[PublishedMedian, ...]


@dataclass(frozen=True)
class SerialScheme:
    """A published way to group two counts of metastatic disease."""

    name: str
    version: str
    title: str
    cut_off: int
    source: str
    groups: tuple[SerialGroup, ...]

    def group_of(self, first: int, second: int) -> SerialGroup:
        """
        Find the one group that holds two counts.

        Parameters
        ----------
        first, second : int
            Cells per 7.5 mL, 0 or more.

        Returns
        -------
        SerialGroup
            By whether each count reaches the cut-off.
        """
        sides = first >= self.cut_off, second >= self.cut_off
        return next(
            each for each in self.groups if (each.first_reaches, each.second_reaches) == sides
        )

    def repeat_draws_other_group(self, first: int, second: int) -> float:
        """
        Compute how probably repeats of both draws would make another group.

        Parameters
        ----------
        first, second : int
            Cells per 7.5 mL, 0 or more.

        Returns
        -------
        float
            Between 0 and 1; the repeats are taken to be independent.
        """
        stay = 1.0
        for count in (first, second):
            stay *= 1.0 - repeat_draw_other_side(self.cut_off, count)
        return 1.0 - stay


def _months(progression_free: float | None, overall: float) -> tuple[PublishedMedian, ...]:
    told = [PublishedMedian("overall_survival", overall)]
    if progression_free is not None:
        told.append(PublishedMedian("progression_free_survival", progression_free))
    return tuple(told)


_KIT = (
    "CellSearch kit data, 177 patients starting a new line, as laboratory reports quote them; "
    "from which draw the months count is not said there."
)

_PREDICT = (
    "Janni W et al. Clin Cancer Res 2025 (PREDICT), 4,436 patients with a baseline and one "
    "follow-up draw; overall survival."
)

_SERIAL_5 = (
    SerialGroup("low-low", False, False, "fewer than 5 in both draws", _months(7.2, 22.6)),
    SerialGroup("low-high", False, True, "fewer than 5, then 5 or more", _months(5.9, 10.6)),
    SerialGroup("high-low", True, False, "5 or more, then fewer than 5", _months(6.1, 19.8)),
    SerialGroup("high-high", True, True, "5 or more in both draws", _months(1.8, 4.1)),
)

_SERIAL_1 = (
    SerialGroup("neg-neg", False, False, "no CTC in either draw", _months(None, 45.6)),
    SerialGroup("neg-pos", False, True, "no CTC, then 1 or more", _months(None, 26.1)),
    SerialGroup("pos-neg", True, False, "1 or more, then none", _months(None, 32.3)),
    SerialGroup("pos-pos", True, True, "1 or more in both draws", _months(None, 17.3)),
)

_SCHEMES = (
    SerialScheme("serial-5", "1", "Change about 5 cells", 5, _KIT, _SERIAL_5),
    SerialScheme("serial-1", "1", "Change about 1 cell", 1, _PREDICT, _SERIAL_1),
)

SERIAL_SCHEMES: Mapping[str, SerialScheme] = {scheme.name: scheme for scheme in _SCHEMES}
"""The serial schemes by name, the default first; of metastatic disease."""

SERIAL_SETTING = "metastatic"
"""The disease setting that the serial schemes were made for."""
