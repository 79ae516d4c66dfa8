"""Figures of the forecast of a training run: how much, why it has moved, how good it would have been."""

from __future__ import annotations

import pandas as pd

from features.playbook import Language, Words
from models.forecast.change import Change, change
from models.forecast.forecast import Forecast, forecast, forecast_periods
from models.forecast.period import QUARTER
from models.forecast.pipeline import pipeline
from models.present.figures.accuracy import accuracy
from models.present.figures.fan import fan
from models.present.figures.page import page
from models.present.figures.waterfall import waterfall
from training.fit import Trained
from training.track.past_forecasts import past_forecasts

FILES: dict[str, Language] = {"forecast.html": "en", "forecast.zh.html": "zh"}
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
    title = Words(zh=f"截至{day}的预测", en=f"Forecast as of {day}").in_language(language)
    figures = {"fan": fan(now, language=language), "waterfall": waterfall(moved, language=language)}
    if len(past):
        figures["accuracy"] = accuracy(past, language=language)
    return page(title, figures, language)
