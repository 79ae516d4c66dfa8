"""Days and times as people of a language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from winprob.features.calendar import Calendar
from winprob.features.message import Language
from winprob.serving.pages.dates import day_text, time_text

CHINA = Calendar(time_zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("language", "today", "written"),
    [
        ("zh", None, "2026年3月1日"),
        ("zh", date(2026, 12, 31), "3月1日"),
        ("zh", date(2025, 12, 31), "2026年3月1日"),
        ("en", None, "Mar 1, 2026"),
        ("en", date(2026, 12, 31), "Mar 1"),
        ("en", date(2027, 1, 1), "Mar 1, 2026"),
    ],
)
def test_the_year_is_written_unless_it_is_this_one(
    language: Language, today: date | None, written: str
) -> None:
    assert day_text(date(2026, 3, 1), language, today) == written


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, 999999, tzinfo=UTC), "2026年3月1日", "Mar 1, 2026"),
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), "2026年3月1日 23:59", "Mar 1, 2026 23:59"),
        (datetime(2026, 3, 1, 16, tzinfo=UTC), "2026年3月2日 00:00", "Mar 2, 2026 00:00"),
        (datetime(2026, 3, 1, 1, 5, tzinfo=UTC), "2026年3月1日 09:05", "Mar 1, 2026 09:05"),
    ],
)
def test_a_moment_is_the_companys_and_the_end_of_a_day_is_the_day(
    moment: datetime, chinese: str, english: str
) -> None:
    assert (time_text(moment, "zh", CHINA), time_text(moment, "en", CHINA)) == (chinese, english)
