from __future__ import annotations

import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle

from benchmarks.attention import NAMES, looked_at, table
from winprob.models.attention.deals import deals_to_look_at
from winprob.models.forecast.pipeline import pipeline

END = pd.Timestamp("2024-12-01", tz="UTC")


def rows() -> pd.DataFrame:
    """Four deals: two that slip, of which one is lost; two others, of which one is won by its date."""
    found = pd.DataFrame(
        {
            "over": [END, END, END, END + pd.Timedelta(days=1)],
            "claimed": [0.9, 0.7, 0.5, 0.1],
            "ended": [True, True, True, False],
            "won": [True, False, True, False],
            "won_by_date": [False, False, True, False],
        }
    )
    return found.assign(**{code: [True, True, False, False] for code in NAMES})


def test_what_became_of_those_listed_and_of_the_others() -> None:
    first = table(rows(), END).iloc[0].to_dict()
    assert first.pop("finding") == "Date too early"
    assert first == pytest.approx(
        {
            "of all open": 0.5,
            "claimed": 0.8,
            "won of ended": 0.5,
            "others": 1.0,
            "won by date": 0.0,
            "others by date": 1.0,
        }
    )


def test_what_was_never_found_has_no_row() -> None:
    assert table(rows().assign(D004=False), END)["finding"].tolist() == [
        name for code, name in NAMES.items() if code != "D004"
    ]


def test_outcomes_are_those_of_the_whole_history() -> None:
    """Deal by deal, of a day on which none of them had ended."""
    history = simulated_history()
    attention = deals_to_look_at(pipeline(trained_bundle(), history, "2024-06-03"))
    ends = history.opportunities.set_index("opportunity_id")
    listed = {(finding.opportunity_id, finding.code) for finding in attention.findings}
    names = attention.pipeline.deals["opportunity_id"]
    for name, row in zip(names, looked_at(attention, history).to_dict("records"), strict=True):
        own = ends.loc[name]
        assert row["ended"] == (own["outcome"] in ("won", "lost"))
        assert row["won_by_date"] == (own["outcome"] == "won" and own["closed_at"] < row["over"])
        assert all(row[code] == ((name, code) in listed) for code in NAMES if code != "any")
        assert row["any"] == any(code in NAMES for found, code in listed if found == name)
