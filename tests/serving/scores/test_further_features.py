"""A real server whose model learned from a company's own features and tables of events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pytest
from bundles import simulated_company, simulated_history
from feature_modules import MODULE
from servers import problem, running, settle
from small import GRADES

from winprob.features.event_table import EventTable
from winprob.features.history import History
from winprob.serving.settings import Settings
from winprob.training.fit import train

TICKETS = EventTable(name={"en": "support tickets", "zh": "支持工单"}, features=("last", "count", "sum"))
MOOD = EventTable(values="text", features=("last",))
PLAYBOOK = GRADES.model_copy(update={"events": {"support_tickets": TICKETS, "mood": MOOD}})
DOCUMENT = {
    "as_of": "2024-12-01",
    "stage": "intent",
    "region": "east",
    "activities": [{"at": "2024-11-28"}],
    "events": {
        "support_tickets": [{"at": "2024-11-01", "number": 3}, {"at": "2024-11-02", "number": 4}],
        "mood": [{"at": "2024-11-01", "text": "upset"}],
    },
}


def history() -> History:
    """The simulated history, in which every opportunity has tickets and a mood."""
    made = simulated_history().opportunities
    draws = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            "opportunity_id": made["opportunity_id"],
            "at": made["created_at"] + pd.to_timedelta(draws.integers(1, 20, len(made)), unit="D"),
        }
    )
    events = {
        "events_support_tickets": rows.assign(number=draws.integers(1, 5, len(made)).astype(float)),
        "events_mood": rows.assign(text=draws.choice(["glad", "upset"], len(made))),
    }
    known = History.of(PLAYBOOK, {**simulated_company().tables, **events})
    return replace(known, playbook=known.playbook.with_features((MODULE,)))


@pytest.fixture(scope="module")
def further(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = train(history()).bundle.save(tmp_path_factory.mktemp("further") / "bundle")
    with running(Settings(model=str(folder))) as client:
        settle(client, 200)
        yield client


def values(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code == 200, answer.text
    return {each["feature"]: each["value"] for each in answer.json()["contributions"]}


def test_a_score_says_what_further_features_add(further: httpx.Client) -> None:
    found = values(further.post("/v1/score", json=DOCUMENT))
    expected = {
        "events.support_tickets.last": 4,
        "events.support_tickets.count": 2,
        "events.support_tickets.sum": 7,
        "events.mood.last": "upset",
        "contacts_of_the_week": 1,
        "region_letter": "e",
    }
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", {"number of support tickets", "contacts of the week"}),
        ("zh", {"支持工单数量", "一周联系"}),
    ],
)
def test_people_read_them_in_their_language(further: httpx.Client, language: str, names: set[str]) -> None:
    answer = further.post("/v1/score", json=DOCUMENT, headers={"Accept-Language": language}).json()
    assert names <= {each["name"] for each in answer["contributions"]}
    families = {each["family"]: each["name"] for each in answer["families"]}
    expected = {"en": ("further events", "service"), "zh": ("其他事件", "服务")}
    assert (families["events"], families["service"]) == expected[language]


def test_what_is_not_sent_is_not_recorded(further: httpx.Client) -> None:
    answer = further.post("/v1/score", json={"as_of": "2024-12-01", "stage": "intent"})
    assert {"events.not_recorded", "service.not_recorded"} <= set(values(answer))
    missing = [each["message"] for each in answer.json()["warnings"] if each["code"] == "missing_part"]
    assert any("the model learned from: support tickets." in message for message in missing)


def test_events_that_cannot_be_are_refused_naming_the_place(further: httpx.Client) -> None:
    events = {"support_tickets": [{"at": "2024-12-05", "number": 3}, {"at": "2024-11-02", "text": "x"}]}
    answer = further.post("/v1/score", json={**DOCUMENT, "events": {**events, "orders": []}})
    document = problem(answer, 422, "invalid-document")
    assert [error["field"] for error in document["errors"]] == ["events.support_tickets[0].at"]


def test_the_description_tells_of_events(further: httpx.Client) -> None:
    parts = further.get("/openapi.json").json()["components"]["schemas"]
    assert "events" in parts["ScoreRequest"]["properties"]
    assert set(parts["Event"]["properties"]) == {"at", "number", "text"}
