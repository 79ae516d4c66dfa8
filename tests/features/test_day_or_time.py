from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from winprob.features.day_or_time import day_or_time


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("20260331", date(2026, 3, 31)),
        ("2026-03-31T08:00", datetime(2026, 3, 31, 8)),
        ("2026-03-31 08:00:00.5", datetime(2026, 3, 31, 8, 0, 0, 500_000)),
        ("2026-03-31T08:00:00Z", datetime(2026, 3, 31, 8, tzinfo=UTC)),
        ("2026-03-31T08:00+08:00", datetime(2026, 3, 31, 8, tzinfo=timezone(timedelta(hours=8)))),
    ],
)
def test_days_and_times_are_told_apart(text: str, read: date) -> None:
    found = day_or_time(text)
    assert (type(found), found) == (type(read), read)


@pytest.mark.parametrize("text", ["", "tomorrow", "31.3.2026", "2026-02-30", "2026-W14-2", "2026-03-31T25"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time such as 2026-03-31 or 2026-03-31T08:00:00"):
        day_or_time(text)
