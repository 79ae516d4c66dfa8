"""Times written as text in ISO 8601: a day, or a time of day with or without a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?)?(Z| ?[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


def parse_time(written: str) -> date | datetime | None:
    """Read a day or a time.

    Returns
    -------
    datetime.date, datetime.datetime or None
        A date if it says no time of day; a datetime without zone if it says none. What is finer than a
        microsecond is cut off. None if it is not written in ISO 8601.

    Raises
    ------
    ValueError
        If there is no such day or time.

    Examples
    --------
    >>> parse_time("20260331"), parse_time("2026-03-31 08:15").isoformat(), parse_time("31.3.2026")
    (datetime.date(2026, 3, 31), '2026-03-31T08:15:00', None)
    """
    parts = _TIME.fullmatch(written)
    if parts is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = parts.groups()
    that_day = date(int(year), int(month), int(day))
    if hour is None:
        return that_day
    microsecond = int((fraction or "")[:6].ljust(6, "0"))
    of_day = time(int(hour), int(minute or 0), int(second or 0), microsecond)
    return datetime.combine(that_day, of_day, _offset(zone.strip()) if zone else None)


def _offset(zone: str) -> tzinfo:
    if zone == "Z":
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if zone[0] == "+" else -offset)
