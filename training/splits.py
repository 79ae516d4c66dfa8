"""Learn from what ended first, calibrate on what ended next, test on what ended last."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from features.history import History
from features.instant import Instant, instant, microseconds
from features.mistake import Mistake
from features.timeline import days_between
from training.censoring import ending_weights
from training.moments import endings, weekly_moments

CUTS = (0.7, 0.85)
"""Where the first and the second window end, as shares of the time from the first creation to the end.

Time is cut, not the number of endings: these come in batches, and a window as short as a batch tells of that
batch alone.
"""


class TooLittleHistory(Mistake):
    """A history that has too few endings to learn from, calibrate on or test with."""


@dataclass(frozen=True)
class Side:
    """The moments of one side of a split.

    Attributes
    ----------
    name : {"train", "calibrate", "test"}
    start, end : pandas.Timestamp
        The window of time (start, end], UTC; all moments and endings lie in it. `start` is missing for the
        first side.
    moments : pandas.DataFrame
        One row per moment with an ending known by `end`: ``opportunity`` (row number in the history's
        ``opportunities``), ``at``, ``won`` (1.0 or 0.0), ``weight`` (mean 1, see `training.censoring`) and
        ``say``, the weight divided by the opportunity's number of rows: its rows share one ending, so however
        long it was open it has the say of one.
    unknown : int
        Moments of the window without an ending by `end`; the weights stand in for them.

    Examples
    --------
    See `split`.
    """

    name: str
    start: pd.Timestamp | None
    end: pd.Timestamp
    moments: pd.DataFrame
    unknown: int

    @property
    def opportunities(self) -> int:
        """How many opportunities the moments are of."""
        return int(self.moments["opportunity"].nunique())


@dataclass(frozen=True)
class Split:
    """Three sides in the order of time; no opportunity is on two of them.

    Attributes
    ----------
    train, calibrate, test : Side
    open : int
        Opportunities still open at the end of the last side.
    """

    train: Side
    calibrate: Side
    test: Side
    open: int

    @property
    def sides(self) -> tuple[Side, Side, Side]:
        """The sides in order."""
        return self.train, self.calibrate, self.test


def split(history: History, as_of: Instant, cuts: tuple[float, float] = CUTS) -> Split:
    """Split the weekly moments of a history by time.

    An opportunity is on the side of the window of time in which its ending became known, with those of its
    moments that lie in the same window. So the training side holds just what was known at the first cut,
    the calibration is fitted with what was known at the second, and the test is what really came later.

    Parameters
    ----------
    history : History
    as_of : str, datetime or pandas.Timestamp
        End of the last window; nothing later is looked at. UTC if it says no zone.
    cuts : tuple of two float
        Where the first and the second window end, as shares of the time from the first creation to `as_of`.

    Returns
    -------
    Split

    Raises
    ------
    TooLittleHistory
        If a side lacks won or lost opportunities that were open on a Monday of its window.

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
    >>> [side.opportunities for side in split(History.of(load_playbook(), tables), "2026-08-15").sides]
    [28, 6, 5]
    """
    end = instant(as_of)
    known = history.until(end)
    moments = weekly_moments(known, end)
    rows = pd.concat([moments, endings(known, moments)], axis="columns")
    first, second = _cut_times(known, end, cuts)
    return Split(
        _side("train", rows, None, first),
        _side("calibrate", rows, first, second),
        _side("test", rows, second, end),
        open=len(known.open_at(end)),
    )


def _cut_times(
    history: History, end: pd.Timestamp, cuts: tuple[float, float]
) -> tuple[pd.Timestamp, pd.Timestamp]:
    opportunities = history.opportunities
    if not opportunities["closed_at"].notna().any():
        raise TooLittleHistory(
            f"expected closed opportunities to learn from, found {len(opportunities)} opportunities and none "
            f"closed by {end:%Y-%m-%d}; add won and lost opportunities with closed_at and outcome"
        )
    start = opportunities["created_at"].min()
    first, second = (start + (share * (end - start)).round("us") for share in cuts)
    return first, second


def _side(name: str, rows: pd.DataFrame, start: pd.Timestamp | None, end: pd.Timestamp) -> Side:
    in_window = (rows["at"] <= end) & (True if start is None else rows["at"] > start)
    window = rows[in_window]
    known = window[window["closed_at"] <= end]
    for outcome, value in (("won", 1.0), ("lost", 0.0)):
        if not (known["won"] == value).any():
            raise TooLittleHistory(
                f"{name}: expected {outcome} opportunities that were open on a Monday and closed "
                f"{'' if start is None else f'after {start:%Y-%m-%d} and '}by {end:%Y-%m-%d}, found none "
                f"({known['opportunity'].nunique()} opportunities in all); use a longer history, or a flat "
                "table with --mapping"
            )
    follow_up = days_between(microseconds(window["at"]), microseconds(pd.Series([end])))
    weight = ending_weights(known["days"].to_numpy(), follow_up)
    sizes = known.groupby("opportunity")["at"].transform("size")
    columns = known[["opportunity", "at", "won"]].assign(weight=weight, say=weight / sizes)
    return Side(name, start, end, columns.reset_index(drop=True), len(window) - len(known))
