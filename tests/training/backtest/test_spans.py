"""Where a replay stops to look ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from bundles import simulated_history
from hypothesis import given
from hypothesis import strategies as st
from small import history

from winprob.features.calendar import Calendar
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.playbook import load_playbook
from winprob.models.forecast.period import UNITS, Period, unit_start
from winprob.training.backtest.spans import LEAST, spans, spans_before


def _closed(days: int, wins: int = 10, losses: int = 10) -> History:
    """Deals created on 2015-01-01 that close on the days after; the last event comes after some days."""
    rows = [
        {
            "opportunity_id": f"{outcome}{number}",
            "created_at": "2015-01-01",
            "closed_at": f"{date(2015, 1, 2) + timedelta(days=number)}",
            "outcome": outcome,
        }
        for outcome, count in (("won", wins), ("lost", losses))
        for number in range(count)
    ]
    last = {"opportunity_id": "last", "created_at": f"{date(2015, 1, 1) + timedelta(days=days)}"}
    return history(opportunities=[*rows, last])


@pytest.mark.parametrize("every", UNITS)
@pytest.mark.parametrize("horizon", UNITS)
def test_each_begins_with_its_unit_and_is_over_when_the_history_ends(every: str, horizon: str) -> None:
    found = spans(simulated_history(), every, horizon)
    assert all(span.start == unit_start(span.start, every) for span in found)
    assert len({unit_start(span.start, every) for span in found}) == len(found)
    lengths = {"week": (7, 7), "month": (28, 31), "quarter": (89, 92)}
    for span in found:
        shortest, longest = lengths[horizon]
        assert shortest <= (span.end - span.start).days + 1 <= longest
    last = simulated_history().last_event.date()
    assert found[-1].end <= last
    one_more = found[-1].end + timedelta(days={"week": 7, "month": 32, "quarter": 93}[every])
    assert one_more > last


def test_a_quarter_from_the_first_of_a_month_on_is_three_months() -> None:
    found = spans(simulated_history(), "month", "quarter")
    assert Period(date(2024, 2, 1), date(2024, 4, 30)) in found


@pytest.mark.parametrize(("days", "first"), [(300, "2015-05-01"), (2000, "2016-01-01")])
def test_a_third_is_skipped_but_at_most_a_year(days: int, first: str) -> None:
    assert spans(_closed(days), "month", "month")[0].start.isoformat() == first


def test_a_start_is_kept_but_not_before_enough_has_closed() -> None:
    known = _closed(300)
    assert spans(known, "month", "month", "2015-07-15")[0].start == date(2015, 8, 1)
    assert spans(known, "month", "month", "2015-07-01")[0].start == date(2015, 7, 1)
    assert spans(known, "week", "week", "2014-01-01")[0].start == date(2015, 1, 12)  # a Monday after the 11th


def test_a_start_is_a_moment_or_a_day_of_the_company() -> None:
    shanghai = load_playbook().model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    known = replace(_closed(300), playbook=shanghai)
    for start, first in [
        ("2015-07-01", 7),
        (date(2015, 7, 1), 7),
        ("2015-07-01T00:00", 7),
        ("2015-07-01T00:00:01", 8),
        (pd.Timestamp("2015-06-30T16:00Z"), 7),
        (pd.Timestamp("2015-06-30T16:00:01Z"), 8),
    ]:
        assert spans(known, "month", "month", start)[0].start == date(2015, first, 1)


@pytest.mark.parametrize(("wins", "losses"), [(9, 10), (10, 9), (0, 0)])
def test_too_few_endings_are_counted(wins: int, losses: int) -> None:
    with pytest.raises(
        Mistake, match=rf"at least {LEAST} opportunities won and {LEAST} lost, found {wins} and {losses}"
    ):
        spans(_closed(300, wins, losses), "month", "month")


def test_a_history_that_is_too_short_is_told_from_when_to_when_it_goes() -> None:
    with pytest.raises(Mistake) as refused:
        spans(_closed(100), "month", "quarter")
    assert "a month that begins after 2015-02-03 and a quarter from then on" in str(refused.value)
    assert "found none between 2015-01-01 and 2015-04-11; choose a shorter horizon or wait" in str(
        refused.value
    )


@pytest.mark.parametrize(
    ("every", "horizon", "name"), [("year", "month", "every"), ("month", "day", "horizon")]
)
def test_unknown_units_are_named(every: str, horizon: str, name: str) -> None:
    with pytest.raises(Mistake, match=f"{name}: expected one of week, month, quarter, found"):
        spans(_closed(300), every, horizon)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 100), st.integers(1, 6))
def test_spans_before_are_as_long_and_leave_no_gap(start: date, days: int, count: int) -> None:
    span = Period(start, start + timedelta(days=days - 1))
    chain = [span, *spans_before(span, count)]
    assert len(chain) == count + 1
    for later, earlier in pairwise(chain):
        assert earlier.end - earlier.start == span.end - span.start
        assert earlier.end + timedelta(days=1) == later.start


def test_the_end_of_a_history_is_its_last_day() -> None:
    known = _closed(0)
    assert known.last_event == pd.Timestamp("2015-01-11T23:59:59.999999Z")
    with pytest.raises(Mistake, match="between 2015-01-01 and 2015-01-11"):
        spans(known, "week", "week")
