from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small import seen, served


def rival(name: str, entered: str = "2026-01-05", left: str | None = None) -> dict[str, Any]:
    return {"competitor": name, "entered_at": entered, "left_at": left}


@pytest.mark.parametrize(("count", "rule"), [(0, 0.80), (1, 1 / 2), (2, 1 / 3), (3, 1 / 4)])
def test_the_competition_rule_is_one_over_all_who_compete_and_never_certain(count: int, rule: float) -> None:
    """S1: n competitors give 1/(n+1); none gives 0.80: price, risk or opinions inside can still stop it."""
    features = seen(competitors=[rival(f"rival {number}") for number in range(count)])
    assert (features["competitors"], features["competition_rule"]) == (count, rule)
    assert served(competitor_count=count)["competition_rule"] == rule


def test_competitors_that_are_not_recorded_are_not_none() -> None:
    features = seen()
    names = ["competitors", "competition_rule", "competitors_entered_lately", "competitors_left"]
    assert all(pd.isna(features[name]) for name in names)


@pytest.mark.parametrize(
    ("at", "present", "gone"),
    [
        ("2026-01-31", 0, 0),
        ("2026-02-01", 1, 0),
        ("2026-02-28", 1, 0),
        ("2026-03-01", 0, 1),
        ("2026-03-31", 0, 1),
    ],
)
def test_a_competitor_is_in_the_deal_from_entering_until_leaving(at: str, present: int, gone: int) -> None:
    features = seen(at, competitors=[rival("Acme", "2026-02-01", "2026-03-01")])
    assert (features["competitors"], features["competitors_left"]) == (present, gone)


def test_who_comes_back_has_not_left() -> None:
    rows = [rival("Acme", "2026-01-05", "2026-01-20"), rival("Acme", "2026-03-01")]
    assert seen("2026-02-01", competitors=rows)["competitors_left"] == 1
    features = seen(competitors=rows)
    assert (features["competitors"], features["competitors_left"]) == (1, 0)


def test_the_same_competitor_said_again_is_one() -> None:
    assert seen(competitors=[rival("Acme"), rival("Acme", "2026-02-01"), rival("华强")])["competitors"] == 2


def test_who_left_before_entering_never_competed() -> None:
    rows = [rival("Acme", "2026-02-01", "2026-01-05")]
    assert seen("2026-01-15", competitors=rows)["competitors_left"] == 0
    features = seen(competitors=rows)
    assert (features["competitors"], features["competitors_left"]) == (0, 1)


def test_lately_is_within_thirty_days() -> None:
    rows = [rival("Acme", "2026-03-01"), rival("华强", "2026-03-02"), rival("Beta", "2026-03-31")]
    features = seen(competitors=rows)
    assert features["competitors_entered_lately"] == 2
    assert features["days_since_competitor_entered"] == 0
    assert seen("2026-03-12T00:00", competitors=rows)["days_since_competitor_entered"] == 10


def test_without_a_competitor_there_is_no_day_of_entering() -> None:
    features = seen(competitors=[])
    assert features["competitors_entered_lately"] == 0
    assert pd.isna(features["days_since_competitor_entered"])
