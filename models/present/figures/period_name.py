"""How periods are called on a figure."""

from __future__ import annotations

from datetime import date, timedelta

from winprob.features.playbook import Language, Words
from winprob.models.forecast.period import MONTH, QUARTER, UNITS, WEEK, Period, next_start, unit_start


def unit_of(period: Period) -> str | None:
    """Tell whether a period is a week, a month or a quarter of its calendar.

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
    start, after, calendar = period.start, period.end + timedelta(days=1), period.calendar
    starts = (unit for unit in UNITS if unit_start(start, unit, calendar) == start)
    return next((unit for unit in starts if next_start(start, unit, calendar) == after), None)


def period_name(period: Period, language: Language) -> str:
    """Name a period, briefly.

    Examples
    --------
    >>> from datetime import date
    >>> from winprob.features.calendar import Calendar
    >>> quarter = Period(date(2026, 10, 1), date(2026, 12, 31))
    >>> period_name(quarter, "en"), period_name(quarter, "zh")
    ('Q4 2026', '2026年四季度')
    >>> period_name(Period(quarter.start, quarter.end, Calendar(fiscal_year_starts=4)), "en")
    'Q3 FY2026/27'
    """
    start, unit = period.start, unit_of(period)
    if unit == QUARTER:
        words = _quarter(start, period.calendar.fiscal_year_starts)
    elif unit == MONTH:
        words = Words(zh=f"{start.year}年{start.month}月", en=f"{start:%b %Y}")
    elif unit == WEEK:
        words = Words(zh=f"{start:%Y-%m-%d} 当周", en=f"Week of {_day(start)}")
    else:
        words = Words(zh=f"{start} 至 {period.end}", en=f"{_day(start)} to {_day(period.end)}")
    return words.in_language(language)


def _quarter(start: date, first_month: int) -> Words:
    number = (start.month - first_month) % 12 // 3
    year = start.year if start.month >= first_month else start.year - 1
    if first_month == 1:
        return Words(zh=f"{year}年{'一二三四'[number]}季度", en=f"Q{number + 1} {year}")
    fiscal = f"{year}/{(year + 1) % 100:02}"
    return Words(zh=f"{fiscal}财年{'一二三四'[number]}季度", en=f"Q{number + 1} FY{fiscal}")


def _day(day: date) -> str:
    """Its words are not parted at the end of a line."""
    return f"{day.day}\N{NO-BREAK SPACE}{day:%b}\N{NO-BREAK SPACE}{day.year}"
