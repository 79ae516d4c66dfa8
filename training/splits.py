"""Learn from what ended first, test on what ended last, calibrate on one window after the other between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from features.history import History
from features.instant import Instant, microseconds
from features.timeline import days_between
from training.censoring import ending_weights
from training.moments import endings, weekly_moments

CUTS = (0.25, 0.4, 0.55, 0.7, 0.85)
"""Where the windows of time end, as shares of the time from the first creation to the end, or to the last
closing if the last window saw none; what is left is the test. Time is cut, not the number of closings: these
come in batches, and a window as short as a batch tells of that batch alone.
"""


@dataclass(frozen=True)
class Side:
    """The moments of one side of a split.

    Attributes
    ----------
    start, end : pandas.Timestamp
        The window of time (start, end], UTC; all moments and endings lie in it. `start` is missing if the
        window begins with the history.
    moments : pandas.DataFrame
        One row per moment with an ending known by `end`, indexed by its place among all weekly moments:
        ``opportunity`` (row number in the history's ``opportunities``), ``at``, ``closed_at``, ``won`` (1.0
        or 0.0), ``weight`` (mean 1, see `training.censoring`) and ``say``, the weight divided by the
        opportunity's number of rows: its rows share one ending, so however long it was open it has the say
        of one.
    unfinished : pandas.DataFrame
        ``opportunity`` and ``at`` of the window's other moments, whose opportunities had not ended by `end`,
        indexed likewise; the weights stand in for them.

    Examples
    --------
    See `split`.
    """

    start: pd.Timestamp | None
    end: pd.Timestamp
    moments: pd.DataFrame
    unfinished: pd.DataFrame

    @property
    def opportunities(self) -> int:
        """How many opportunities the moments are of."""
        return int(self.moments["opportunity"].nunique())

    @property
    def has_both_outcomes(self) -> bool:
        """Whether opportunities won and lost are among them."""
        return self.moments["won"].nunique() == 2


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
    open : int
        Opportunities still open at the end of the test.
    """

    rounds: tuple[Round, ...]
    train: Side
    test: Side
    known: Side
    open: int


def split(history: History, as_of: Instant, cuts: Sequence[float] = CUTS) -> Split:
    """Split the weekly moments of a history by time, with a rolling origin.

    At each cut a model may learn from all endings known by then, at those moments from which they were seen.
    It is judged by the window up to the next cut: by opportunities whose ending became known in the window,
    at those of their moments that lie in it. The last window is the test; the windows before it calibrate
    (rolling-origin evaluation, Tashman, International Journal of Forecasting 16, 2000): several windows tell
    more of how past and future differ than the last of them could, and the model still learns from all of
    them.

    Parameters
    ----------
    history : History
    as_of : str, datetime or pandas.Timestamp
        End of the last window; nothing later is looked at. of the company's time zone if it says none.
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
    >>> from features.playbook import load_playbook
    >>> number = np.arange(40)
    >>> created = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(number * 5, "D")
    >>> closed = created + pd.to_timedelta(20 + number % 2, "D")
    >>> outcome = np.where(number % 3, "won", "lost")
    >>> tables = {"opportunities": pd.DataFrame({"opportunity_id": number.astype(str), "created_at": created,
    ...     "closed_at": closed, "outcome": outcome})}
    >>> found = split(History.of(load_playbook(), tables), "2026-08-15T00:00")
    >>> found.train.opportunities, found.test.opportunities
    (35, 5)
    >>> [(each.past.opportunities, each.next.opportunities) for each in found.rounds]
    [(8, 6), (15, 6), (21, 5), (28, 6)]
    """
    end = history.moment(as_of)
    known = history.until(end)
    moments = weekly_moments(known, end)
    rows = pd.concat([moments, endings(known, moments)], axis="columns")
    *earlier, last = _cut_times(known, end, cuts)
    train, test = _side(rows, None, last), _side(rows, last, end)
    rounds = [
        Round(_side(rows, None, cut), _side(rows, cut, following))
        for cut, following in pairwise([*earlier, last])
    ]
    useful = [each for each in rounds if each.tells]
    return Split(tuple(useful), train, test, _side(rows, None, end), open=len(known.open_at(end)))


def _cut_times(history: History, end: pd.Timestamp, cuts: Sequence[float]) -> list[pd.Timestamp]:
    start, closed = history.first_creation, history.opportunities["closed_at"].dropna()
    found = _shares(start, end, cuts)
    # Where nothing closed in the last window, there would be nothing to test with.
    return found if closed.empty or closed.max() > found[-1] else _shares(start, closed.max(), cuts)


def _shares(start: pd.Timestamp, end: pd.Timestamp, cuts: Sequence[float]) -> list[pd.Timestamp]:
    return [start + (share * (end - start)).round("us") for share in cuts]


def _side(rows: pd.DataFrame, start: pd.Timestamp | None, end: pd.Timestamp) -> Side:
    in_window = (rows["at"] <= end) & (True if start is None else rows["at"] > start)
    window = rows[in_window]
    has_ended = window["closed_at"] <= end
    known, unfinished = window[has_ended], window[~has_ended]
    follow_up = days_between(microseconds(window["at"]), microseconds(pd.Series([end])))
    weight = ending_weights(known["days"].to_numpy(), follow_up)
    sizes = known.groupby("opportunity")["at"].transform("size")
    columns = known[["opportunity", "at", "closed_at", "won"]].assign(weight=weight, say=weight / sizes)
    return Side(start, end, columns, unfinished[["opportunity", "at"]])
