"""Attributes are the columns that the contract does not name, and that do not only name things."""

from __future__ import annotations

import pandas as pd

from winprob.features.attribute import Attribute, attributes_of
from winprob.features.contract import column_names

TABLE = pd.DataFrame(
    {"opportunity_id": ["A"], "team": ["north"], "size": [3.0], "project": ["新产线"], "segment": ["large"]}
)


def test_columns_beyond_the_contract_are_attributes_in_their_order() -> None:
    assert attributes_of(TABLE) == (
        Attribute("size", "number"),
        Attribute("project", "category"),
        Attribute("segment", "category"),
    )


def test_columns_that_only_name_things_are_none() -> None:
    assert [each.name for each in attributes_of(TABLE, ("project", "no such column"))] == ["size", "segment"]


def test_the_contracts_own_columns_are_none() -> None:
    own = pd.DataFrame({name: ["x"] for name in column_names("opportunities")})
    assert attributes_of(own) == ()
