"""A day, or a time on it, as people and programs write it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema

from winprob.features.time_text import parse_time
from winprob.features.values import WRITTEN, Unreadable


def day_or_time(text: str) -> date:
    """Read a day, or a time on it, of which it is not known yet in which time zone it is.

    Parameters
    ----------
    text : str
        ISO 8601, such as 2026-03-31 or 2026-03-31T08:00:00+08:00.

    Returns
    -------
    datetime.date or datetime.datetime
        A day, or a time, with a zone if the text has one: `winprob.features.calendar.Calendar` knows which
        moment it is.

    Raises
    ------
    ValueError
        If it is neither.

    Examples
    --------
    >>> day_or_time("2026-03-31").isoformat(), day_or_time("2026-03-31T08:00+08:00").isoformat()
    ('2026-03-31', '2026-03-31T08:00:00+08:00')
    """
    try:
        found = parse_time(text)
    except ValueError as error:
        raise Unreadable(f"{WRITTEN['time']} ({error})") from error
    if found is None:
        raise Unreadable(WRITTEN["time"])
    return found


def _read(value: Any) -> date:
    if isinstance(value, str):
        return day_or_time(value)
    if not isinstance(value, date):
        raise Unreadable(WRITTEN["time"])
    return value


DayOrTime: TypeAlias = Annotated[
    datetime | date, BeforeValidator(_read), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""A field of a document or a query that may be either."""
