"""Findings as a plain table, for files and notebooks."""

from __future__ import annotations

import pandas as pd

from winprob.models.attention.deals import Attention

COLUMNS = {
    "currency": "str",
    "rank": "int64",
    "opportunity_id": "str",
    "code": "str",
    "name_en": "str",
    "name_zh": "str",
    "at_stake": "float64",
    "stake_en": "str",
    "stake_zh": "str",
    "amount": "float64",
    "probability": "float64",
    "deal_class": "str",
    "evidence_en": "str",
    "evidence_zh": "str",
    "change_en": "str",
    "change_zh": "str",
}
"""The columns of the table and their types."""


def findings_table(attention: Attention) -> pd.DataFrame:
    """Write findings as a table.

    Returns
    -------
    pandas.DataFrame
        One row per finding with the columns `COLUMNS`: ``rank`` counts from 1 within each currency,
        ``at_stake`` and ``amount`` are in it and missing where no amount is recorded, ``stake_en`` and
        ``stake_zh`` say what the money at stake stands for, ``probability`` is that of winning in the end.

    Examples
    --------
    ``findings_table(deals_to_look_at(pipeline(bundle, history))).to_csv("look_at.csv", index=False)``
    """
    found = attention.findings
    deals = [finding.deal for finding in found]
    own = attention.pipeline.deals.iloc[deals].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "currency": [finding.currency for finding in found],
            "opportunity_id": [finding.opportunity_id for finding in found],
            "code": [finding.code for finding in found],
            "name_en": [finding.name.en for finding in found],
            "name_zh": [finding.name.zh for finding in found],
            "at_stake": [finding.at_stake for finding in found],
            "stake_en": [finding.stake.en for finding in found],
            "stake_zh": [finding.stake.zh for finding in found],
            "amount": own["amount"],
            "probability": own["probability"],
            "deal_class": attention.classes["deal_class"].to_numpy()[deals] if found else [],
            "evidence_en": [finding.evidence.en for finding in found],
            "evidence_zh": [finding.evidence.zh for finding in found],
            "change_en": [finding.change.en for finding in found],
            "change_zh": [finding.change.zh for finding in found],
        }
    )
    table["rank"] = table.groupby("currency").cumcount() + 1
    return table[list(COLUMNS)].astype(COLUMNS)
