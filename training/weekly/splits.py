"""Learn from what ended first, test on what ended last, calibrate on one window after the other between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import days_between, microseconds, timestamp
from winprob.features.timeline import Floats, Integers
from winprob.training.weekly.snapshots import Snapshots

CUTS = (0.25, 0.4, 0.55, 0.7, 0.85)
"""Where the windows of time end, as shares of the time from the first creation to the end, or to the last
closing if the last window saw none; what is left is the test. Time is cut, not the number of closings: these
come in batches, and a window as short as a batch tells of that batch alone.
"""


@dataclass(frozen=True, eq=False)
class Side:
    """The snapshots of one side of a split.

    Attributes
    ----------
    snapshots : Snapshots
        All there are.
    start, end : pandas.Timestamp
        The window of time (start, end], UTC; all moments and closings lie in it. `start` is missing if the
        window begins with the history.
    places : numpy.ndarray of int64, shape (n,)
        Of the snapshots in the window whose outcome is known by `end`.
    weight : numpy.ndarray of float64, shape (n,)
        Of these, mean 1: see `winprob.training.weekly.splits`.
    open_places : numpy.ndarray of int64, shape (m,)
        Of the window's other snapshots, whose opportunities were open at `end`; the weights stand in for
        them.
    """

    snapshots: Snapshots
    start: pd.Timestamp | None
    end: pd.Timestamp
    places: Integers
    weight: Floats
    open_places: Integers

    @classmethod
    def of(cls, snapshots: Snapshots, start: pd.Timestamp | None, end: pd.Timestamp) -> Side:
        """Take the snapshots of a window.

        Parameters
        ----------
        snapshots : Snapshots
        start, end : pandas.Timestamp
            The window (start, end]; from the beginning if `start` is missing.
        """
        at = snapshots.rows["at"]
        in_window = ((at <= end) & (True if start is None else at > start)).to_numpy()
        closed = (snapshots.rows["closed_at"] <= end).to_numpy()
        places = np.flatnonzero(in_window & closed)
        follow_up = days_between(microseconds(at[in_window]), microseconds(pd.Series([end])))
        weight = ending_weights(snapshots.rows["days"].to_numpy()[places], follow_up)
        return cls(snapshots, start, end, places, weight, np.flatnonzero(in_window & ~closed))

    def __len__(self) -> int:
        """Count the snapshots with an outcome."""
        return len(self.places)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The snapshots with an outcome, by place.

        ``opportunity`` (row number in the history's ``opportunities``), ``at``, ``closed_at``, ``won`` (1.0
        or 0.0), ``weight`` and ``sample_weight``: the weight divided by the opportunity's number of rows, as
        these share one outcome, and scaled so that all add up to the number of opportunities that they stand
        for.
        """
        taken = self.snapshots.rows.iloc[self.places]
        rows = taken[["opportunity", "at", "closed_at", "won"]].assign(weight=self.weight)
        per_opportunity = taken["stands_for"] / rows.groupby("opportunity")["at"].transform("size")
        shared = rows["weight"] * per_opportunity
        return rows.assign(sample_weight=shared / shared.mean() * per_opportunity.mean())

    @property
    def X(self) -> pd.DataFrame:
        """The matrix of `rows`, shape (n, k)."""
        return self.snapshots.X.iloc[self.places]

    @property
    def opportunities(self) -> int:
        """How many opportunities have an outcome."""
        return int(self.rows["opportunity"].nunique())

    @property
    def has_both_outcomes(self) -> bool:
        """Whether opportunities won and lost are among them."""
        return self.rows["won"].nunique() == 2


@dataclass(frozen=True)
class Round:
    """What was known at a cut, and what came in the window after it; no opportunity is in both.

    Attributes
    ----------
    past, next : Side
    """

    past: Side
    next: Side

    @property
    def tells(self) -> bool:
        """Whether a model can learn from the past, and the window saw an ending."""
        return self.past.has_both_outcomes and self.next.opportunities > 0


@dataclass(frozen=True)
class Split:
    """What is learned from before a test, the test, and all that is known after it.

    Attributes
    ----------
    rounds : tuple of Round
        In the order of time, within the time of `train`: how well a model that learned from the past of each
        did in the window after it calibrates the tested model.
    train, test : Side
        All that was known at the last cut, and what came after it.
    known : Side
        All that is known at the end of the test: the rows of both, and the earlier moments of opportunities
        that ended in the test.
    """

    rounds: tuple[Round, ...]
    train: Side
    test: Side
    known: Side


