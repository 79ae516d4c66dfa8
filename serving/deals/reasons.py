"""Why a deal is at its probability: points by family that add up as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winprob.serving.scores.answer import Answer, Contribution

DECIMALS = 1
"""Of percentage points: as contributions are told elsewhere."""


@dataclass(frozen=True)
class Reason:
    """What one family adds, or all that is not recorded.

    Attributes
    ----------
    name : str
        Of the family; empty for what is not recorded.
    points : float
        Percentage points, rounded so that base and reasons add up to the probability.
    contributions : tuple of Contribution
        Of its features, the largest first.
    """

    name: str
    points: float
    contributions: tuple[Contribution, ...]

    @property
    def is_recorded(self) -> bool:
        """Whether it is a family, and not what is missing of all of them."""
        return bool(self.name)


@dataclass(frozen=True)
class Reasons:
    """Where the probability comes from.

    Attributes
    ----------
    base, probability : float
        In percent, rounded: `base` and the points of `reasons` add up to `probability` exactly.
    reasons : tuple of Reason
        The largest first, what is not recorded last.
    """

    base: float
    probability: float
    reasons: tuple[Reason, ...]

    @property
    def largest(self) -> float:
        """The largest of the points, whichever way: what bars are drawn against."""
        return max((abs(reason.points) for reason in self.reasons), default=0.0)


def reasons_of(answer: Answer) -> Reasons:
    """Put the contributions of an answer together.

    Parameters
    ----------
    answer : Answer
        With all contributions.
    """
    families: dict[str, list[Contribution]] = {}
    missing: list[Contribution] = []
    for contribution in answer.contributions:
        own = missing if contribution.unrecorded else families.setdefault(contribution.family_name, [])
        own.append(contribution)
    groups = sorted(families.items(), key=lambda each: -abs(_points(each[1])))
    if missing:
        groups.append(("", missing))
    exact = [100 * answer.base.probability, *(100 * _points(own) for _, own in groups)]
    base, *points = rounded(exact, round(100 * answer.probability, DECIMALS))
    reasons = (
        Reason(name, own_points, tuple(own)) for (name, own), own_points in zip(groups, points, strict=True)
    )
    return Reasons(base, round(100 * answer.probability, DECIMALS), tuple(reasons))


def rounded(amounts: Sequence[float], total: float, decimals: int = DECIMALS) -> list[float]:
    """Round amounts so that they add up to a rounded total (the method of the largest remainder).

    Parameters
    ----------
    amounts : sequence of float
        They add up to the total but for rounding.
    total : float
        Rounded already.
    decimals : int

    Examples
    --------
    >>> rounded([20.04, 13.74, -0.34], 33.4)
    [20.0, 13.7, -0.3]
    >>> rounded([33.33, 33.33, 33.34], 100.0)
    [33.3, 33.3, 33.4]
    """
    unit = 10.0**decimals
    exact = np.asarray(amounts, np.float64) * unit
    whole = np.floor(exact)
    short = round(total * unit - whole.sum())
    up = np.argsort(-(exact - whole), kind="stable")[: max(short, 0)]
    whole[up] += 1
    return [float(number) + 0.0 for number in (whole / unit).round(decimals)]


def _points(contributions: Sequence[Contribution]) -> float:
    return sum(contribution.points for contribution in contributions)
