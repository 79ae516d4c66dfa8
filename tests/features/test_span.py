from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import history

from winprob.features.history import History
from winprob.features.instant import UNKNOWN
from winprob.features.recorded_table import RecordedTable
from winprob.features.span import (
    DECADES,
    FEW,
    FORGIVEN,
    PLACEHOLDERS,
    Span,
    Times,
    clock_now,
    is_placeholder,
    plan_notices,
)

CLOCK = np.int64(pd.Timestamp("2026-06-30T12:00", tz="UTC").as_unit("us").value // 1000)
NAME = "amounts, column at"


def times(*written: str) -> Times:
    return np.array(written, "datetime64[us]").astype(np.int64)


DAILY = np.arange(
    np.datetime64("2025-01-01", "us"), np.datetime64("2026-06-30", "us"), np.timedelta64(1, "D")
)
"""Something on each day of a year and a half."""
FIRST, LAST = "2025-01-01", "2026-06-29"


def span(*further: str) -> tuple[str, str]:
    found = Span.of({NAME: np.append(DAILY.astype(np.int64), times(*further))}, CLOCK)
    return str(found.first.date()), str(found.last.date())


@pytest.mark.parametrize("unknown", [0, 3])
def test_a_span_is_from_the_first_to_the_last_thing_recorded_anywhere(unknown: int) -> None:
    missing = np.full(unknown, UNKNOWN)
    columns = {"a": np.append(times("2026-02-01T08:00"), missing), "b": times("2026-01-01", "2026-03-01")}
    found = Span.of(columns, CLOCK)
    assert str(found.first) == "2026-01-01 00:00:00+00:00"
    assert str(found.last) == "2026-03-01 00:00:00+00:00"
    assert (found.first.unit, found.last.unit) == ("us", "us")


def test_without_a_clock_it_is_the_clock_of_today() -> None:
    now = clock_now()
    hour = 3_600_000_000
    assert abs(now - pd.Timestamp.now("UTC").timestamp() * 1e6) < hour
    found = Span.of({NAME: np.array([now - 2 * hour, now - hour, now + hour])})
    assert found.last == pd.Timestamp(now - hour, unit="us", tz="UTC")


@pytest.mark.parametrize(
    "wrong",
    ["2026-07-01", "2027-01-01", "2062-06-01", "2205-01-01", "9999-12-31", "2026-06-30T12:02:00.000001"],
)
def test_what_is_later_than_the_clock_is_not_now(wrong: str) -> None:
    assert span(wrong) == (FIRST, LAST)
    assert span(*[wrong] * 500) == (FIRST, LAST)


def test_a_clock_that_is_a_little_fast_is_forgiven() -> None:
    late = np.array([CLOCK, CLOCK + FORGIVEN])
    assert Span.of({NAME: late}, CLOCK).last == pd.Timestamp(CLOCK + FORGIVEN, unit="us", tz="UTC")


@pytest.mark.parametrize("day", PLACEHOLDERS)
@pytest.mark.parametrize("time", ["T00:00", "T12:00", "T23:59:59.999999"])
def test_days_that_stand_for_an_unknown_date_do_not_count(day: str, time: str) -> None:
    assert is_placeholder(times(f"{day}{time}")).all()
    assert span(*[f"{day}{time}"] * 50) == (FIRST, LAST)


@pytest.mark.parametrize("hours", [-14, -8, 12])
def test_nor_do_they_in_any_time_zone(hours: int) -> None:
    shifted = times("1970-01-01", "1900-01-01") + hours * 3_600_000_000
    assert is_placeholder(shifted).all()


@pytest.mark.parametrize("day", ["1970-01-04", "1969-12-29", "1900-01-04", "2000-01-01", "9999-12-28"])
def test_other_days_are_days(day: str) -> None:
    assert not is_placeholder(times(day)).any()


@pytest.mark.parametrize("wrong", ["2006-01-01", "1925-03-01", "0202-03-01"])
def test_a_few_rows_far_before_all_others_do_not_begin_it(wrong: str) -> None:
    assert span(wrong) == (FIRST, LAST)
    assert span(wrong, wrong) == (FIRST, LAST)


def test_many_rows_are_a_part_of_the_history_however_long_nothing_was_recorded_after_them() -> None:
    many = int(FEW * len(DAILY)) + 2
    assert span(*["2006-01-01"] * many) == ("2006-01-01", LAST)


def test_a_few_rows_far_behind_all_others_do_not_end_it() -> None:
    """An export of an old system, and a slip of the pen in it that is not in the future."""
    old = DAILY.astype(np.int64) - 10 * 365 * 86_400_000_000
    found = Span.of({NAME: np.append(old, times("2025-03-01"))}, CLOCK)
    assert found.last.year == 2016


def test_gaps_of_holidays_and_of_a_quiet_week_are_not_strange() -> None:
    assert span("2024-12-26") == ("2024-12-26", LAST)
    with_holidays = np.delete(DAILY, slice(200, 240)).astype(np.int64)
    early = times("2024-10-15")
    assert str(Span.of({NAME: np.append(with_holidays, early)}, CLOCK).first.date()) == "2024-10-15"


def test_of_a_few_rows_none_is_strange() -> None:
    found = Span.of({NAME: times("1985-01-01", "2025-01-01", "2025-01-02")}, CLOCK)
    assert str(found.first.date()) == "1985-01-01"


@pytest.mark.parametrize(
    ("rows", "first", "last"),
    [
        (["2030-01-01", "2031-01-01"], "2030-01-01", "2031-01-01"),
        (["1970-01-01"], "1970-01-01", "1970-01-01"),
        (["1970-01-01", "2030-01-01"], "2030-01-01", "2030-01-01"),
    ],
)
def test_where_nothing_plausible_is_left_what_there_is_counts(rows: list[str], first: str, last: str) -> None:
    found = Span.of({NAME: times(*rows)}, CLOCK)
    assert (str(found.first.date()), str(found.last.date())) == (first, last)


moments = st.integers(int(times("1960-01-01")[0]), int(CLOCK) + 10**15)


@given(st.lists(moments, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_a_span_is_of_times_that_are_there_in_whatever_order(rows: list[int], random: object) -> None:
    found = Span.of({NAME: np.array(rows)}, CLOCK)
    first, last = (int(time.value // 1000) for time in (found.first, found.last))
    assert first <= last
    assert {first, last} <= set(rows)
    assert last <= CLOCK + FORGIVEN or min(rows) > CLOCK + FORGIVEN or is_placeholder(np.array(rows)).any()
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert Span.of({"a": np.array(rows[:1]), "b": np.array(rows[1:], np.int64)}, CLOCK) == found


def test_what_lies_outside_is_named_by_column_with_count_and_days() -> None:
    found = Span.of({NAME: DAILY.astype(np.int64)}, CLOCK)
    columns = {
        "activities, column at": times("2099-01-01", "2100-05-01", "2026-01-01"),
        "opportunities, column created_at": np.append(times("1900-01-01", "2025-01-01"), UNKNOWN),
        NAME: DAILY.astype(np.int64),
    }
    late, early = found.notices(columns)
    assert (late.code, late.place) == ("after_now", "activities, column at")
    assert late.found == "2 rows dated 2099-01-01 to 2100-05-01"
    assert late.remedy == f"the others end on {LAST}: correct it, or name the moment with --as-of"
    assert (early.code, early.place) == ("before_all_others", "opportunities, column created_at")
    assert early.found == "1 row dated 1900-01-01"
    assert early.remedy == f"the others begin on {FIRST}: correct it"


def test_plans_decades_away_are_named() -> None:
    found = Span.of({NAME: DAILY.astype(np.int64)}, CLOCK)
    end = np.datetime64(LAST, "us").astype(np.int64)
    begin = np.datetime64(FIRST, "us").astype(np.int64)
    near, far = ([begin - DECADES - more, end + DECADES + more, end, UNKNOWN] for more in (0, 1))
    assert list(plan_notices(_plans(near), found)) == []
    (notice,) = plan_notices(_plans(far), found)
    assert (notice.code, notice.place) == ("far_plan", "close_dates, column expected_close")
    assert notice.found.startswith("2 rows dated 2005-01-0")


def _plans(times: list[int]) -> dict[str, RecordedTable]:
    moments = pd.DatetimeIndex(np.array(times, np.int64).view("datetime64[us]"), tz="UTC")
    return {
        "close_dates": RecordedTable.of(pd.DataFrame({"expected_close": moments})),
        "activities": RecordedTable.of(pd.DataFrame({"next_at": moments[:0]})),
    }


def busy(**wrong: Any) -> History:
    """A company of 300 deals, one a day in 2025, with something wrong about the first of them."""
    days = pd.date_range("2025-01-01", periods=300, tz="UTC").strftime("%Y-%m-%d")
    deals = [{"opportunity_id": f"O{number}", "created_at": day} for number, day in enumerate(days)]
    return history(**{"opportunities": [deals[0] | wrong.pop("own", {}), *deals[1:]], **wrong})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amounts": [{"opportunity_id": "O0", "at": "2099-01-01", "amount": 1}]}, "after_now"),
        ({"amounts": [{"opportunity_id": "O0", "at": "9999-12-31", "amount": 1}]}, "after_now"),
        ({"own": {"closed_at": "2205-03-01", "outcome": "won"}}, "after_now"),
        ({"own": {"created_at": "1900-01-01"}}, "before_all_others"),
        ({"own": {"created_at": "1970-01-01"}}, "before_all_others"),
        ({"own": {"created_at": "1925-01-01"}}, "before_all_others"),
        ({"activities": [{"opportunity_id": "O0", "at": "0025-03-01"}]}, "before_all_others"),
    ],
)
def test_a_slip_of_the_pen_moves_neither_begin_nor_end_and_is_named(wrong: dict[str, Any], code: str) -> None:
    found = busy(**wrong)
    begins = "2025-01-02" if "created_at" in wrong.get("own", {}) else "2025-01-01"
    assert [str(time.date()) for time in (found.span.first, found.span.last)] == [begins, "2025-10-27"]
    assert found.last_event == found.span.last == found.moment(None)
    assert [notice.code for notice in found.notices] == [code]


def test_of_a_history_without_slips_nothing_is_said() -> None:
    plans = {"opportunity_id": "O0", "at": "2025-03-01"}
    found = busy(
        close_dates=[plans | {"expected_close": "2044-01-01"}], activities=[plans | {"next_at": "2044-01-01"}]
    )
    assert found.notices == ()


@pytest.mark.parametrize("year", ["0202", "2205"])
@pytest.mark.parametrize(("table", "plan"), [("close_dates", "expected_close"), ("activities", "next_at")])
def test_a_plan_decades_away_is_named_and_does_not_move_the_end(table: str, plan: str, year: str) -> None:
    found = busy(**{table: [{"opportunity_id": "O0", "at": "2025-03-01", plan: f"{year}-05-01"}]})
    assert str(found.last_event.date()) == "2025-10-27"
    (notice,) = found.notices
    assert (notice.code, notice.place) == ("far_plan", f"{table}, column {plan}")
    assert notice.found == f"1 row dated {year}-05-01"


def test_what_was_created_long_before_all_else_is_not_learned_from() -> None:
    assert busy(own={"created_at": "1900-01-01"}).learnable.tolist() == [False] + [True] * 299
    assert busy().learnable.all()
