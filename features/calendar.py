"""The company's calendar: which days its moments belong to, and where its fiscal year begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from winprob.features.playbook_part import Country, Month, Part, Zone

MICROSECONDS_PER_DAY = timedelta(days=1) // timedelta(microseconds=1)
EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = (
    (day.toordinal() - EPOCH + over) * MICROSECONDS_PER_DAY - over
    for day, over in ((date.min, 0), (date.max, 1))
)
"""The first and the last microsecond of the years 1 to 9999 in UTC, since 1970."""


class Calendar(Part):
    """The company's days and fiscal year.

    Attributes
    ----------
    time_zone : str
        IANA name of the time zone whose days are the company's days.
    fiscal_year_starts : int
        The month, 1 to 12, in which the fiscal year and its first quarter begin.
    holidays : tuple of str
        Countries whose public holidays the company keeps, as ISO 3166-1 codes of two letters.

    Examples
    --------
    >>> shanghai = Calendar(time_zone="Asia/Shanghai")
    >>> shanghai.day(datetime(2026, 9, 30, 16)).isoformat()
    '2026-10-01'
    """

    time_zone: Zone = "UTC"
    fiscal_year_starts: Month = 1
    holidays: tuple[Country, ...] = ()

    def day(self, moment: datetime) -> date:
        """Tell the company's day of a moment.

        Parameters
        ----------
        moment : datetime.datetime or pandas.Timestamp
            UTC if it has no zone.

        Returns
        -------
        datetime.date
            In the years 1 to 9999: what lies beyond is their first or last day.

        Examples
        --------
        >>> Calendar(time_zone="America/New_York").day(datetime(2026, 1, 1, 4, 59)).isoformat()
        '2025-12-31'
        """
        return self.clock(moment).date()

    def begins(self, day: date) -> int:
        """Tell when a day begins, also one on which clocks are changed.

        Returns
        -------
        int
            Microseconds since 1970 in UTC; the day's first one.

        Examples
        --------
        >>> Calendar(time_zone="Asia/Shanghai").begins(date(1970, 1, 2)) // 3_600_000_000
        16
        """
        offset = datetime.combine(day, time(), ZoneInfo(self.time_zone)).utcoffset()
        ahead = (offset or timedelta()) // timedelta(microseconds=1)
        return (day.toordinal() - EPOCH) * MICROSECONDS_PER_DAY - ahead

    def over(self, day: date) -> int:
        """Tell when a day is over: when the day after it begins.

        Returns
        -------
        int
            Microseconds since 1970 in UTC; the first one that is not of the day.

        Examples
        --------
        >>> Calendar().over(date(1970, 1, 1)) == MICROSECONDS_PER_DAY
        True
        """
        if day == date.max:
            return self.begins(day) + MICROSECONDS_PER_DAY
        return self.begins(date.fromordinal(day.toordinal() + 1))

    def start_of(self, day: date) -> pd.Timestamp:
        """Tell the moment at which a day begins.

        Returns
        -------
        pandas.Timestamp
            In UTC.

        Examples
        --------
        >>> Calendar(time_zone="Asia/Shanghai").start_of(date(2026, 10, 1))
        Timestamp('2026-09-30 16:00:00+0000', tz='UTC')
        """
        return _timestamp(self.begins(day))

    def end_of(self, day: date) -> pd.Timestamp:
        """Tell the last moment of a day.

        Returns
        -------
        pandas.Timestamp
            In UTC, its last microsecond.

        Examples
        --------
        >>> Calendar(time_zone="America/New_York").end_of(date(2026, 3, 8))  # 23 hours long
        Timestamp('2026-03-09 03:59:59.999999+0000', tz='UTC')
        """
        return _timestamp(self.over(day) - 1)

    def since(self, told: date) -> pd.Timestamp:
        """Read a moment from which on something holds: a day is its beginning.

        Parameters
        ----------
        told : datetime.date or datetime.datetime
            A time without zone is the company's.

        Returns
        -------
        pandas.Timestamp
            In UTC, in the years 1 to 9999.

        Examples
        --------
        >>> Calendar(time_zone="Asia/Shanghai").since(datetime(2026, 10, 1, 8))
        Timestamp('2026-10-01 00:00:00+0000', tz='UTC')
        """
        return self._moment(told) if isinstance(told, datetime) else self.start_of(told)

    def until(self, told: date) -> pd.Timestamp:
        """Read a moment up to which something is known: a day is its end.

        Parameters
        ----------
        told : datetime.date or datetime.datetime
            A time without zone is the company's.

        Returns
        -------
        pandas.Timestamp
            In UTC, in the years 1 to 9999.

        Examples
        --------
        >>> Calendar(time_zone="Asia/Shanghai").until(date(2026, 9, 30))
        Timestamp('2026-09-30 15:59:59.999999+0000', tz='UTC')
        """
        return self._moment(told) if isinstance(told, datetime) else self.end_of(told)

    def text(self, moment: datetime) -> str:
        """Write a moment as the company's clocks show it.

        Parameters
        ----------
        moment : datetime.datetime
            UTC if it has no zone.

        Returns
        -------
        str
            To the minute, with the name of the time zone.

        Examples
        --------
        >>> Calendar(time_zone="Asia/Shanghai").text(datetime(2026, 9, 30, 16))
        '2026-10-01 00:00 Asia/Shanghai'
        """
        return f"{self.clock(moment):%Y-%m-%d %H:%M} {self.time_zone}"

    def utc(self, local: pd.Series) -> pd.Series:
        """Read times without zone, or days, as the company's.

        Parameters
        ----------
        local : pandas.Series of datetime64, shape (n,)
            Without zone: what clocks in the company's time zone showed. Days are their beginning.

        Returns
        -------
        pandas.Series of datetime64[us, UTC], shape (n,)
            Missing where `local` is. Of an hour that clocks showed twice it is the first; in place of one
            that they left out it is the end of the gap. What lies beyond the year 9999 is its end.

        Examples
        --------
        >>> days = pd.Series(pd.to_datetime(["2026-10-01"]))
        >>> str(Calendar(time_zone="Asia/Shanghai").utc(days)[0])
        '2026-09-30 16:00:00+00:00'
        """
        first = np.ones(len(local), dtype=bool)
        last = pd.Timestamp(LAST, unit="us")
        there = local.where(local.isna() | (local <= last), last).dt.tz_localize(
            self.time_zone, ambiguous=first, nonexistent="shift_forward"
        )
        utc: pd.Series = there.dt.tz_convert("UTC").dt.as_unit("us")
        return utc

    def day_over(self, moments: pd.Series) -> pd.Series:
        """Tell when the days of moments are over: when the days after them begin.

        Parameters
        ----------
        moments : pandas.Series of datetime64[us, UTC], shape (n,)

        Returns
        -------
        pandas.Series of datetime64[us, UTC], shape (n,)
            Missing where `moments` is.

        Examples
        --------
        >>> moments = pd.Series(pd.to_datetime(["2026-09-30T16:00Z"]))
        >>> str(Calendar(time_zone="Asia/Shanghai").day_over(moments)[0])
        '2026-10-01 16:00:00+00:00'
        """
        return self.utc(self.local(moments).dt.normalize() + pd.Timedelta(days=1))

    def local(self, moments: pd.Series) -> pd.Series:
        """Write moments as the company's clocks showed them; `.dt.normalize()` of it is the day.

        Parameters
        ----------
        moments : pandas.Series of datetime64[us, UTC], shape (n,)

        Returns
        -------
        pandas.Series of datetime64[us], shape (n,)
            Without zone; missing where `moments` is.

        Examples
        --------
        >>> moments = pd.Series(pd.to_datetime(["2026-09-30T16:00Z"]))
        >>> str(Calendar(time_zone="Asia/Shanghai").local(moments)[0])
        '2026-10-01 00:00:00'
        """
        local: pd.Series = moments.dt.tz_convert(self.time_zone).dt.tz_localize(None).dt.as_unit("us")
        return local

    def clock(self, moment: datetime) -> datetime:
        """Tell what the company's clocks show; at the ends of the years 1 to 9999 those of UTC."""
        plain = moment.to_pydatetime(warn=False) if isinstance(moment, pd.Timestamp) else moment
        aware = plain.replace(tzinfo=UTC) if plain.tzinfo is None else plain
        try:
            return aware.astimezone(ZoneInfo(self.time_zone))
        except OverflowError:
            return aware

    def _moment(self, told: datetime) -> pd.Timestamp:
        aware = told.replace(tzinfo=ZoneInfo(self.time_zone)) if told.tzinfo is None else told
        try:
            return pd.Timestamp(aware.astimezone(UTC)).as_unit("us")
        except OverflowError:
            return _timestamp(FIRST if aware.year == date.min.year else LAST)


DAYS_OF_UTC: Final = Calendar()
"""The calendar of a playbook that says nothing else: days of UTC, fiscal years from January."""


def _timestamp(microseconds: int) -> pd.Timestamp:
    """Make a moment of the years 1 to 9999."""
    return pd.Timestamp(min(max(microseconds, FIRST), LAST), unit="us", tz="UTC")
