from __future__ import annotations

import pandas as pd
import pytest
from small import GRADES, history, look, seen, served

from winprob.features.attribute import Attribute
from winprob.features.build import build, catalogue

PAST = [
    {"opportunity_id": "first", "customer_id": "Huaqiang", "closed_at": "2026-02-01", "outcome": "won"},
    {"opportunity_id": "second", "customer_id": "Huaqiang", "closed_at": "2026-03-01", "outcome": "lost"},
    {"opportunity_id": "else", "customer_id": "Acme", "closed_at": "2026-01-15", "outcome": "won"},
]


@pytest.mark.parametrize(
    ("at", "wins", "losses"), [("2026-01-31", 0, 0), ("2026-02-01", 1, 0), ("2026-03-31", 1, 1)]
)
def test_past_business_with_the_customer_counts_from_its_close(at: str, wins: int, losses: int) -> None:
    features = seen(at, opportunities=[{"customer_id": "Huaqiang"}, *PAST])
    assert (features["customer_wins"], features["customer_losses"]) == (wins, losses)


@pytest.mark.parametrize(
    ("at", "won", "only_lost"), [("2026-02-28", 0, 0), ("2026-03-01", 0, 1), ("2026-04-01", 1, 0)]
)
def test_a_customer_is_new_or_was_lost_or_was_won_before(at: str, won: int, only_lost: int) -> None:
    past = [
        {"opportunity_id": "first", "customer_id": "Acme", "closed_at": "2026-03-01", "outcome": "lost"},
        {"opportunity_id": "second", "customer_id": "Acme", "closed_at": "2026-04-01", "outcome": "won"},
    ]
    features = seen(at, opportunities=[{"customer_id": "Acme"}, *past])
    assert (features["customer_won_before"], features["customer_only_lost_before"]) == (won, only_lost)


def test_a_customer_who_is_not_known_has_no_past() -> None:
    features = seen(opportunities=[{}, *PAST])
    of_the_past = ("customer_wins", "customer_losses", "customer_won_before", "customer_only_lost_before")
    assert all(pd.isna(features[name]) for name in of_the_past)


def test_who_buys_what_is_told_as_recorded() -> None:
    own = {"industry": "machinery", "region": "east", "source": "fair", "product": "press"}
    assert {name: seen(opportunities=[own])[name] for name in own} == own
    assert all(pd.isna(seen()[name]) for name in own)


def test_columns_beyond_the_contract_are_features_of_their_own() -> None:
    made = history(opportunities=[{"size": 250, "segment": "b"}, {"opportunity_id": "B", "size": None}])
    assert (look(made)["attribute.size"], look(made)["attribute.segment"]) == (250, "b")
    assert pd.isna(look(made, opportunity=1)["attribute.size"])
    names = {feature.name: feature.kind for feature in catalogue(GRADES, made.attributes)}
    assert (names["attribute.size"], names["attribute.segment"]) == ("number", "category")


def test_the_categories_are_those_of_the_table() -> None:
    rows = [{"opportunity_id": name, "region": region} for name, region in zip("ABC", "xyx", strict=True)]
    column = build(history(opportunities=rows))["region"]
    assert column.cat.categories.tolist() == ["x", "y"]
    assert column.tolist() == ["x", "y", "x"]


def test_an_attribute_that_a_document_lacks_is_missing() -> None:
    attributes = [Attribute("size", "number"), Attribute("segment", "category")]
    features = served(known=attributes)
    assert pd.isna(features["attribute.size"])
    assert pd.isna(features["attribute.segment"])
    given = served(attributes={"size": 250, "segment": "b"}, known=attributes)
    assert (given["attribute.size"], given["attribute.segment"]) == (250, "b")
