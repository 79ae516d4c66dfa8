"""How good forecasts were: error, bias, and how often what happened lay within the ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

METHODS = {
    "forecast": "expected",
    "fixed_percentages": "rule_expected",
    "sellers_dates": "seller_expected",
    "moving_average": "moving_average",
}
"""What is compared, each with its column among the periods."""
LEVELS = (50, 80, 95)
"""Ranges, in percent."""
MEASURES = ("wmape", "bias", *(f"coverage_{level}" for level in LEVELS))
ALL = "all"
"""Stands for all currencies together."""


def accuracy(periods: pd.DataFrame, methods: Mapping[str, str] = METHODS) -> pd.DataFrame:
    """Sum up how good forecasts were.

    Parameters
    ----------
    periods : pandas.DataFrame
        See `winprob.training.backtest.run.Backtest`.
    methods : mapping of str to str
        What is compared, each with its column; only ``forecast`` tells ranges.

    Returns
    -------
    pandas.DataFrame
        One row per method, for each currency, with several currencies after those of ``all``: ``currency``,
        ``method``, ``wmape``, ``bias``, ``coverage_50``, ``coverage_80``, ``coverage_95`` (missing where a
        method tells no ranges) and ``periods``.

    Notes
    -----
    wMAPE is the sum of absolute errors, and bias the sum of errors, forecast minus actual, both divided by
    the sum of what was won (Kolassa and Schütz, Foresight 6, 2007). Money of different currencies is never
    added up: what is said of all is the mean of what is said of each, weighed by its number of wins.

    Examples
    --------
    >>> rows = pd.DataFrame({"currency": "EUR", "actual": [100.0, 300.0], "wins": [1, 2],
    ...     **{name: [150.0, 250.0] for name in METHODS.values()},
    ...     **{f"low_{level}": 0.0 for level in LEVELS}, **{f"high_{level}": 299.0 for level in LEVELS}})
    >>> accuracy(rows).loc[0, ["wmape", "bias", "coverage_80"]].tolist()
    [0.25, 0.0, 0.5]
    """
    each = pd.DataFrame(_measured(periods, methods))
    wins = periods.groupby("currency")["wins"].sum()
    if len(wins) == 1:
        return each
    weighed = each.assign(weight=each["currency"].map(wins)).groupby("method", sort=False)
    whole = pd.DataFrame([{"currency": ALL, "method": name, **_mean(own)} for name, own in weighed])
    return pd.concat([whole, each], ignore_index=True)


def _measured(periods: pd.DataFrame, methods: Mapping[str, str]) -> Iterator[dict[str, str | float]]:
    for currency, own in periods.groupby("currency"):
        for method, column in methods.items():
            told = own[own[column].notna()]
            error, actual = told[column] - told["actual"], told["actual"].sum()
            yield {
                "currency": str(currency),
                "method": method,
                "wmape": error.abs().sum() / actual if actual else np.nan,
                "bias": error.sum() / actual if actual else np.nan,
                **{f"coverage_{level}": _coverage(told, level, method) for level in LEVELS},
                "periods": len(told),
            }


def _coverage(told: pd.DataFrame, level: int, method: str) -> float:
    if method != "forecast":
        return np.nan
    return float(told["actual"].between(told[f"low_{level}"], told[f"high_{level}"]).mean())


def _mean(own: pd.DataFrame) -> dict[str, float]:
    """Mean over currencies of one method's measures, weighed by wins."""
    measures = {name: own[own[name].notna()] for name in MEASURES}
    means = {
        name: np.average(rows[name], weights=rows["weight"]) if rows["weight"].any() else np.nan
        for name, rows in measures.items()
    }
    return means | {"periods": own["periods"].max()}
