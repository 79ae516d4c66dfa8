from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from estimators import own_estimator_bundle
from small import Row
from snapshots import found, snapshot

from winprob.models.attention.snapshot import Snapshot
from winprob.models.attention.sudden_drop import LARGE, SuddenDrop
from winprob.models.bundle.bundle import Bundle
from winprob.models.forecast.pipeline import pipeline

CREATED = "2026-01-01"


def staged(*changes: tuple[str, str], bundle: Bundle | None = None, **more: list[Row]) -> Snapshot:
    """A deal of which enough is recorded that its probability can fall far."""
    recorded: dict[str, list[Row]] = {
        "stage_changes": [{"at": at, "stage": stage} for at, stage in changes],
        "amounts": [{"at": CREATED, "amount": 100_000}],
        "close_dates": [{"at": CREATED, "expected_close": "2026-04-30"}],
        "activities": [{"at": at, "kind": "visit", "effective": True} for at in ("2026-01-05", "2026-03-02")],
    }
    return snapshot(bundle=bundle, **(recorded | more))


def test_a_stage_lost_this_week_and_one_lost_long_ago() -> None:
    assert found(SuddenDrop, staged((CREATED, "near_won"), ("2026-03-28", "target")))
    assert not found(SuddenDrop, staged((CREATED, "near_won"), ("2026-02-01", "target")))


def test_a_drop_within_four_weeks_counts_as_well() -> None:
    seen = staged((CREATED, "near_won"), ("2026-03-10", "target"))
    finding = found(SuddenDrop, seen)["A"]
    assert "on 2026-03-03" in finding.evidence.en
    then, now = seen.month_ago.probability[0], seen.probability[0]
    assert finding.at_stake == pytest.approx(seen.pipeline.deals["final_amount"][0] * (then - now))


def test_names_the_family_that_explains_most_in_both_languages() -> None:
    finding = found(SuddenDrop, staged((CREATED, "near_won"), ("2026-03-28", "target")))["A"]
    assert "most of all by stage (-" in finding.evidence.en
    assert "主要原因是阶段（-" in finding.evidence.zh
    assert finding.change.en.startswith("Ask what happened there; go through the deal anew")
    assert "重新梳理该商机" in finding.change.zh


def test_names_what_the_seller_can_turn_round() -> None:
    scored = [
        {"at": at, "item": item, "score": score}
        for at, score in ((CREATED, 2), ("2026-03-28", 0))
        for item in ("budget", "credit", "fit")
    ]
    finding = found(SuddenDrop, staged((CREATED, "near_won"), assessments=scored))["A"]
    assert "risk form" in finding.evidence.en
    assert "turn it round: risk form: " in finding.change.en
    assert "设法扭转：风险评估" in finding.change.zh


def test_deals_of_this_week_cannot_have_dropped() -> None:
    kind = SuddenDrop(snapshot(opportunities=[{"created_at": "2026-03-28"}]))
    assert not list(kind.findings())
    assert kind.not_applicable is not None


def test_equals_a_comparison_deal_by_deal() -> None:
    now, *earlier = (
        pipeline(trained_bundle(), simulated_history(), at).deals.set_index("opportunity_id")["probability"]
        for at in ("2024-06-03", "2024-05-27", "2024-05-06")
    )
    expected = {
        name
        for name, probability in now.items()
        if any(name in then and then[name] - probability >= LARGE for then in earlier)
    }
    seen = Snapshot(pipeline(trained_bundle(), simulated_history(), "2024-06-03"))
    assert set(found(SuddenDrop, seen)) == expected
    assert pd.Series(SuddenDrop(seen).known, now.index).equals(
        pd.Series([any(name in then for then in earlier) for name in now.index], now.index)
    )
    assert np.count_nonzero(SuddenDrop(seen).known) > 0


def test_without_reasons_only_the_drop_is_told() -> None:
    seen = staged((CREATED, "near_won"), ("2026-03-28", "target"), bundle=own_estimator_bundle())
    finding = found(SuddenDrop, seen)["A"]
    assert re.fullmatch(r"The win probability was \d+ % on 2026-03-03 and is \d+ %\.", finding.evidence.en)
    assert "主要原因" not in finding.evidence.zh
    assert finding.change.en.startswith("Ask what happened there; go through the deal anew")
