"""A deal week by week: the win probability as it was known then, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.timeline import Integers
from winprob.models.bundle.scoring import score
from winprob.models.bundle.trained_model import TrainedModel
from winprob.serving.deals.found_deal import FoundDeal
from winprob.serving.scores.scored_row import ScoredRow, rows_of

WEEKS = 26
"""Weeks that are looked back at most: half a year is what a review talks about, and fits on a phone."""

WEEK = pd.Timedelta(days=7)

SMALL = 0.005
"""Points of probability that a family must have moved to be told: half a percentage point."""


@dataclass(frozen=True)
class Week:
    """A deal at the end of a week.

    Attributes
    ----------
    at : pandas.Timestamp
        UTC.
    row : ScoredRow
        What the model said of it.
    moved : dict of str to float
        By family of reasons, the points of probability that it added since the week before, the largest
        first; all families add up to the change. Those below `SMALL` are left out.
    """

    at: pd.Timestamp
    row: ScoredRow
    moved: dict[str, float]

    @property
    def change(self) -> float:
        """Points of probability since the week before, as far as they are told."""
        return sum(self.moved.values())


def weeks_of(bundle: TrainedModel, history: History, deal: FoundDeal) -> list[Week]:
    """Score a deal as it was known at the end of each week, the latest last.

    Parameters
    ----------
    bundle : TrainedModel
    history : History
        Nothing recorded after a week is known in it, see `winprob.features.timeline`.
    deal : FoundDeal
        Weeks are counted back from its moment, to its creation or `WEEKS` of them.
    """
    count = min(int((deal.at - deal.created_at) / WEEK), WEEKS)
    moments = [deal.at - number * WEEK for number in range(count, -1, -1)]
    snapshots = pd.DataFrame({"opportunity": deal.number, "at": pd.Series(moments, dtype=TIME)})
    rows = rows_of(score(bundle, with_events_of(history, np.array([deal.number])), snapshots))
    family_of = {feature.name: feature.family for feature in bundle.features}
    before = [rows[0], *rows[:-1]]
    return [
        Week(at, row, _moved(earlier, row, family_of))
        for at, earlier, row in zip(moments, before, rows, strict=True)
    ]


def with_events_of(history: History, numbers: Integers) -> History:
    """Leave out the events of all other opportunities: no feature of one looks at those of another.

    Track records are counted from the table of opportunities, which is kept whole.

    Parameters
    ----------
    history : History
    numbers : numpy.ndarray of int64
        Of the opportunities whose events are kept.
    """
    tables = {OPPORTUNITIES: history.tables[OPPORTUNITIES]}
    for name in history.recorded:
        table = history.tables[name]
        tables[name] = table.keep(np.isin(table.owners, numbers))
    return replace(history, tables=tables)


def _moved(before: ScoredRow, now: ScoredRow, family_of: dict[str, str]) -> dict[str, float]:
    log_odds = now.log_odds - before.log_odds
    slope = (now.probability - before.probability) / log_odds if log_odds else now.slope
    added: dict[str, float] = {}
    for name, contribution in now.contributions.items():
        family = family_of.get(name, name)
        added[family] = added.get(family, 0.0) + (contribution - before.contributions[name]) * slope
    largest = sorted(added.items(), key=lambda each: -abs(each[1]))
    return {family: points for family, points in largest if abs(points) >= SMALL}


def four_weeks_ago(weeks: Sequence[Week]) -> Week | None:
    """The week that a review compares with; none of a deal that is younger."""
    return weeks[-5] if len(weeks) > 4 else None
