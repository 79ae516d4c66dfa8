from __future__ import annotations

import numpy as np
import pytest
from bundles import simulated_history, trained_bundle
from snapshots import SET, deals, found, snapshot

from winprob.models.attention.slipping import COUNTED_ON, FAR, HARDLY_EVER, Slipping
from winprob.models.attention.snapshot import Snapshot
from winprob.models.forecast.pipeline import pipeline

STAGES = [stage.probability for stage in trained_bundle().playbook.stages]
AMOUNT = {**SET, "amount": 100_000}


def dated(day: str) -> Snapshot:
    return snapshot(
        opportunities=[{"currency": "CNY"}],
        stage_changes=[{**SET, "stage": "intent"}],
        amounts=[AMOUNT],
        close_dates=[{**SET, "expected_close": day}],
    )


def test_long_overdue_or_too_near() -> None:
    """Dates that are over have the days of the weekly review; early stages say little of dates ahead."""
    slips = {
        "2026-03-23": True,
        "2026-03-24": False,
        "2026-03-30": False,
        "2026-04-01": True,
        "2028-01-01": False,
    }
    names = [f"{day} {stage}" for day in slips for stage in ("intent", "qualified")]
    seen = snapshot(
        opportunities=deals(names),
        close_dates=[{**SET, "opportunity_id": name, "expected_close": name.split()[0]} for name in names],
        stage_changes=[{**SET, "opportunity_id": name, "stage": name.split()[1]} for name in names],
    )
    expected = {name for name in names if slips[name.split()[0]]} - {"2026-04-01 qualified"}
    assert set(found(Slipping, seen)) == expected


def test_a_date_that_is_over_puts_all_at_stake_that_is_expected() -> None:
    seen = dated("2026-03-01")
    finding = found(Slipping, seen)["A"]
    assert finding.at_stake == pytest.approx(seen.expected_money[0])
    assert finding.evidence.en == (
        "The seller expected 2026-03-01, which is 30 days ago; the deal is still open."
    )
    assert finding.evidence.zh == "销售预计2026-03-01赢单，已过30天，至今未结束。"


def test_a_date_ahead_puts_at_stake_what_comes_after_it() -> None:
    seen = dated("2026-04-10")
    finding = found(Slipping, seen)["A"]
    table = seen.pipeline.deals
    by_date = seen.pipeline.won_within([11.0])[0, 0]
    after = table["final_amount"][0] * (table["probability"][0] - by_date)
    assert finding.at_stake == pytest.approx(after)
    share = f"{100 * by_date / table['probability'][0]:.0f}"
    assert "2026-04-10, in 10 days" in finding.evidence.en
    assert f"{share} % are won by then" in finding.evidence.en
    assert f"还剩10天），同类赢单商机中只有{share}%" in finding.evidence.zh


def test_the_change_is_a_date_by_which_half_are_won() -> None:
    seen = dated("2026-04-10")
    half = str(seen.day(seen.days_to_win[0]))
    words = found(Slipping, seen)["A"].change
    assert half in words.en
    assert half in words.zh


def test_without_dates_it_is_not_applicable() -> None:
    kind = Slipping(snapshot(stage_changes=[{**SET, "stage": "intent"}]))
    assert not list(kind.findings())
    assert kind.not_applicable is not None
    assert kind.not_applicable.code == "D001"


def test_equals_a_look_at_one_deal_after_another() -> None:
    seen = Snapshot(pipeline(trained_bundle(), simulated_history(), "2024-06-03"))
    expected = set()
    for row, deal in seen.pipeline.deals.iterrows():
        left = (deal["expected_close"].normalize() - seen.pipeline.at).days + 1
        wins = seen.pipeline.won_within([max(left, 0)])[row, 0] / deal["probability"]
        supported = min(STAGES, key=lambda share: abs(share - deal["probability"])) >= deal["rule"]
        early = supported and deal["rule"] - wins * deal["probability"] >= FAR
        if left <= -7 or (left > 0 and (wins < HARDLY_EVER or early) and deal["rule"] >= COUNTED_ON):
            expected.add(deal["opportunity_id"])
    assert set(found(Slipping, seen)) == expected
    assert 0 < len(expected) < 0.2 * len(seen)
    assert np.isfinite(seen.expected_money).any()
