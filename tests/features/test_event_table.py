from __future__ import annotations

import pytest
from small import GRADES

from winprob.features.contract import EVENT_TABLES
from winprob.features.event_table import EventTable, declared_columns, event_tables
from winprob.features.playbook import InvalidPlaybook, Playbook, parse_playbook

PLAYBOOK = """
code = "mine"
name = {{ en = "Mine", zh = "我" }}
stages = [{{ code = "contact", name = {{ en = "Contact", zh = "接触" }}, probability = 0.3 }}]

[events.support_tickets]
{table}
"""


def playbook(table: str) -> Playbook:
    return parse_playbook(PLAYBOOK.format(table=table), "mine.toml")


def test_a_playbook_declares_tables_of_events() -> None:
    read = playbook('name = { en = "support tickets", zh = "支持工单" }\nfeatures = ["last", "count", "sum"]')
    assert event_tables(read) == (*EVENT_TABLES, "events_support_tickets")
    names = [column.name for column in declared_columns("events_support_tickets", read)]
    assert names == ["opportunity_id", "at", "number"]


def test_without_any_the_tables_are_those_of_the_contract() -> None:
    assert event_tables(GRADES) == EVENT_TABLES


@pytest.mark.parametrize(
    ("features", "required"), [(("count",), False), (("last",), True), (("count", "last"), True)]
)
def test_who_only_counts_needs_no_values(features: tuple[str, ...], required: bool) -> None:
    assert EventTable(values="text", features=features).columns[-1].required == required


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (
            'values = "text"\nfeatures = ["last", "sum"]',
            "events.support_tickets.features[1]: expected last or count, as texts have no sum, found 'sum'; "
            'remove it, or say values = "number"',
        ),
        (
            'features = ["last", "count", "last"]',
            "events.support_tickets.features[2]: expected each feature once, found 'last' again; remove it",
        ),
        (
            'features = ["mean"]',
            "events.support_tickets.features[0]: expected 'last', 'count' or 'sum', found 'mean'; "
            "correct the value",
        ),
        ("", "events.support_tickets.features: expected a value, found nothing; add the key"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_with_its_place(table: str, problem: str) -> None:
    with pytest.raises(InvalidPlaybook) as refused:
        playbook(table)
    assert str(refused.value).splitlines()[1:] == [f"  {problem}"]
