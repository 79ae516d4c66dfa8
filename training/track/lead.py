"""How far a challenger is ahead of a champion: in a segment, in its calibration, in its dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from winprob.features.message import Wording, message
from winprob.features.playbook_part import Promotion
from winprob.models.bundle.card import Estimate
from winprob.models.measure.metrics import reliability
from winprob.training.judge.bootstrap import INTERVAL
from winprob.training.judge.evaluation import MODEL
from winprob.training.judge.measures import bootstrap, measures, tells
from winprob.training.judge.segments import Rows, by_amount, by_region, by_stage
from winprob.training.track.comparison import CHAMPION, Comparison

Respect = Literal["stage", "region", "amount", "calibration", "dates"]


@dataclass(frozen=True)
class Lead:
    """How far a challenger is ahead in one respect.

    Attributes
    ----------
    respect : {"stage", "region", "amount", "calibration", "dates"}
        Of a segment, and of dates, the log loss is compared; of calibration, its error.
    name : Wording
        The segment, or what was asked.
    opportunities : int
    by : Estimate
        How much lower the challenger's is, with the 95 % bootstrap interval over opportunities.
    margin : float
        How much higher it may be.
    """

    respect: Respect
    name: Wording
    opportunities: int
    by: Estimate
    margin: float

    def as_data(self) -> dict[str, Any]:
        """Say it as data for JSON."""
        return {
            "respect": self.respect,
            "name": self.name.en,
            "opportunities": self.opportunities,
            "lead": self.by.model_dump(mode="json"),
            "margin": self.margin,
            "unacceptable": self.unacceptable,
        }

    @property
    def unacceptable(self) -> bool:
        """Whether the challenger is worse by more than the margin, beyond noise."""
        return self.by.high < -self.margin


def leads(comparison: Comparison, margins: Promotion) -> tuple[Lead, ...]:
    """Compare two models in every respect in which enough opportunities tell them apart.

    Parameters
    ----------
    comparison : Comparison
    margins : winprob.features.playbook_part.Promotion
        The playbook's.
    """
    return (
        *_of_segments(comparison, margins.segment_margin),
        *_of_calibration(comparison, margins.calibration_margin),
        *_of_dates(comparison, margins.dates_margin),
    )


def _of_segments(comparison: Comparison, margin: float) -> Iterator[Lead]:
    for respect, found in _segments(comparison):
        own = Comparison(comparison.rows[found.chosen])
        if tells(own.rows):
            yield Lead(respect, found.name, own.opportunities, own.measures.better_by, margin)


def _segments(comparison: Comparison) -> Iterator[tuple[Respect, Rows]]:
    X, playbook = comparison.X, comparison.playbook
    if X is None or playbook is None or not len(X):
        return
    yield from (("stage", found) for found in by_stage(X, playbook))
    yield from (("region", found) for found in by_region(X, playbook))
    yield from (("amount", found) for found in by_amount(X))


def _of_calibration(comparison: Comparison, margin: float) -> Iterator[Lead]:
    if tells(comparison.rows):
        by = _calibration_error_lower_by(comparison)
        yield Lead("calibration", message("calibration error"), comparison.opportunities, by, margin)


def _calibration_error_lower_by(comparison: Comparison) -> Estimate:
    """Compare both errors in every draw: chance moves bins off the diagonal alike, and cancels out."""
    rows = comparison.rows
    weight, won = rows["weight"].to_numpy(np.float64), rows["won"].to_numpy(np.float64)
    whole, drawn = [], []
    for column in (CHAMPION, MODEL):
        p = rows[column].to_numpy(np.float64)
        highest = reliability(won, p, weight)["highest"].to_numpy()
        member = np.searchsorted(highest, p)[:, np.newaxis] == np.arange(len(highest))
        missed = (weight * (p - won))[:, np.newaxis] * member
        totals = bootstrap(rows).totals(np.column_stack([missed, weight]))
        whole.append(np.abs(missed.sum(axis=0)).sum() / weight.sum())
        drawn.append(np.abs(totals[:, :-1]).sum(axis=1) / totals[:, -1])
    low, high = np.percentile(drawn[0] - drawn[1], INTERVAL)
    return Estimate(value=whole[0] - whole[1], low=low, high=high)


def _of_dates(comparison: Comparison, margin: float) -> Iterator[Lead]:
    for days, asked in comparison.within.items():
        if tells(asked.rows):
            by, name = measures(asked.rows, CHAMPION).better_by, message("won within {days} days", days=days)
            yield Lead("dates", name, asked.opportunities, by, margin)
