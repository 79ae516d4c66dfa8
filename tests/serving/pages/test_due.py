"""Contacts that are due, on a page and in a calendar."""

import re
from datetime import date

import httpx
import icalendar
import pytest

ASKED = {"as_of": "2024-06-30", "language": "en"}


def counts(page: str) -> list[int]:
    return [int(count) for count in re.findall(r"<h2 [^>]*>[^<]*\((\d+)\)</h2>", page)]


def test_the_calendar_has_what_is_overdue_and_planned(forecasts: httpx.Client) -> None:
    page = forecasts.get("/due", params=ASKED).text
    overdue, planned, unplanned = counts(page)
    assert min(overdue, planned, unplanned) > 0
    answer = forecasts.get("/due.ics", params=ASKED)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = icalendar.Calendar.from_ical(answer.text).walk("VEVENT")
    assert len(events) == overdue + planned
    assert len({event["uid"] for event in events}) == len(events)
    today = date(2024, 6, 30)
    assert [event.decoded("dtstart") for event in events].count(today) >= overdue
    assert all(event.decoded("dtstart") >= today for event in events)


def test_a_seller_has_a_calendar_of_his_own(forecasts: httpx.Client) -> None:
    page = forecasts.get("/due", params=ASKED).text
    owners = re.findall(r'<option value="([^"]+)">[^<]*\((\d+)\)</option>', page)
    assert len(owners) > 2
    owner, count = owners[0]
    own = forecasts.get("/due", params=ASKED | {"owner": owner}).text
    assert sum(counts(own)) == int(count)
    events = icalendar.Calendar.from_ical(forecasts.get("/due.ics", params=ASKED | {"owner": owner}).text)
    assert len(events.walk("VEVENT")) == sum(counts(own)[:2])


def test_it_speaks_chinese(forecasts: httpx.Client) -> None:
    page = forecasts.get("/due", params=ASKED | {"language": "zh"}).text
    assert "没有安排下一次联系" in page
    assert "联系" in forecasts.get("/due.ics", params=ASKED | {"language": "zh"}).text


@pytest.mark.parametrize("path", ["/due", "/due.ics"])
def test_what_cannot_be_asked_is_named(forecasts: httpx.Client, path: str) -> None:
    answer = forecasts.get(path, params={"seller": "S1"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "seller")
