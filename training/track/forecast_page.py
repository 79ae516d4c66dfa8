"""Figures of the forecast of a training run: how much, why it has moved, how good it would have been."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import pandas as pd

from winprob.features.message import SUFFIXES, message
from winprob.features.mistake import Mistake
from winprob.features.playbook import Language
from winprob.models.bundle.common_factor import CommonFactor
from winprob.models.forecast.change import Change, change
from winprob.models.forecast.forecast import Forecast, forecast, forecast_periods
from winprob.models.forecast.period import QUARTER, Period
from winprob.models.forecast.pipeline import pipeline
from winprob.models.present.figures.accuracy import accuracy
from winprob.models.present.figures.fan import fan
from winprob.models.present.figures.page import page
from winprob.models.present.figures.waterfall import waterfall
from winprob.training.backtest.comparison import compare
from winprob.training.backtest.spans import spans
from winprob.training.fit import Trained

FILES = {f"forecast{suffix}.html": language for language, suffix in SUFFIXES.items()}
"""Pages, and their language."""
AHEAD = 3
"""Quarters: the present one and those after it."""
SINCE = pd.Timedelta(weeks=4)
"""How long ago the forecast is compared with."""


def forecast_pages(trained: Trained) -> dict[str, str]:
    """Draw the forecast as of the end of what was known, its change in four weeks, and those of the past.

    Returns
    -------
    dict of str to str
        The HTML of each of `FILES`, which needs no network; none if the model does not know when
        opportunities close. What there is no past for is left out.

    Examples
    --------
    ``Path("forecast.html").write_text(forecast_pages(train(history))["forecast.html"], encoding="utf-8")``
    """
    bundle, history = trained.bundle, trained.history
    if bundle.closing_times is None:
        return {}
    now = forecast(pipeline(bundle, history), QUARTER, AHEAD)
    before = max(now.pipeline.at - SINCE, history.first_creation)
    moved = change(forecast_periods(pipeline(bundle, history, before), now.periods), now)
    past = past_forecasts(trained)
    return {file: _page(now, moved, past, language) for file, language in FILES.items()}


def _page(now: Forecast, moved: Change, past: pd.DataFrame, language: Language) -> str:
    day = now.pipeline.calendar.day(now.pipeline.at)
    title = message("Forecast as of {day}", day=day).in_language(language)
    figures = {"fan": fan(now, language=language), "waterfall": waterfall(moved, language=language)}
    if len(past):
        figures["accuracy"] = accuracy(past, language=language)
    return page(title, figures, language)


def past_forecasts(trained: Trained) -> pd.DataFrame:
    """Forecast each past quarter by the last model that knew nothing of it.

    A backtest learns anew for each quarter; here the models that the calibration rests on are used again, so
    that it takes seconds. They may know less than was known when the quarter began, never more.

    Returns
    -------
    pandas.DataFrame
        As `winprob.training.backtest.run.Backtest` has its periods; no rows where the past is too short.
    """
    rows = [compare(trained.history, said) for said in _said(trained)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def _said(trained: Trained) -> Iterator[Forecast]:
    history, learned_by = trained.history, [each.round.past.end for each in trained.past]
    for place, quarters in groupby(
        _quarters(trained), lambda span: bisect_right(learned_by, _begin(span)) - 1
    ):
        times = trained.past[place].closing_times
        if times is None:
            continue
        # How much deals move together was learned from these very quarters: it is not known yet.
        trained_model = replace(
            trained.bundle, model=trained.past[place].model, closing_times=times, common_factor=CommonFactor()
        )
        for span in quarters:
            yield forecast_periods(pipeline(trained_model, history, _begin(span)), (span,))


def _quarters(trained: Trained) -> tuple[Period, ...]:
    if not trained.past:
        return ()
    try:
        return spans(trained.history, QUARTER, QUARTER, trained.past[0].round.past.end)
    except Mistake:  # the history is too short
        return ()


def _begin(span: Period) -> pd.Timestamp:
    return span.calendar.start_of(span.start)
