from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from bundles import simulated_history
from trainings import trained_model

from features.history import History
from training.track import forecast_page
from training.track.forecast_page import FILES, forecast_pages


def drawn(text: str) -> list[str]:
    """Names of the figures on a page."""
    return re.findall(r'<div id="(\w+)" class="plotly', text)


def told(amounts: bool = True, closed: bool = False) -> History:
    """The company's history without amounts, or without anything open."""
    history = simulated_history()
    deals = history.opportunities
    keep = deals["outcome"].notna() if closed else pd.Series(True, index=deals.index)
    ids = deals["opportunity_id"]
    tables = {
        name: table.drop(columns="opportunity").assign(opportunity_id=ids.take(table["opportunity"]).array)
        for name, table in history.events.items()
        if history.recorded[name].any() and (amounts or name != "amounts")
    }
    tables = {name: table[table["opportunity_id"].isin(ids[keep])] for name, table in tables.items()}
    return History.of(history.playbook, {"opportunities": deals[keep], **tables})


def test_three_figures_in_two_languages() -> None:
    pages = forecast_pages(trained_model())
    assert list(pages) == list(FILES)
    for text in pages.values():
        assert drawn(text) == ["fan", "waterfall", "accuracy"]
    assert "<title>Forecast as of 2024-12-27</title>" in pages["forecast.html"]
    assert "<title>截至2024-12-27的预测</title>" in pages["forecast.zh.html"]


@pytest.mark.parametrize(
    "history",
    [
        lambda: told(closed=True),
        lambda: told(amounts=False),
        lambda: told(amounts=False, closed=True),
        lambda: simulated_history().until("2023-01-20"),
    ],
    ids=["nothing open", "no amounts", "neither", "four weeks ago there was nothing"],
)
def test_whatever_there_is_can_be_drawn(
    history: Callable[[], History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast_page, "past_forecasts", lambda _: pd.DataFrame())
    pages = forecast_pages(replace(trained_model(), history=history()))
    assert [drawn(text) for text in pages.values()] == [["fan", "waterfall"]] * 2


def test_without_closing_times_there_is_no_forecast() -> None:
    trained = trained_model()
    assert forecast_pages(replace(trained, bundle=replace(trained.bundle, closing_times=None))) == {}
