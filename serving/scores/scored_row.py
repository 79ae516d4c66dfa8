"""A row of scores in plain numbers and texts, from which an answer is written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from winprob.models.bundle.scoring import Scores
from winprob.models.win.explanation import mean_slope
from winprob.models.wording.contributions import Value


@dataclass(frozen=True)
class ScoredRow:
    """What the model says of one opportunity.

    Attributes
    ----------
    values : dict of str to float, str or None
        Its features; None where one is missing.
    probability, log_odds, low, high : float
        The win probability, its log-odds and its range.
    base, base_probability : float
        Where the contributions start from.
    contributions : dict of str to float
        What each feature adds to the log-odds.
    slope : float
        Points of probability for a log-odds of a contribution, see
        `winprob.models.win.explanation.Explanation`.
    rules : dict of str to float or None
        What the fixed rules say.
    """

    values: dict[str, Value]
    probability: float
    log_odds: float
    low: float
    high: float
    base: float
    base_probability: float
    contributions: dict[str, float]
    slope: float
    rules: dict[str, Value]


def rows_of(scores: Scores) -> list[ScoredRow]:
    """Read scores row by row.

    Parameters
    ----------
    scores : Scores

    Returns
    -------
    list of ScoredRow
        In the order of `scores`.
    """
    why, values, rules = scores.explanation, _plain(scores.features), _plain(scores.rules)
    names, added = [str(name) for name in why.contributions], why.contributions.to_numpy()
    log_odds = why.base + added.sum(axis=1)
    numbers = np.column_stack(
        [scores.probability, log_odds, scores.ranges, mean_slope(why.base, log_odds)]
    ).tolist()
    return [
        ScoredRow(
            values=values[row],
            probability=probability,
            log_odds=own_log_odds,
            low=low,
            high=high,
            base=why.base,
            base_probability=why.base_probability,
            contributions=dict(zip(names, shares, strict=True)),
            slope=slope,
            rules=rules[row],
        )
        for row, ((probability, own_log_odds, low, high, slope), shares) in enumerate(
            zip(numbers, added.tolist(), strict=True)
        )
    ]


def _plain(table: pd.DataFrame) -> list[dict[str, Value]]:
    """Rows of a table as floats and texts, missing as None."""
    names = [str(name) for name in table]
    columns = [table[name].tolist() for name in table]
    return [dict(zip(names, map(_value, row), strict=True)) for row in zip(*columns, strict=True)]


def _value(value: Any) -> Value:
    if isinstance(value, str):
        return value
    return None if value is None or math.isnan(value) else float(value)
