"""Measures of the model on some of the test rows, beside a rule and with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.features.timeline import Floats
from winprob.models.bundle.card import Measures, Segment
from winprob.training.judge.bootstrap import Bootstrap
from winprob.training.judge.evaluation import MODEL
from winprob.training.judge.segments import Rows

FEWEST_OPPORTUNITIES = 20
"""Opportunities that a segment must have for anything to be said of it."""

FEWEST_ENDINGS = 5
"""Opportunities won, and opportunities lost, that it must have: of fewer a bootstrap knows too little."""

LOW, HIGH = "low", "high"
"""Columns of the ends of the ranges."""

NEAREST = np.finfo(np.float64).eps
"""Probabilities of exactly 0 and 1 count as this far from them, as in `models.measure.metrics.log_loss`."""


def segment(rows: pd.DataFrame, rule: str, found: Rows) -> Segment:
    """Measure a segment, if it has enough opportunities of both endings.

    Parameters
    ----------
    rows : pandas.DataFrame
        All test rows, as in `winprob.training.judge.evaluation.Evaluation`; with the columns ``low`` and
        ``high`` if there are ranges.
    rule : str
        The rule to compare with: a column of `rows`.
    found : Rows
        Which rows, and what to call them.

    Examples
    --------
    ``segment(evaluation.rows, "stage_win_rate", by_stage(X, playbook)[0])``
    """
    own = rows[found.chosen]
    opportunity = own.index.get_level_values("opportunity_id")
    return Segment(
        name=found.name,
        opportunities=opportunity.nunique(),
        rows=len(own),
        width=weighted(own, HIGH) - weighted(own, LOW) if len(own) and LOW in own else None,
        measures=measures(own, rule) if tells(own) else None,
    )


def tells(rows: pd.DataFrame) -> bool:
    """Whether rows are of enough opportunities to say anything.

    Parameters
    ----------
    rows : pandas.DataFrame
        Test rows.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([range(30), [1, 2]], names=["opportunity_id", "as_of"])
    >>> rows = pd.DataFrame({"won": [1.0] * 12 + [0.0] * 48}, index=index)
    >>> tells(rows), tells(rows[:30])
    (True, False)
    """
    opportunity = rows.index.get_level_values("opportunity_id")
    endings = [opportunity[rows["won"] == outcome].nunique() for outcome in (0.0, 1.0)]
    return sum(endings) >= FEWEST_OPPORTUNITIES and min(endings) >= FEWEST_ENDINGS


def measures(rows: pd.DataFrame, rule: str) -> Measures:
    """Measure the model beside a rule.

    Parameters
    ----------
    rows : pandas.DataFrame
        Test rows, as in `winprob.training.judge.evaluation.Evaluation`.
    rule : str
        A column of `rows`.

    Returns
    -------
    Measures
        Every one is a weighted mean over the rows.
    """
    won, p = (rows[name].to_numpy(np.float64) for name in ("won", MODEL))
    own, other = _surprise(won, p), _surprise(won, rows[rule].to_numpy(np.float64))
    values = np.column_stack([won, p, own, other, other - own, (p - won) ** 2])
    names = ("won", "predicted", "log_loss", "rule_log_loss", "better_by", "brier")
    return Measures(**dict(zip(names, bootstrap(rows).means(values), strict=True)))


def weighted(rows: pd.DataFrame, column: str) -> float:
    """Average a column.

    Parameters
    ----------
    rows : pandas.DataFrame
        Test rows.
    column : str
    """
    return float(np.average(rows[column], weights=rows["weight"]))


def bootstrap(rows: pd.DataFrame) -> Bootstrap:
    """Prepare to draw the opportunities of rows.

    Parameters
    ----------
    rows : pandas.DataFrame
        Test rows.
    """
    return Bootstrap.of(rows.index.get_level_values("opportunity_id"), rows["weight"].to_numpy(np.float64))


def _surprise(won: Floats, p: Floats) -> Floats:
    """-log of the probability given to what happened."""
    happened: Floats = np.clip(np.where(won == 1, p, 1 - p), NEAREST, 1 - NEAREST)
    return -np.log(happened)