def split(snapshots: Snapshots, cuts: Sequence[float] = CUTS) -> Split:
    """Split snapshots by time, with a rolling origin.

    At each cut a model may learn from all endings known by then, at those moments from which they were seen.
    It is judged by the window up to the next cut: by opportunities whose ending became known in the window,
    at those of their moments that lie in it. The last window is the test; the windows before it calibrate
    (rolling-origin evaluation, Tashman, International Journal of Forecasting 16, 2000): several windows tell
    more of how past and future differ than the last of them could, and the model still learns from all of
    them.

    Parameters
    ----------
    snapshots : Snapshots
        Their end is that of the last window.
    cuts : sequence of float
        Rising: where the windows end, see `CUTS`.

    Returns
    -------
    Split
        No opportunity is on both sides of a round, nor in both `train` and `test`. Rounds whose past lacks
        won or lost opportunities or whose window saw no ending are left out. Where few opportunities have
        closed yet, any side may be empty.

    Examples
    --------
    >>> import numpy as np
    >>> from winprob.features.playbook import load_playbook
    >>> number = np.arange(40)
    >>> created = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(number * 5, "D")
    >>> closed = created + pd.to_timedelta(20 + number % 2, "D")
    >>> outcome = np.where(number % 3, "won", "lost")
    >>> tables = {"opportunities": pd.DataFrame({"opportunity_id": number.astype(str), "created_at": created,
    ...     "closed_at": closed, "outcome": outcome})}
    >>> history = History.of(load_playbook(), tables)
    >>> found = split(Snapshots.weekly(history, "2026-08-15T00:00"))
    >>> found.train.opportunities, found.test.opportunities
    (35, 5)
    >>> [(each.past.opportunities, each.next.opportunities) for each in found.rounds]
    [(8, 6), (15, 6), (21, 5), (28, 6)]
    """
    end = snapshots.end
    *earlier, last = _cut_times(snapshots.history, end, cuts)
    train, test = Side.of(snapshots, None, last), Side.of(snapshots, last, end)
    rounds = [
        Round(Side.of(snapshots, None, cut), Side.of(snapshots, cut, following))
        for cut, following in pairwise([*earlier, last])
    ]
    useful = [each for each in rounds if each.tells]
    return Split(tuple(useful), train, test, Side.of(snapshots, None, end))


def _cut_times(history: History, end: pd.Timestamp, cuts: Sequence[float]) -> list[pd.Timestamp]:
    start, last_close = history.first_creation, timestamp(history.times(OPPORTUNITIES, "closed_at").max())
    found = _shares(start, end, cuts)
    # Where nothing closed in the last window, there would be nothing to test with.
    return found if pd.isna(last_close) or last_close > found[-1] else _shares(start, last_close, cuts)


def _shares(start: pd.Timestamp, end: pd.Timestamp, cuts: Sequence[float]) -> list[pd.Timestamp]:
    return [start + (share * (end - start)).round("us") for share in cuts]


LEAST_FOLLOWED = 0.05
"""Share of the moments below which the weight grows no further."""


def ending_weights(days: Floats, follow_up: Floats, least: float = LEAST_FOLLOWED) -> Floats:
    """Weigh moments with a known ending so that they stand for those whose ending is not known yet.

    Of the opportunities open in a window of time, the quick endings are known by its end and the slow ones
    are not. Where lost opportunities take longer than won ones, leaving the unknown out makes the model too
    hopeful. Each moment `m` of the window could be followed for ``C = end of the window - m`` days, and that
    is known of all of them, also of those still open. An ending after `d` days is seen only by the share

        ``G(d) = share of the moments in the window with C >= d``,

    so a moment with a known ending after `d` days stands for ``1 / G(d)`` moments: inverse probability of
    censoring weights (Robins and Rotnitzky 1992, "Recovery of information and adjustment for dependent
    censoring using surrogate markers"; with the Brier score, Graf, Schmoor, Sauerbrei and Schumacher 1999,
    "Assessment and comparison of prognostic classification schemes for survival data").

    It assumes that how long an opportunity still takes, and how it ends, does not depend on the calendar
    time of the moment. It cannot repair what no moment of the window could have seen: endings that take
    longer than the window. `G` is not taken below `least`: beyond that, `1 / G` rests on the few earliest
    moments of the window, and a handful of opportunities would decide the result.

    Parameters
    ----------
    days : numpy.ndarray of float64, shape (n,)
        Days from each moment with a known ending to that ending.
    follow_up : numpy.ndarray of float64, shape (m,)
        Days from each moment of the window, known ending or not, to the end of the window.
    least : float
        Bound of `G` from below, so that no weight exceeds ``1 / least`` times the smallest possible one.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Mean 1.

    Examples
    --------
    Four moments were followed for 10 to 40 days: two could see an ending after 30 days, all one after 10.

    >>> ending_weights(np.array([10.0, 10.0, 30.0]), np.array([10.0, 20.0, 30.0, 40.0])).tolist()
    [0.75, 0.75, 1.5]
    """
    if not len(days):
        return np.empty(0)
    followed = np.sort(follow_up)
    shorter = np.searchsorted(followed, days, side="left")
    share = 1 - shorter / len(followed)
    weights: Floats = 1 / np.maximum(share, least)
    weights /= weights.mean()
    return weights
