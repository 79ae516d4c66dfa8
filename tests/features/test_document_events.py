from __future__ import annotations

from typing import Any

import pytest
from refusals import LATER
from small import AT, GRADES

from winprob.features.checking import InvalidDocument, read_document
from winprob.features.event_table import EventTable

EVENTS = GRADES.model_copy(
    update={"events": {"tickets": EventTable(features=("sum",)), "visits": EventTable(features=("count",))}}
)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (
            {"ticket": []},
            "events.ticket: expected events that the playbook declares: tickets, visits (did you mean "
            "'tickets'?), found an unknown table; rename or remove it",
        ),
        ({"tickets": [{"at": AT}]}, "events.tickets[0].number: expected a value, found nothing; add the key"),
        (
            {"visits": [{"at": AT}, {"at": AT, "text": "long"}]},
            "events.visits[1].text: expected a number, as the playbook declares, found 'long'; "
            "send it as number, or leave it out",
        ),
        (
            {"tickets": [{"at": AT, "number": 1, "sum": 1}]},
            "events.tickets[0].sum: expected one of the keys at, number, text, found an unknown key; "
            "rename or remove it",
        ),
    ],
)
def test_events_are_those_that_the_playbook_declares(events: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_document({"as_of": AT, "stage": "intent", "events": events}, EVENTS)
    assert str(refused.value) == expected


def test_events_after_the_moment_are_refused() -> None:
    with pytest.raises(InvalidDocument, match=r"^events\.tickets\[0\]\.at: expected a time not after as_of"):
        read_document({"as_of": AT, "events": {"tickets": [{"at": LATER, "number": 1}]}}, EVENTS)
