"""Single values as texts, numbers, flags and times: one reading for files, flat tables and documents."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from winprob.features.contract import Kind
from winprob.features.input_format import InputFormat
from winprob.features.number_text import DECLARE_DECIMAL, is_ambiguous, is_foreign, parse_number
from winprob.features.time_text import parse_time


class Unreadable(ValueError):
    """A value that is not of the kind that is expected.

    Parameters
    ----------
    expected : str
        What should be there.
    remedy : str
        What to do about it.
    """

    def __init__(self, expected: str, remedy: str = "correct the value") -> None:
        self.expected = expected
        self.remedy = remedy
        super().__init__(f"expected {expected}; {remedy}")


@dataclass(frozen=True)
class ValueReader:
    r"""Reads values as a company writes them.

    Attributes
    ----------
    zone : datetime.tzinfo
        Of times that say none, and of days.
    format : InputFormat
        What means that nothing is recorded, and how numbers are written.

    Examples
    --------
    >>> reader = ValueReader()
    >>> reader.number("1.5"), reader.flag("TRUE"), reader.text("\\N"), reader.time("2026-03-31").isoformat()
    (1.5, True, None, '2026-03-31T00:00:00+00:00')
    """

    zone: tzinfo = UTC
    format: InputFormat = field(default_factory=InputFormat)

    def is_missing(self, value: Any) -> bool:
        """Tell whether a value means that nothing is recorded."""
        if isinstance(value, str):
            return not value or value.lower() in self._missing
        # Neither a missing number nor a missing time of pandas equals itself.
        return value is None or (isinstance(value, float | np.floating | datetime) and value != value)

    def text(self, value: Any) -> str | None:
        """Read a text: numbers as people write them, 12 and not 12.0; truth values as true and false.

        Raises
        ------
        Unreadable
            If it is a list or an object.
        """
        if self.is_missing(value):
            return None
        if isinstance(value, str):
            return value.lower() if value.lower() in ("true", "false") else value
        if isinstance(value, (bool, np.bool_)):
            return str(value).lower()
        if isinstance(value, (float, np.floating)) and float(value).is_integer():
            return str(int(value))
        if isinstance(value, (int, float, Decimal, date, np.number)):
            return str(value)
        raise Unreadable("a text")

    def identifier(self, value: Any) -> str | None:
        """Read an id: a text, or a whole number stored as such.

        Raises
        ------
        Unreadable
            If it is a truth value, or a floating-point number: its last digits may be lost.
        """
        if self.is_missing(value):
            return None
        if isinstance(value, str):
            return value
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            return str(value)
        raise Unreadable(
            "an id as text or as a whole number",
            "export ids as text: as floating-point numbers they lose their last digits",
        )

    def number(self, value: Any) -> float | None:
        """Read a number; a truth value is none.

        Returns
        -------
        float or None
            Possibly infinite.

        Raises
        ------
        Unreadable
            If it is none, or could be meant in two ways.
        """
        if self.is_missing(value):
            return None
        if isinstance(value, str):
            return self._written_number(value)
        if isinstance(value, (int, float, Decimal, np.number)) and not isinstance(value, (bool, np.bool_)):
            try:
                return float(value)
            except OverflowError:
                return math.inf
        raise Unreadable("a number")

    def _written_number(self, written: str) -> float:
        decimal = self.format.decimal
        if decimal is None and is_ambiguous(written):
            raise Unreadable("a number whose decimal mark is certain", DECLARE_DECIMAL)
        number = parse_number(written, decimal)
        if number is None:
            expected = "a number" if decimal is None else f"a number with the decimal mark {decimal!r}"
            remedy = DECLARE_DECIMAL if is_foreign(written) else "correct the value"
            raise Unreadable(expected, remedy)
        return number

    def flag(self, value: Any) -> bool | None:
        """Read a truth value: true or false, in whatever case.

        Raises
        ------
        Unreadable
            If it is anything else, 1 and 0 among them.
        """
        if self.is_missing(value):
            return None
        if isinstance(value, (bool, np.bool_)):
            return bool(value)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise Unreadable("true or false")

    def time(self, value: Any, end_of_day: bool = False) -> datetime | None:
        """Read a time in ISO 8601, of the years 1 to 9999.

        Parameters
        ----------
        value : object
            A text, a date or a time; without zone it is of `zone`.
        end_of_day : bool
            Whether a date alone is the end of that day, its last microsecond; else its beginning.

        Returns
        -------
        datetime.datetime or None
            In UTC; what is finer than a microsecond is cut off.

        Raises
        ------
        Unreadable
            If it is no time.
        """
        if self.is_missing(value):
            return None
        try:
            read = parse_time(value) if isinstance(value, str) else value
            if isinstance(read, datetime):
                return self._in_utc(read)
            if isinstance(read, date):
                return self._in_utc(datetime.combine(read, time.max if end_of_day else time.min))
        except (ValueError, OverflowError) as error:
            raise Unreadable(f"{WRITTEN['time']} ({error})") from error
        raise Unreadable(WRITTEN["time"])

    def _in_utc(self, moment: datetime) -> datetime:
        return (moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment).astimezone(UTC)

    @cached_property
    def _missing(self) -> frozenset[str]:
        return frozenset(spelling.lower() for spelling in self.format.missing)

    def of_kind(self, kind: Kind, end_of_day: bool = False) -> Callable[[Any], Any]:
        """Give the reading of a kind of column.

        Parameters
        ----------
        kind : str
            As in `winprob.features.contract.Column`.
        end_of_day : bool
            For times: as in `time`.
        """
        if kind == "time":
            return lambda value: self.time(value, end_of_day)
        readings = {"id": self.identifier, "number": self.number, "flag": self.flag}
        return readings.get(kind, self.text)


WRITTEN: dict[Kind, str] = {
    "id": "an id as text or as a whole number",
    "number": "a number",
    "flag": "true or false",
    "time": "a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00",
}
"""What the values of each kind that not every text is look like."""
