from __future__ import annotations

import re
from typing import get_args

import pytest

from winprob.features.contract import (
    EVENT_TABLES,
    TABLES,
    TIME_OF,
    Column,
    Kind,
    column_names,
    columns_of,
    time_of,
)

CONTRACT = """
| `opportunities` | opportunity_id*, created_at*, closed_at, outcome (`won`, `lost`, empty = open), \
customer_id, owner_id, team, product, industry, region, source, currency, and attributes |
| `stage_changes` | opportunity_id*, at*, stage* (a code of the playbook) |
| `buyer_stage_changes` | opportunity_id*, at*, stage* |
| `amounts` | opportunity_id*, at*, amount* (≥ 0, in the opportunity's currency) |
| `close_dates` | opportunity_id*, at*, expected_close* |
| `activities` | opportunity_id*, at*, kind (`visit`, `call`, `meeting`, `demo`, `negotiation`, `message`, \
`other`), person_id, effective (true/false), next_at |
| `key_persons` | opportunity_id*, person_id*, identified_at*, role* (`decision_maker`, `recommender`, \
`facilitator`, `coach`, `other`), influence (> 0, default 1), stance (`for`, `neutral`, `against`) |
| `competitors` | opportunity_id*, competitor*, entered_at*, left_at |
| `assessments` | opportunity_id*, at*, item* (a risk item's code), score* (0, 1, 2) |
| `checkpoints` | opportunity_id*, at*, checkpoint* (a code of the playbook) |
"""
"""The table of the input contract, as it is published."""

PUBLISHED: dict[str, str] = dict(re.findall(r"\| `(\w+)` \| (.+) \|", CONTRACT))


def test_the_tables_are_those_of_the_published_contract_in_its_order() -> None:
    assert list(TABLES) == list(PUBLISHED)
    assert list(EVENT_TABLES) == list(PUBLISHED)[1:]


@pytest.mark.parametrize("table", PUBLISHED)
def test_the_columns_are_those_of_the_published_contract(table: str) -> None:
    cells = re.sub(r" \(.*?\)|, and attributes", "", PUBLISHED[table]).split(", ")
    assert set(column_names(table)) == {cell.removesuffix("*") for cell in cells}
    required = {column.name for column in TABLES[table] if column.required}
    assert required == {cell.removesuffix("*") for cell in cells if cell.endswith("*")}


@pytest.mark.parametrize("table", PUBLISHED)
def test_the_choices_are_those_of_the_published_contract(table: str) -> None:
    listed = dict(re.findall(r"(\w+)\*? \(((?:`\w+`(?:, )?)+)", PUBLISHED[table]))
    choices = {name: tuple(re.findall(r"`(\w+)`", values)) for name, values in listed.items()}
    stated = {column.name: column.choices for column in TABLES[table] if column.kind == "category"}
    assert {name: values for name, values in stated.items() if values} == choices


def test_the_bounds_of_numbers_are_those_of_the_published_contract() -> None:
    numbers = {(table, column.name): column for table in TABLES for column in TABLES[table]}
    assert numbers["amounts", "amount"].minimum == 0
    assert numbers["key_persons", "influence"].positive
    assert numbers["assessments", "score"].choices == ("0", "1", "2")


def test_every_row_of_events_has_an_opportunity_and_a_time() -> None:
    own = {"key_persons": "identified_at", "competitors": "entered_at"}
    assert {table: own.get(table, "at") for table in EVENT_TABLES} == TIME_OF
    for table, time in TIME_OF.items():
        columns = {column.name: column for column in TABLES[table]}
        assert columns["opportunity_id"] == Column("opportunity_id", "id", required=True)
        assert columns[time] == Column(time, "time", required=True)


def test_every_column_is_of_a_kind_that_is_known() -> None:
    assert {column.kind for columns in TABLES.values() for column in columns} == set(get_args(Kind))


def test_tables_that_a_playbook_declares_have_columns_of_their_own() -> None:
    assert column_names("events_visits") == ("opportunity_id", "at", "number", "text")
    assert columns_of("amounts") == TABLES["amounts"]
    assert {name: time_of(name) for name in EVENT_TABLES} == TIME_OF
