"""A day, or a time on it, as people and programs write it."""

from __future__ import annotations

import re
from datetime import date, datetime

EXPECTED = "expected a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00"


def day_or_time(text: str) -> date:
    """Read a day, or a time on it, as people and programs write it.

    Parameters
    ----------
    text : str
        ISO 8601, such as 2026-03-31 or 2026-03-31T08:00:00+08:00.

    Returns
    -------
    datetime.date or datetime.datetime
        A day, or a time, with a zone if the text has one: `features.calendar.Calendar` knows which moment
        it is.

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
        if re.fullmatch(r"\d{4}-?\d\d-?\d\d", text):
            return date.fromisoformat(text)
        if re.match(r"\d{4}-?\d\d-?\d\d[T ]", text):
            return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{EXPECTED} ({error}), found {text!r}") from error
    raise ValueError(f"{EXPECTED}, found {text!r}")
