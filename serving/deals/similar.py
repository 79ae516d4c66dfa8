"""Closed deals like a deal: how many of them were won, told only where there are enough of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import MICROSECONDS_PER_DAY, UNKNOWN, microseconds
from winprob.features.timeline import Flags, Floats, Integers, Timeline
from winprob.models.bundle.scoring import score
from winprob.models.bundle.trained_model import TrainedModel
from winprob.serving.deals.found_deal import FoundDeal
from winprob.serving.deals.weeks import with_events_of

NEAREST = 50
"""Deals that are told of at most: the share that was won of so many is known to 7 points."""

LEAST = 30
"""Fewer say nothing: of 30 the share that was won is known to 9 points."""

MOST_SCORED = 2000
"""Of more candidates the latest are compared, so that a page takes no longer in a large company."""


@dataclass(frozen=True)
class SimilarDeal:
    """A closed deal like another.

    Attributes
    ----------
    opportunity_id : str
    won : bool
    closed_at : pandas.Timestamp
        UTC.
    """

    opportunity_id: str
    won: bool
    closed_at: pd.Timestamp


@dataclass(frozen=True)
class Similar:
    """Closed deals like a deal, the nearest first.

    Attributes
    ----------
    deals : tuple of SimilarDeal
        At least `LEAST`.
    days : int
        How long the deal had been in its stage; these were still in it after as long.
    """

    deals: tuple[SimilarDeal, ...]
    days: int

    @property
    def won(self) -> float:
        """The share of them that was won."""
        return sum(deal.won for deal in self.deals) / len(self.deals)


def similar_deals(bundle: TrainedModel, history: History, deal: FoundDeal) -> Similar | None:
    """Find closed deals that stood like a deal does now.

    Candidates were in the same stage for as many days, were still open then, and have closed by now. How
    they ended has no say in when they are looked at. Of these the nearest are taken by what the model sees:
    the sum over families of reasons of the absolute difference of what each adds to the log-odds.

    Parameters
    ----------
    bundle : TrainedModel
        One that gives reasons.
    history : History
    deal : FoundDeal

    Returns
    -------
    Similar or None
        None where there are fewer than `LEAST` candidates, the deal has no stage, or the model no reasons.
    """
    now, stays = int(microseconds(pd.Series([deal.at]))[0]), _Stays(history)
    own = stays.present(deal.number, now)
    if own is None or not bundle.model.gives_reasons:
        return None
    number, moment = _candidates(stays, own, now)
    if len(number) < LEAST:
        return None
    snapshots = pd.DataFrame(
        {
            "opportunity": np.append(number, deal.number),
            "at": pd.DatetimeIndex(np.append(moment, now).astype("datetime64[us]"), tz="UTC"),
        }
    )
    added = _by_family(bundle, history, snapshots)
    distance = np.abs(added[:-1] - added[-1]).sum(axis=1)
    nearest = number[np.argsort(distance, kind="stable")[:NEAREST]]
    rows = history.tables[OPPORTUNITIES].take(nearest).frame
    found = tuple(
        SimilarDeal(str(row["opportunity_id"]), row["outcome"] == "won", row["closed_at"])
        for row in rows.to_dict("records")
    )
    return Similar(found, int(now - stays.since[own]) // MICROSECONDS_PER_DAY)


class _Stays:
    """Stays of all opportunities in a stage, sorted by opportunity and time.

    A stage that is recorded again is no new stay: as the features count.
    """

    def __init__(self, history: History) -> None:
        changes, closed = history.tables["stage_changes"], history.times(OPPORTUNITIES, "closed_at")
        timeline = Timeline(changes.owners, changes.times("at"))
        stage = changes.texts("stage").codes[timeline.order]
        entered = timeline.first_of_group | (stage != np.roll(stage, 1))
        self.owner, self.since, self.stage = timeline.group[entered], timeline.time[entered], stage[entered]
        self.closed = closed[self.owner]
        left = np.where(_last_of_each(self.owner), self.closed, np.append(self.since[1:], UNKNOWN))
        self.until = np.where(self.closed == UNKNOWN, UNKNOWN, left)

    def present(self, number: int, now: int) -> int | None:
        """Which of them an opportunity is in; none where no stage is recorded."""
        there = np.flatnonzero((self.owner == number) & (self.since <= now) & (self.since != UNKNOWN))
        return int(there[-1]) if len(there) else None


def _candidates(stays: _Stays, own: int, now: int) -> tuple[Integers, Integers]:
    """Closed opportunities, and the moment at which each had been in the stage for as long."""
    moment = stays.since + (now - stays.since[own])
    there = (stays.stage == stays.stage[own]) & (moment < stays.until) & (stays.closed <= now)
    latest = np.flatnonzero(there & (stays.owner != stays.owner[own]))
    # Who came to the stage several times counts once, with the last time.
    latest = latest[_last_of_each(stays.owner[latest])]
    order = np.argsort(-stays.closed[latest], kind="stable")[:MOST_SCORED]
    chosen = np.sort(latest[order])
    return stays.owner[chosen], moment[chosen]


def _last_of_each(owner: Integers) -> Flags:
    """Which rows are the last of their opportunity; rows are sorted by it."""
    return np.append(owner[1:] != owner[:-1], True)[: len(owner)]


def _by_family(bundle: TrainedModel, history: History, snapshots: pd.DataFrame) -> Floats:
    family_of = {feature.name: feature.family for feature in bundle.features}
    own = with_events_of(history, snapshots["opportunity"].to_numpy(np.int64))
    found = score(bundle, own, snapshots).explanation.by_family(family_of)
    return found.contributions.to_numpy(np.float64)
