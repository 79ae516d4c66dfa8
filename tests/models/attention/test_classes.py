from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from small import Row
from snapshots import BOSS, MET, PASSED, SET, deals, snapshot

from winprob.models.attention.classes import LOW_RISK, Classes

FAILED: list[Row] = [{**row, "score": 1} for row in PASSED]
VETOED: list[Row] = [{**row, "score": 0 if row["item"] == "credit" else 2} for row in PASSED]
FORMS = {"passed": PASSED, "failed": FAILED, "vetoed": VETOED, "begun": FAILED[:3], "none": []}
SOON, LATER, OVER = "2026-06-28", "2026-06-29", "2026-03-30"
"""90 days from 2026-03-31 are over with 2026-06-28."""
NAMES = [
    f"{day} {form} {stage}"
    for day in (SOON, LATER, OVER, "undated")
    for form in FORMS
    for stage in ("target", "near_won")
]


@cache
def seen() -> Classes:
    """Every date with every form in the first stage, and in the last with the decision maker met lately."""
    near = [name for name in NAMES if name.endswith("near_won")]
    return Classes(
        snapshot(
            opportunities=deals(NAMES),
            stage_changes=[{**SET, "opportunity_id": name, "stage": name.split()[2]} for name in NAMES],
            close_dates=[
                {**SET, "opportunity_id": name, "expected_close": name.split()[0]}
                for name in NAMES
                if not name.startswith("undated")
            ],
            assessments=[{**row, "opportunity_id": name} for name in NAMES for row in FORMS[name.split()[1]]],
            key_persons=[{**BOSS, "opportunity_id": name} for name in near],
            activities=[{**MET, "at": "2026-03-28", "opportunity_id": name} for name in near],
        )
    )


def table() -> pd.DataFrame:
    return seen().table().set_index("opportunity_id")


@pytest.mark.parametrize(
    ("day", "form", "letter"),
    [
        (SOON, "passed", "A"),
        (SOON, "failed", "B"),
        (SOON, "vetoed", "B"),
        (LATER, "passed", "C"),
        (LATER, "failed", "D"),
        (LATER, "vetoed", "D"),
    ],
)
@pytest.mark.parametrize("stage", ["target", "near_won"])
def test_soon_by_the_sellers_date_and_low_risk_by_the_form(
    day: str, form: str, letter: str, stage: str
) -> None:
    assert table().loc[f"{day} {form} {stage}", "deal_class"] == letter


def test_without_a_complete_form_the_probability_tells() -> None:
    told = [name for name in NAMES if name.split()[1] in ("begun", "none")]
    likely = pd.Series(seen().snapshot.probability >= LOW_RISK, NAMES)[told]
    assert table().loc[told, "low_risk"].to_dict() == likely.to_dict()
    assert set(likely) == {True, False}


def test_without_a_date_ahead_the_model_tells_when() -> None:
    for row, name in enumerate(NAMES):
        half = seen().snapshot.days_to_win[row]
        if name.startswith((OVER, "undated")):
            assert table()["days_to_close"].iloc[row] == half
            assert seen().expected(row) == seen().snapshot.day(half)
        else:
            assert str(seen().expected(row)) == name.split()[0]


def test_every_deal_has_a_class() -> None:
    assert table().index.tolist() == NAMES
    assert set(table()["deal_class"]) == set("ABCD")
