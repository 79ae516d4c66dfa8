"""Backtest: how good forecasts would have been, had they been made in the past."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from winprob.features.company_features import with_features
from winprob.features.history import History
from winprob.features.instant import Instant
from winprob.models.forecast.forecast import Forecast, forecast_periods
from winprob.models.forecast.period import MONTH, QUARTER, Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest.accuracy import accuracy
from winprob.training.backtest.comparison import compare
from winprob.training.backtest.spans import spans
from winprob.training.leaks.first_snapshots import first_snapshots
from winprob.training.leaks.search import settle
from winprob.training.learn.learning import learn
from winprob.training.progress import Progress, silent
from winprob.training.weekly.leave_out import leave_out as without


@dataclass(frozen=True, eq=False)
class Backtest:
    """Forecasts of the past beside what happened.

    Attributes
    ----------
    every, horizon : str
        ``week``, ``month`` or ``quarter``: how often was looked ahead, and how far.
    periods : pandas.DataFrame
        One row per forecast and currency (empty text: not recorded): ``as_of`` (UTC), ``period_start`` and
        ``period_end`` (dates, first and last day in UTC), ``currency``; in money ``actual``, what was won in
        the period, and beside it the forecast (``expected``, ``median``, the ranges ``low_50`` …
        ``high_95``), ``rule_expected`` (the playbook's percentages of what sellers expect in the period),
        ``seller_expected`` (all of it) and ``moving_average`` (mean of the four spans of as many days
        before, as far as the history covers them; missing where it covers none); then the forecast's parts,
        ``open_expected`` and ``new_expected``, and how many ``wins`` there were.
    """

    every: str
    horizon: str
    periods: pd.DataFrame

    @property
    def summary(self) -> pd.DataFrame:
        """How good each method was, see `winprob.training.backtest.accuracy.accuracy`."""
        return accuracy(self.periods)


def backtest(
    history: History,
    every: str = MONTH,
    horizon: str = QUARTER,
    start: Instant | None = None,
    *,
    allow: Collection[str] = (),
    leave_out: Sequence[str] = (),
    progress: Progress = silent,
) -> Backtest:
    """Replay the past as it was known then: features, training and forecast as of each date.

    Parameters
    ----------
    history : History
    every : {"week", "month", "quarter"}
        How often to look ahead: when each begins, 00:00 UTC.
    horizon : {"week", "month", "quarter"}
        How far: so much from then on. The last one is the one whose horizon is over when the history ends.
    start : str, datetime or pandas.Timestamp, optional
        The first is not before it, see `winprob.training.backtest.spans.spans`.
    allow : collection of str
        Features that may seem to know the ending, see `winprob.training.leaks`.
    leave_out : sequence of str
        Columns of ``opportunities`` that become known only at closing, see
        `winprob.training.weekly.leave_out`.
    progress : callable
        Told before each step.

    Raises
    ------
    winprob.features.mistake.Mistake
        If a unit is not known or the history is too short.
    winprob.training.leaks.Leaking
        If features that are not allowed seem to know the ending.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> history = History.of(load_playbook(), simulate(opportunities=200, years=1).tables)
    >>> found = backtest(history, every="quarter", horizon="month", start="2023-09-01")
    >>> found.periods["period_end"].astype(str).unique().tolist()
    ['2023-10-31']
    """
    known = without(with_features(history), leave_out)
    ahead = spans(known, every, horizon, start)
    settle(first_snapshots(known), allow, leave_out)
    rows = [compare(known, said) for said in replay(known, ahead, progress)]
    return Backtest(every, horizon, pd.concat(rows, ignore_index=True))


def replay(history: History, spans: Sequence[Period], progress: Progress = silent) -> Iterator[Forecast]:
    """Forecast each span of time as it would have been done when it began.

    Parameters
    ----------
    history : History
    spans : sequence of Period
        Each is looked at from the beginning of its first day.
    progress : callable
        Told before each step.

    Yields
    ------
    Forecast
        Of one span after the other. The model learns anew each time, as it does in training.
    """
    for number, span in enumerate(spans):

        def tell(doing: str, done: int, steps: int, begun: int = number, span: Period = span) -> None:
            progress(f"as of {span.start}: {doing}", begun * steps + done, len(spans) * steps)

        at = span.calendar.start_of(span.start)
        known = history.until(at)
        yield forecast_periods(pipeline(learn(known, progress=tell).trained_model, known, at), (span,))
