from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from winprob.features.mistake import Mistake
from winprob.models.present.figures.accuracy import accuracy

RANGE = {"low": 80.0, "high": 120.0}


def looks(**columns: list[float]) -> pd.DataFrame:
    """Forecasts in EUR, in the wrong order, each 100 with a range from 80 to 120."""
    count = len(next(iter(columns.values())))
    at = pd.date_range("2026-01-01", periods=count, freq="MS", tz="UTC")
    said = {"expected": 100.0, "rule_expected": 300.0, "moving_average": 50.0, "actual": 100.0, **columns}
    low, high = ({f"{end}_{level}": value for level in (50, 80, 95)} for end, value in RANGE.items())
    return pd.DataFrame({"as_of": at, "currency": "EUR", **said, **low, **high})[::-1]


def trace(found: pd.DataFrame, name: str) -> Any:
    (one,) = (each for each in accuracy(found).data if each.name == name)
    return one


def test_lines_are_in_the_order_of_time() -> None:
    found = looks(actual=[90.0, 130.0, 110.0])
    assert list(trace(found, "what was won").y) == [90.0, 130.0, 110.0]
    assert list(trace(found, "what was won").x) == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert list(trace(found, "80 % range").base) == [80.0] * 3
    assert list(trace(found, "80 % range").y) == [40.0] * 3


def test_the_title_says_how_far_off_each_was_and_how_often_ranges_held() -> None:
    found = looks(actual=[90.0, 150.0, 60.0])
    title = accuracy(found).layout.title
    assert title.text == ("Forecasts were off by 33 %, fixed percentages by 200 %, moving averages by 50 %")
    assert title.subtitle.text.endswith("80 % ranges held in 1 of 3 forecasts")
    assert accuracy(found, language="zh").layout.title.text == "预测误差33%；固定百分比200%，移动平均50%"


def test_what_is_missing_is_neither_drawn_nor_counted() -> None:
    found = looks(actual=[100.0, 100.0], moving_average=[np.nan, 70.0])
    assert list(trace(found, "moving average").x) == ["2026-02-01"]
    assert accuracy(found).layout.title.text.endswith("moving averages by 30 %")
    never = looks(actual=[100.0, 100.0], moving_average=[np.nan, np.nan])
    assert accuracy(never).layout.title.text.endswith("moving averages by –")


def test_nothing_was_won() -> None:
    assert accuracy(looks(actual=[0.0])).layout.title.text.startswith("Forecasts were off by –, ")


def test_the_currency_with_most_wins_comes_first() -> None:
    found = pd.concat([looks(actual=[0.0, 5.0]), looks(actual=[1.0, 1.0]).assign(currency="")])
    labels = [button.label for button in accuracy(found).layout.updatemenus[0].buttons]
    assert labels == ["currency not recorded", "EUR"]
    with pytest.raises(Mistake, match="currency: expected one of '', 'EUR', found 'USD'"):
        accuracy(found, currency="USD")
