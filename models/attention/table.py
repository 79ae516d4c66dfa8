"""Findings as a plain table, for files and notebooks."""

from __future__ import annotations

import pandas as pd

from winprob.features.message import Wording, languages
from winprob.models.attention.deals import Attention

COLUMNS = {
    "currency": "str",
    "rank": "int64",
    "opportunity_id": "str",
    "code": "str",
    **{f"name_{language}": "str" for language in languages()},
    "at_stake": "float64",
    **{f"stake_{language}": "str" for language in languages()},
    "amount": "float64",
    "probability": "float64",
    "deal_class": "str",
    **{f"evidence_{language}": "str" for language in languages()},
    **{f"change_{language}": "str" for language in languages()},
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
            **_texts("name", [finding.name for finding in found]),
            "at_stake": [finding.at_stake for finding in found],
            **_texts("stake", [finding.stake for finding in found]),
            "amount": own["amount"],
            "probability": own["probability"],
            "deal_class": attention.classes["deal_class"].to_numpy()[deals] if found else [],
            **_texts("evidence", [finding.evidence for finding in found]),
            **_texts("change", [finding.change for finding in found]),
        }
    )
    table["rank"] = table.groupby("currency").cumcount() + 1
    return table[list(COLUMNS)].astype(COLUMNS)


def _texts(name: str, words: list[Wording]) -> dict[str, list[str]]:
    return {f"{name}_{language}": [each.in_language(language) for each in words] for language in languages()}
