from __future__ import annotations

import pandas as pd
import pytest
from small import AT, GRADES, history, look, seen

CLOSED = [
    {"opportunity_id": "1", "owner_id": "li", "team": "north", "closed_at": "2026-02-01", "outcome": "won"},
    {"opportunity_id": "2", "owner_id": "li", "team": "north", "closed_at": "2026-02-01", "outcome": "lost"},
    {"opportunity_id": "3", "owner_id": "li", "team": "north", "closed_at": "2026-03-01", "outcome": "won"},
    {"opportunity_id": "4", "owner_id": "sun", "team": "north", "closed_at": "2026-03-01", "outcome": "lost"},
    {"opportunity_id": "5", "owner_id": "sun", "team": "north"},
]
OWN = {"owner_id": "li", "team": "north"}


@pytest.mark.parametrize(
    ("at", "seller", "team", "load"),
    [
        ("2026-01-31", 1 / 2, 1 / 2, 4),
        ("2026-02-01", 2 / 4, 2 / 4, 2),
        ("2026-03-01", 3 / 5, 3 / 6, 1),
    ],
)
def test_win_rates_are_smoothed_and_as_of_then(at: str, seller: float, team: float, load: int) -> None:
    """(won + 1) / (won + lost + 2): nobody starts at 0 or 100 per cent."""
    features = seen(at, opportunities=[OWN, *CLOSED])
    assert (features["seller_win_rate"], features["team_win_rate"]) == (seller, team)
    assert features["seller_open_opportunities"] == load


def test_a_seller_who_is_not_known_has_no_record() -> None:
    features = seen(opportunities=[{}, *CLOSED])
    assert all(
        pd.isna(features[name]) for name in ("seller_win_rate", "team_win_rate", "seller_open_opportunities")
    )


def test_who_the_seller_is_is_not_a_feature() -> None:
    """Two sellers with the same record cannot be told apart."""
    renamed = {"li": "qian", "sun": "zhou", "north": "south"}
    others = [{name: renamed.get(value, value) for name, value in row.items()} for row in [OWN, *CLOSED]]
    one, other = look(history(opportunities=[OWN, *CLOSED])), look(history(opportunities=others))
    assert pd.Series(one).equals(pd.Series(other))


def test_a_playbook_can_leave_the_seller_out() -> None:
    without = GRADES.model_copy(update={"seller_features": False})
    features = seen(AT, without, opportunities=[OWN, *CLOSED])
    assert not {"seller_win_rate", "seller_open_opportunities", "team_win_rate"} & set(features)
