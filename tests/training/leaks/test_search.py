"""Guarantees of the search by simulation: what is planted is found, and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from leaking import LEAKS, company, planted, snapshots_of
from small import GRADES

from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.bundle.leaks import Leaks
from winprob.training.leaks.first_snapshots import first_snapshots
from winprob.training.leaks.search import CHECKS, Leaking, search, settle


@pytest.mark.parametrize(("opportunities", "seeds"), [(200, range(40, 45)), (1000, range(40, 41))])
def test_nothing_is_found_in_honest_companies(opportunities: int, seeds: range) -> None:
    for seed in seeds:
        assert search(first_snapshots(planted(opportunities, seed))).findings == ()


@pytest.mark.parametrize(
    ("opportunities", "seeds", "least"), [(200, range(40, 44), 0.7), (500, range(40, 42), 1.0)]
)
def test_what_is_planted_is_found(opportunities: int, seeds: range, least: float) -> None:
    found = dict.fromkeys(LEAKS, 0)
    for seed in seeds:
        features = {
            finding.feature
            for finding in search(first_snapshots(planted(opportunities, seed, **LEAKS))).findings
        }
        assert features <= {f"attribute.{name}" for name in LEAKS}
        for name in LEAKS:
            found[name] += f"attribute.{name}" in features
    assert min(found.values()) >= least * len(seeds)
    assert [found[name] for name in ("loss_reason", "final_price", "won_flag")] == [len(seeds)] * 3


def late_stages_nearly_always_win() -> History:
    """All start at the first stage; nine of ten won ones reach the last before they end, few lost ones do."""
    random, rows = np.random.default_rng(0), 600
    created = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(
        random.uniform(0, 700, rows), "D"
    ).as_unit("us")
    life, won = random.uniform(30, 200, rows), random.random(rows) < 0.4
    closed = created + pd.to_timedelta(life, "D").as_unit("us")
    ended = closed < pd.Timestamp("2026-01-01", tz="UTC")
    ids = np.arange(rows).astype(str)
    reached = random.random(rows) < np.where(won, 0.9, 0.01)
    opportunities = pd.DataFrame({"opportunity_id": ids, "created_at": created})
    opportunities["closed_at"] = closed.where(ended)
    opportunities["outcome"] = pd.Series(np.where(won, "won", "lost")).where(ended)
    stages = pd.concat(
        [
            pd.DataFrame({"opportunity_id": ids, "at": created, "stage": "target"}),
            pd.DataFrame(
                {
                    "opportunity_id": ids,
                    "at": created + pd.to_timedelta(life * 0.6, "D").as_unit("us"),
                    "stage": "near_won",
                }
            )[reached],
        ],
        ignore_index=True,
    )
    return History.of(GRADES, {"opportunities": opportunities, "stage_changes": stages})


def test_a_stage_that_is_nearly_always_won_is_no_leak() -> None:
    history = late_stages_nearly_always_win()
    ended = history.opportunities["outcome"]
    last = history.events["stage_changes"].query("stage == 'near_won'")["opportunity"]
    assert (ended.take(last).dropna() == "won").mean() > 0.97
    assert search(first_snapshots(history)).findings == ()


def test_codes_are_stable() -> None:
    assert {check.code: check.name for check in CHECKS} == {
        "L001": "filled_at_closing",
        "L002": "tells_the_ending",
        "L003": "belongs_to_one_ending",
        "L004": "names_the_ending",
        "L005": "dates_the_ending",
    }


def test_what_cannot_be_told_is_no_pass() -> None:
    few = snapshots_of(np.tile([1.0, 0.0], 9), copy=np.tile([1.0, 0.0], 9))
    found = search(few)
    assert found.findings == ()
    assert set(found.not_applicable) == {check.code for check in CHECKS}
    assert found.not_applicable["L002"] == (
        "expected at least 10 opportunities won and 10 lost, found 9 and 9"
    )


def test_a_history_without_endings_has_nothing_to_search() -> None:
    opportunities = company(200, 40).tables["opportunities"].drop(columns=["closed_at", "outcome"])
    found = search(first_snapshots(History.of(GRADES, {"opportunities": opportunities})))
    assert found.findings == ()
    assert set(found.not_applicable) == {check.code for check in CHECKS}


def test_findings_are_refused_all_at_once() -> None:
    won = np.tile([1.0, 0.0], 100)
    snapshots = snapshots_of(
        won, price=np.where(won == 1, 5.0, np.nan), mark=np.where(won == 1, "Won", "Lost")
    )
    with pytest.raises(Leaking) as refused:
        settle(snapshots)
    assert [(each.code, each.feature) for each in refused.value.findings] == [
        ("L002", "price"),
        ("L002", "mark"),
        ("L004", "mark"),
    ]
    text = str(refused.value)
    assert "L002 tells_the_ending, price: " in text
    assert "--allow price --allow mark" in text
    assert 'loss_reason = "at_closing"' in text


def test_a_name_with_spaces_can_be_copied_into_a_shell() -> None:
    won = np.tile([1.0, 0.0], 100)
    with pytest.raises(Leaking, match="--allow 'final price'"):
        settle(snapshots_of(won, **{"final price": won}))


def test_each_feature_is_allowed_by_its_name() -> None:
    won = np.tile([1.0, 0.0], 100)
    snapshots = snapshots_of(won, price=won, mark=won)
    with pytest.raises(Leaking) as refused:
        settle(snapshots, allow=["price"])
    assert {each.feature for each in refused.value.findings} == {"mark"}
    allowed = settle(snapshots, allow=["price", "mark"], left_out=["reason"])
    assert {each.feature for each in allowed.allowed} == {"price", "mark"}
    assert allowed.left_out == ("reason",)
    assert set(allowed.not_applicable) == {"L001", "L004", "L005"}


def test_allowing_what_is_no_leak_changes_nothing() -> None:
    won = np.tile([1.0, 0.0], 100)
    snapshots = snapshots_of(won, size=np.arange(200.0))
    assert settle(snapshots, allow=["size"]) == settle(snapshots)
    assert isinstance(settle(snapshots), Leaks)


def test_a_name_that_is_no_feature_is_refused() -> None:
    with pytest.raises(Mistake, match=r"found 'prise' \(did you mean 'price'\?\)"):
        settle(snapshots_of([1.0, 0.0], price=[1.0, 2.0]), allow=["prise"])
