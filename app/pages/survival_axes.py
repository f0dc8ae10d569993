"""The axes that every picture of survival stands on: months since a start, and probability."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from app.pages.drawing import GRID, INK, SOFT, line, month_tick, staircase, text


@dataclass(frozen=True)
class SurvivalAxes:
    """Months and probabilities to the pixels of a plot."""

    left: float
    right: float
    top: float
    bottom: float
    last: float

    @property
    def every(self) -> int:
        """Months between two ticks."""
        return month_tick(self.last)

    @property
    def end(self) -> int:
        """The tick at which the axis ends, no sooner than the last month."""
        return self.every * ceil(self.last / self.every)

    @property
    def ticks(self) -> range:
        """The months that are written below the axis."""
        return range(0, self.end + 1, self.every)

    def x(self, months: float) -> float:
        """Place a time."""
        return self.left + (self.right - self.left) * months / self.end

    def y(self, probability: float) -> float:
        """Place a probability."""
        return self.bottom - (self.bottom - self.top) * probability

    def corners(self, levels: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        """Give the corners of a curve of months and probabilities."""
        return staircase((self.x(months), self.y(level)) for months, level in levels)

    def draw(self, start: str) -> Iterator[str]:
        """Draw the lines, the ticks and what they count from."""
        for percent in range(0, 101, 25):
            y = self.y(percent / 100)
            yield line(self.left, y, self.right, y, INK if percent == 0 else GRID)
            yield text(self.left - 10, y + 4.5, f"{percent} %", anchor="end", fill=SOFT)
        for months in self.ticks:
            x = self.x(months)
            yield line(x, self.bottom, x, self.bottom + 5, INK)
            yield text(x, self.bottom + 21, str(months), anchor="middle", fill=SOFT)
        middle = (self.left + self.right) / 2
        words = f"months since the {start}"
        yield text(middle, self.bottom + 42, words, anchor="middle", fill=SOFT)
