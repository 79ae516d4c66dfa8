from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bundles import trained_bundle
from pydantic import ValidationError
from small import history

from winprob.features.checking import MOST_PROBLEMS
from winprob.models.forecast.pipeline import Pipeline, pipeline
from winprob.models.forecast.supposition import InvalidSupposition, Supposition, read_suppositions

DEALS = [{}, {"opportunity_id": "B", "closed_at": "2026-02-03", "outcome": "won"}]


@pytest.fixture(scope="module")
def deals() -> Pipeline:
    return pipeline(trained_bundle(), history(opportunities=DEALS), "2026-03-31T00:00Z")


def test_what_is_supposed_is_read_by_opportunity(deals: Pipeline) -> None:
    found = read_suppositions(deals, {"A": {"outcome": "lost", "expected_close": "2026-12-31"}})
    assert found == {"A": Supposition(outcome="lost", expected_close=date(2026, 12, 31))}
    assert read_suppositions(deals, found) == found


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"amonut": 5}, ".amonut: expected one of the keys outcome, amount"),
        (5, ": expected a valid dictionary"),
        ({"amount": -1}, ".amount: expected greater than or equal to 0, found -1"),
        ({"amount": True}, ".amount: expected a number, found True"),
        ({"amount": "170.000"}, ".amount: expected a number whose decimal mark is certain, found '170.000'"),
        ({"outcome": "open"}, ".outcome: expected 'won' or 'lost', found 'open'"),
        ({"expected_close": "soon"}, ".expected_close: expected a time such as 2026-03-31"),
        ({"stage": "intnt"}, ".stage: expected one of target, qualified, shortlisted, intent, near_won (did"),
        ({"buyer_stage": "x"}, ".buyer_stage: expected none, as the playbook has none"),
        ({"risk_scores": {"fi": 1}}, ".risk_scores.fi: expected one of budget, "),
        ({"risk_scores": {"fit": 3}}, ".risk_scores.fit: expected less than or equal to 2, found 3"),
        ({"checkpoints": ["x"]}, ".checkpoints[0]: expected one of "),
        ({"competitors": [], "competitor_count": 0}, ".competitors: expected either competitors or"),
        ({"competitor_count": 0.5}, ".competitor_count: expected a whole number"),
    ],
)
def test_a_mistake_is_named_by_its_place(deals: Pipeline, fields: Any, message: str) -> None:
    with pytest.raises(InvalidSupposition) as caught:
        read_suppositions(deals, {"A": fields})
    assert str(caught.value).startswith(f"changes.A{message}")
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("name", "found"), [("C", "none of this id"), ("B", "one that was won on 2026-02-03")]
)
def test_only_open_opportunities_can_change(deals: Pipeline, name: str, found: str) -> None:
    expected = f"changes.{name}: expected an opportunity open at 2026-03-31 00:00 UTC, found {found}; "
    with pytest.raises(InvalidSupposition, match=expected):
        read_suppositions(deals, {name: {"outcome": "lost"}})


def test_all_mistakes_are_named(deals: Pipeline) -> None:
    with pytest.raises(InvalidSupposition) as caught:
        read_suppositions(deals, {"C": {}, "A": {"amount": "much", "stage": 3}})
    assert [each.key for each in caught.value.problems] == [
        "changes.C",
        "changes.A.amount",
        "changes.A.stage",
    ]


def test_after_many_mistakes_the_rest_is_not_told(deals: Pipeline) -> None:
    with pytest.raises(InvalidSupposition) as caught:
        read_suppositions(deals, {f"C{number}": {} for number in range(1000)})
    assert len(caught.value.problems) == MOST_PROBLEMS


def test_a_supposition_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Supposition().amount = 5.0  # type: ignore[misc]
