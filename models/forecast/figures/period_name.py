"""How periods are called on a figure."""

from __future__ import annotations

from datetime import date, timedelta

from features.playbook import Language, Words
from models.forecast.period import MONTH, QUARTER, UNITS, WEEK, Period, next_start, unit_start


def unit_of(period: Period) -> str | None:
    """Tell whether a period is a week, a month or a quarter of the calendar.

    Parameters
    ----------
    period : Period

    Returns
    -------
    {"week", "month", "quarter"} or None
        None if it is none of them.

    Examples
    --------
    >>> from datetime import date
    >>> unit_of(Period(date(2026, 10, 1), date(2026, 12, 31)))
    'quarter'
    """
    after = period.end + timedelta(days=1)
    starts = (unit for unit in UNITS if unit_start(period.start, unit) == period.start)
    return next((unit for unit in starts if next_start(period.start, unit) == after), None)


def period_name(period: Period, language: Language) -> str:
    """Name a period, briefly.

    Parameters
    ----------
    period : Period
    language : {"zh", "en"}

    Returns
    -------
    str

    Examples
    --------
    >>> from datetime import date
    >>> quarter = Period(date(2026, 10, 1), date(2026, 12, 31))
    >>> period_name(quarter, "en"), period_name(quarter, "zh")
    ('Q4 2026', '2026年四季度')
    """
    start, unit = period.start, unit_of(period)
    if unit == QUARTER:
        number = (start.month - 1) // 3
        words = Words(zh=f"{start.year}年{'一二三四'[number]}季度", en=f"Q{number + 1} {start.year}")
    elif unit == MONTH:
        words = Words(zh=f"{start.year}年{start.month}月", en=f"{start:%b %Y}")
    elif unit == WEEK:
        words = Words(zh=f"{start:%Y-%m-%d} 当周", en=f"Week of {_day(start)}")
    else:
        words = Words(zh=f"{start} 至 {period.end}", en=f"{_day(start)} to {_day(period.end)}")
    return words.in_language(language)


def _day(day: date) -> str:
    """Its words are not parted at the end of a line."""
    return f"{day.day}\N{NO-BREAK SPACE}{day:%b}\N{NO-BREAK SPACE}{day.year}"
