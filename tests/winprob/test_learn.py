"""Verbs that learn, as a user runs them: what they refuse, and what they say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from command import winprob
from leaking import write_table

pytestmark = pytest.mark.long


def test_backtest_replays_the_past_and_writes_each_forecast(tmp_path: Path) -> None:
    winprob(tmp_path, "simulate", "history", "--opportunities", 200, "--years", 1)
    said = winprob(
        tmp_path, "backtest", "history", "--every", "quarter", "--horizon", "month", "--out", "forecasts.csv"
    )
    assert all(name in said for name in ("forecast", "fixed percentages", "sellers dates", "moving average"))
    assert "Looked ahead a month every quarter, on 2023-10-01: learned anew" in " ".join(said.split())
    forecasts = pd.read_csv(tmp_path / "forecasts.csv")
    assert forecasts["period_end"].unique().tolist() == ["2023-10-31"]
    assert f"forecasts.csv: {len(forecasts)} rows" in said


def test_a_short_history_says_what_is_there_and_what_is_needed(tmp_path: Path) -> None:
    winprob(tmp_path, "simulate", "history", "--opportunities", 30, "--years", 0.3)
    said = winprob(tmp_path, "backtest", "history", status=1)
    assert "expected at least 10 opportunities won and 10 lost, found" in said


def test_a_history_that_knows_the_endings_is_refused_naming_what_a_mapping_does_not_leave_out(
    tmp_path: Path,
) -> None:
    winprob(tmp_path, "simulate", "history", "--opportunities", 400, "--years", 2)
    file = tmp_path / "history" / "opportunities.csv"
    opportunities = pd.read_csv(file)
    lost, won = ((opportunities["outcome"] == outcome) for outcome in ("lost", "won"))
    planted = opportunities.assign(loss_reason=lost.map({True: "price"}), final_price=won.map({True: 9.5}))
    planted.to_csv(file, index=False)
    (tmp_path / "map.toml").write_text('[known]\nloss_reason = "at_closing"\n', encoding="utf-8")
    both = winprob(tmp_path, "train", "history", status=1)
    assert "L001 filled_at_closing, attribute.loss_reason: recorded for" in both
    assert "--allow attribute.loss_reason --allow attribute.final_price" in both
    one = winprob(tmp_path, "train", "history", "--mapping", "map.toml", status=1)
    assert "--allow attribute.final_price" in one
    assert "attribute.loss_reason" not in one
    assert "no model is registered yet" in winprob(tmp_path, "models")


def test_a_flat_table_that_knows_the_endings_is_trained_on_if_allowed_by_name(tmp_path: Path) -> None:
    write_table(tmp_path)
    mapping = 'outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}'
    (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
    told = winprob(tmp_path, "train", "deals.csv", "--mapping", "map.toml", status=1)
    assert "L002 tells_the_ending, attribute.Reason: " in told
    assert "no model is registered yet" in winprob(tmp_path, "models")
    allowed = winprob(tmp_path, "train", "deals.csv", "--mapping", "map.toml", "--allow", "attribute.Reason")
    assert "Allowed although it seems to know the ending: L002" in " ".join(allowed.split())
