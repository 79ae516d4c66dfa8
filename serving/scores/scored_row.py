"""A row of scores in plain numbers and texts, from which an answer is written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from winprob.features.texts import Texts
from winprob.models.bundle.scoring import Scores
from winprob.models.measure.outcomes import Floats
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


def rows_of(scores: Scores, reasons: bool = True) -> list[ScoredRow]:
    """Read scores row by row.

    Parameters
    ----------
    scores : Scores
    reasons : bool
        Whether contributions are wanted; without, rows have none.

    Returns
    -------
    list of ScoredRow
        In the order of `scores`.
    """
    evaluation = scores.evaluation
    values, rules = _plain(scores.matrix.columns), _plain(scores.rules_by_name)
    log_odds, base = evaluation.log_odds, evaluation.base
    names = evaluation.names if reasons else ()
    added = evaluation.contributions[1] if reasons else np.empty((len(scores), 0))
    numbers = np.column_stack(
        [evaluation.probability, log_odds, evaluation.range(), mean_slope(base, log_odds)]
    ).tolist()
    return [
        ScoredRow(
            values=values[row],
            probability=probability,
            log_odds=own_log_odds,
            low=low,
            high=high,
            base=base,
            base_probability=float(expit(base)),
            contributions=dict(zip(names, shares, strict=True)),
            slope=slope,
            rules=rules[row],
        )
        for row, ((probability, own_log_odds, low, high, slope), shares) in enumerate(
            zip(numbers, added.tolist(), strict=True)
        )
    ]


def _plain(columns: Mapping[str, Floats | Texts]) -> list[dict[str, Value]]:
    """Rows of columns as floats and texts, missing as None."""
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, map(_value, row), strict=True)) for row in rows]


def _value(value: Value) -> Value:
    return None if isinstance(value, float) and math.isnan(value) else value
