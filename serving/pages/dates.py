"""Days and times as people of a language write them."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_datetime, format_skeleton

from winprob.features.calendar import Calendar
from winprob.features.message import Language


def day_text(day: date, language: Language, today: date | None = None) -> str:
    """Write a day.

    Parameters
    ----------
    day : datetime.date
    language : str
    today : datetime.date, optional
        The year is left out where it is that of this day.

    Examples
    --------
    >>> from datetime import date
    >>> day_text(date(2026, 12, 26), "zh"), day_text(date(2026, 12, 26), "en", date(2026, 3, 1))
    ('2026年12月26日', 'Dec 26')
    """
    skeleton = "MMMd" if today is not None and today.year == day.year else "yMMMd"
    return str(format_skeleton(skeleton, day, locale=language))


def time_text(moment: datetime, language: Language, calendar: Calendar) -> str:
    """Write a moment in the company's time zone; an end of a day is written as the day.

    Parameters
    ----------
    moment : datetime.datetime
        UTC.
    language : str
    calendar : Calendar
        Knows the time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> calendar = Calendar(time_zone="Asia/Shanghai")
    >>> time_text(datetime(2026, 12, 26, 10, 27, tzinfo=UTC), "zh", calendar)
    '2026年12月26日 18:27'
    """
    day = day_text(calendar.day(moment), language)
    if calendar.end_of(calendar.day(moment)) == moment:
        return day
    return f"{day} {format_datetime(calendar.clock(moment), 'HH:mm', locale=language)}"
