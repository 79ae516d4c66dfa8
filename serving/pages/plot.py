"""A plot: where numbers lie in a picture that is drawn on the server, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 150
"""Of the picture, in its own units: a phone's width, so that texts are as large as those around it there."""

LEFT, RIGHT, TOP, BOTTOM = 34, 8, 8, 22
"""Space beside the plot, for the texts of its axes."""


@dataclass(frozen=True)
class Plot:
    """Axes of a picture.

    Attributes
    ----------
    first, last : float
        What the left and the right end of the horizontal axis stand for.
    low, high : float
        What the lower and the upper end of the vertical axis stand for.
    height : int
        Of the picture.

    Examples
    --------
    >>> plot = Plot(0, 10, 0, 1)
    >>> plot.x(0), plot.y(1), plot.line([(0, 0), (10, 1)])
    (34.0, 8.0, 'M34.0,128.0L352.0,8.0')
    """

    first: float
    last: float
    low: float
    high: float
    height: int = HEIGHT

    @property
    def width(self) -> int:
        """Of the picture."""
        return WIDTH

    @property
    def left(self) -> int:
        """Where the plot begins."""
        return LEFT

    @property
    def right(self) -> int:
        """Where the plot ends."""
        return WIDTH - RIGHT

    @property
    def bottom(self) -> int:
        """Where the horizontal axis lies."""
        return self.height - BOTTOM

    def x(self, value: float) -> float:
        """Find the horizontal place of a value."""
        share = (value - self.first) / ((self.last - self.first) or 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Find the vertical place of a value."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(TOP + (1 - share) * (self.height - TOP - BOTTOM), 1)

    def line(self, points: Iterable[tuple[float, float]]) -> str:
        """Write a line through points, as the path of an SVG."""
        return "M" + "L".join(f"{self.x(x)},{self.y(y)}" for x, y in points)

    def band(self, across: Sequence[float], low: Sequence[float], high: Sequence[float]) -> str:
        """Write the area between two lines.

        Examples
        --------
        >>> Plot(0, 1, 0, 1).band([0, 1], [0.2, 0.2], [0.4, 0.4])
        'M34.0,80.0L352.0,80.0L352.0,104.0L34.0,104.0Z'
        """
        there = list(zip(across, high, strict=True))
        back = list(zip(reversed(across), reversed(low), strict=True))
        return self.line([*there, *back]) + "Z"


def round_share(highest: float) -> float:
    """A round share that is not below another: where an axis of probabilities ends.

    Examples
    --------
    >>> round_share(0.07), round_share(0.31), round_share(0.97)
    (0.1, 0.4, 1.0)
    """
    return min((step / 10 for step in (1, 2, 4, 6, 8) if step / 10 >= highest), default=1.0)
