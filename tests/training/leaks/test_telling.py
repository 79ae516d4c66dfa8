from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from leaking import snapshots_of

from winprob.training.leaks import telling

RANDOM = np.random.default_rng(0)
WON = (RANDOM.random(400) < 0.35).astype(float)


def test_a_copy_of_the_outcome_with_some_errors_is_found_with_its_area() -> None:
    wrong = np.random.default_rng(1).random(400) < 0.02
    ((feature, evidence),) = telling.tells_the_ending(snapshots_of(WON, copy=np.where(wrong, 1 - WON, WON)))
    assert feature == "copy"
    area, lower, upper = map(float, re.findall(r"0\.\d{3}", evidence))
    assert 0.95 <= lower <= area <= upper
    assert f"{WON.sum():.0f} opportunities won" in evidence


def test_a_strong_feature_is_not_a_leak() -> None:
    """An AUC of about 0.9: stronger than anything in the data that this was made with."""
    strong = WON * 1.8 + np.random.default_rng(1).normal(size=400)
    snapshots = snapshots_of(WON, strong=strong)
    assert list(telling.tells_the_ending(snapshots)) == []
    assert list(telling.belongs_to_one_ending(snapshots)) == []


@pytest.mark.parametrize(("share", "ending"), [(0.6, "won"), (0.4, "lost")])
def test_a_value_that_only_one_ending_has_is_found(share: float, ending: str) -> None:
    right = (ending == "won") == WON
    mark = np.where(right & (np.random.default_rng(1).random(400) < share), "yes", "no")
    ((feature, evidence),) = telling.belongs_to_one_ending(snapshots_of(WON, mark=mark))
    count = int((mark == "yes").sum())
    assert feature == "mark"
    assert f"where it is 'yes', {count} of {count} opportunities are {ending} (100.0%" in evidence


def test_a_handful_of_opportunities_proves_nothing() -> None:
    mark = np.where((WON == 1) & (np.cumsum(WON) <= 20), "yes", "no")
    assert list(telling.belongs_to_one_ending(snapshots_of(WON, mark=mark))) == []


def test_where_nearly_all_are_won_a_value_with_only_won_ones_is_nothing_unheard_of() -> None:
    random = np.random.default_rng(2)
    won = (random.random(2000) < 0.95).astype(float)
    region = np.where(random.random(2000) < 0.1, "north", "south")
    won[region == "north"] = 1
    assert list(telling.belongs_to_one_ending(snapshots_of(won, region=region))) == []


def test_renewals_that_are_nearly_always_won_are_no_leak() -> None:
    random = np.random.default_rng(2)
    renewal = random.random(2000) < 0.3
    won = (random.random(2000) < np.where(renewal, 0.96, 0.25)).astype(float)
    snapshots = snapshots_of(won, kind=np.where(renewal, "renewal", "new"))
    assert [*telling.tells_the_ending(snapshots), *telling.belongs_to_one_ending(snapshots)] == []


def test_tenders_that_are_nearly_always_lost_are_no_leak() -> None:
    """137 of 138, where two thirds of the others are lost: a source in a simulated company."""
    won = np.repeat([1.0, 0.0, 1.0, 0.0], [1, 137, 307, 643])
    source = np.repeat(["tender", "fair"], [138, 950])
    assert list(telling.belongs_to_one_ending(snapshots_of(won, source=source))) == []


def test_dated_records_may_be_sure_of_some_endings() -> None:
    """The last stage is nearly always won, and who is there is known in time."""
    stage = np.where((WON == 1) & (np.random.default_rng(1).random(400) < 0.6), 4.0, 1.0)
    snapshots = snapshots_of(WON, stage=stage)
    assert len(list(telling.belongs_to_one_ending(snapshots))) == 1
    assert list(telling.belongs_to_one_ending(replace(snapshots, undated=frozenset()))) == []


def test_a_feature_is_found_once() -> None:
    snapshots = snapshots_of(WON, copy=WON)
    assert len(list(telling.tells_the_ending(snapshots))) == 1
    assert list(telling.belongs_to_one_ending(snapshots)) == []
