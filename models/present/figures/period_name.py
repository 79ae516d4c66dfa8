"""How periods are called on a figure."""

from __future__ import annotations

from datetime import date, timedelta

from winprob.features.message import Wording, in_context, message
from winprob.features.playbook import Language
from winprob.models.forecast.period import MONTH, QUARTER, UNITS, WEEK, Period, next_start, unit_start

QUARTERS = (
    in_context("number of a quarter", "1"),
    in_context("number of a quarter", "2"),
    in_context("number of a quarter", "3"),
    in_context("number of a quarter", "4"),
)


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
        words = message("{start:%b %Y}", start=start)
    elif unit == WEEK:
        words = message(
            "Week of {start.day}\N{NO-BREAK SPACE}{start:%b}\N{NO-BREAK SPACE}{start.year}", start=start
        )
    else:
        words = message(
            "{start.day}\N{NO-BREAK SPACE}{start:%b}\N{NO-BREAK SPACE}{start.year} to "
            "{end.day}\N{NO-BREAK SPACE}{end:%b}\N{NO-BREAK SPACE}{end.year}",
            start=start,
            end=period.end,
        )
    return words.in_language(language)


def _quarter(start: date, first_month: int) -> Wording:
    quarter = QUARTERS[(start.month - first_month) % 12 // 3]
    year = start.year if start.month >= first_month else start.year - 1
    if first_month == 1:
        return message("Q{quarter} {year}", quarter=quarter, year=year)
    fiscal = f"{year}/{(year + 1) % 100:02}"
    return message("Q{quarter} FY{fiscal}", quarter=quarter, fiscal=fiscal)
