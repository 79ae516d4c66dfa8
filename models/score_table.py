"""Scores as a table: one row per open opportunity, for a file or a spreadsheet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.build import open_moments
from features.families.amount import AmountView
from features.families.stage import StageView
from features.history import History
from features.instant import Instant, microseconds
from models.bundle import Bundle
from models.scoring import score

COLUMNS = ("opportunity_id", "as_of", "stage", "amount", "probability", "rule_probability", "model_version")
"""The columns of every score table; with the explanation, ``why.base`` and ``why.<feature>`` follow."""


def score_table(
    bundle: Bundle, history: History, as_of: Instant | None, model_version: str, explain: bool = False
) -> pd.DataFrame:
    """Score every opportunity open at a moment.

    Parameters
    ----------
    bundle : Bundle
    history : History
        Read with the bundle's playbook.
    as_of : str, datetime or pandas.Timestamp, optional
        The moment, UTC if it says no zone; the time of the last event if left out.
    model_version : str
        What the column ``model_version`` says.
    explain : bool
        Whether to add the base and each feature's contribution, in log-odds: along a row they add up to the
        log-odds of ``probability``.

    Returns
    -------
    pandas.DataFrame, shape (n_open, 7) or (n_open, 8 + n_features)
        The columns of `COLUMNS`: ``stage`` is the code of the stage then, ``amount`` is in the opportunity's
        currency, ``rule_probability`` is the playbook's percentage for the stage.

    Examples
    --------
    ``score_table(Bundle.load("bundle/"), read("history/", bundle.playbook), "2026-03-31", "3")``
    """
    moments = open_moments(history, as_of)
    opportunity, moment = moments["opportunity"].to_numpy(np.int64), microseconds(moments["at"])
    position = StageView(history, opportunity, moment).position
    codes = np.array([*bundle.playbook.stage_codes, ""], dtype=object)
    table = pd.DataFrame(
        {
            "opportunity_id": history.opportunities["opportunity_id"].take(opportunity).to_numpy(),
            "as_of": moments["at"],
            "stage": codes[np.where(position >= 0, position, -1).astype(np.int64)],
            "amount": AmountView(history, opportunity, moment).now,
        }
    )
    if moments.empty:
        return table.reindex(columns=list(COLUMNS))
    scores = score(bundle, history, moments)
    table["probability"] = scores.probability.to_numpy()
    table["rule_probability"] = scores.rules["stage"].to_numpy()
    table["model_version"] = model_version
    if not explain:
        return table
    why = scores.explanation.contributions.add_prefix("why.").reset_index(drop=True)
    why.insert(0, "why.base", scores.explanation.base)
    return pd.concat([table, why], axis="columns")
