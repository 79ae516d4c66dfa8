"""The span of time that a history tells of: what is dated far outside is a plan or a wrong date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.contract import OPPORTUNITIES, time_of
from winprob.features.instant import MICROSECONDS_PER_DAY, UNKNOWN, microsecond, timestamp
from winprob.features.notice import Notice
from winprob.features.recorded_table import RecordedTable

Times: TypeAlias = npt.NDArray[np.int64]

PLACEHOLDERS = ("0001-01-01", "1899-12-30", "1900-01-01", "1970-01-01", "9999-12-31")
"""Days that .NET, Excel, SQL Server, Unix and SAP write where no date is known."""

FORGIVEN = 2 * 60 * 1_000_000
"""How far a clock may be fast, in microseconds: two minutes."""

FEW = 0.01
"""The share of rows beyond a gap up to which they are thought strange: one row in a hundred. More are a part
of the history, however long nothing was recorded before them."""

QUIET = 15 * MICROSECONDS_PER_DAY
"""No shorter gap is strange, however dense the other rows are: by the 1-15-30 rule a customer may wait that
long."""

GAP = 2.0
"""A gap is strange if it is more than twice as long as any between the middle 98 % of the rows: holidays and
quiet seasons are among those."""

DECADES = 20 * 365 * MICROSECONDS_PER_DAY
"""Plans further away than twenty years are named."""


@dataclass(frozen=True)
class Span:
    """When a history begins and ends.

    Attributes
    ----------
    first, last : pandas.Timestamp
        The first and the last thing recorded that is plausible, in UTC.

    Examples
    --------
    >>> day = MICROSECONDS_PER_DAY
    >>> rows = np.append(20_000 * day + np.arange(300) * day, [20_330 * day, -25_567 * day])
    >>> found = Span.of({"amounts at": rows}, clock=np.int64(30_000 * day))
    >>> str(found.first.date()), str(found.last.date())
    ('2024-10-04', '2025-07-30')
    """

    first: pd.Timestamp
    last: pd.Timestamp

    @classmethod
    def of(cls, times: Mapping[str, Times], clock: np.int64 | None = None) -> Span:
        """Find the span of what is recorded.

        Parameters
        ----------
        times : mapping of str to numpy.ndarray of int64
            Columns of times, microseconds since 1970 in UTC, with `UNKNOWN` where missing; one is
            known at least.
        clock : numpy.int64, optional
            Now; nothing later has been recorded. Today's clock if left out.

        Returns
        -------
        Span
            Without placeholders, what lies in the future, and the few rows beyond a gap of which the history
            has no like.
        """
        now = np.int64(clock_now()) if clock is None else clock
        rows = np.concatenate([column[column != UNKNOWN] for column in times.values()])
        real = np.sort(rows[~is_placeholder(rows)])
        past = real[real <= now + FORGIVEN]
        usable = next(column for column in (past, real, np.sort(rows)) if len(column))
        begin, end = _bulk(usable)
        return cls(timestamp(usable[begin]), timestamp(usable[end]))

    def notices(self, times: Mapping[str, Times]) -> Iterator[Notice]:
        """Name what lies outside.

        Parameters
        ----------
        times : mapping of str to numpy.ndarray of int64
            As for `of`, by what they are called.

        Yields
        ------
        Notice
            One for each column with rows before, and one with rows after.
        """
        begin, end = microsecond(self.first), microsecond(self.last)
        for name, column in times.items():
            early = column[(column != UNKNOWN) & (column < begin)]
            late = column[column > end]
            if len(early):
                what = "a wrong date, not learned from"
                yield _notice("before_all_others", name, early, what, self)
            if len(late):
                what = "not known yet (a plan, or a wrong date)"
                yield _notice("after_now", name, late, what, self)


def recorded_times(tables: Mapping[str, RecordedTable]) -> dict[str, Times]:
    """Give the columns that say when something happened; plans are not among them.

    Parameters
    ----------
    tables : mapping of str to RecordedTable
        Of a history.

    Returns
    -------
    dict of str to numpy.ndarray of int64
        Microseconds since 1970 in UTC, by what the columns are called.
    """
    columns = [(OPPORTUNITIES, "created_at"), (OPPORTUNITIES, "closed_at")]
    columns += [(name, time_of(name)) for name in tables if name != OPPORTUNITIES]
    columns.append(("competitors", "left_at"))
    return {f"{name}, column {column}": tables[name].times(column) for name, column in columns}


def plan_notices(tables: Mapping[str, RecordedTable], span: Span) -> Iterator[Notice]:
    """Name plans that lie decades away.

    Parameters
    ----------
    tables : mapping of str to RecordedTable
        Of a history.
    span : Span
        Of what is recorded.

    Yields
    ------
    Notice
        One for each column that has any.
    """
    begin, end = microsecond(span.first), microsecond(span.last)
    for table, plan in (("close_dates", "expected_close"), ("activities", "next_at")):
        column = tables[table].times(plan)
        far = column[(column != UNKNOWN) & ((column < begin - DECADES) | (column > end + DECADES))]
        if len(far):
            remedy = "correct it: the opportunities that have it are judged by it"
            yield Notice(
                "far_plan", f"{table}, column {plan}", _rows(far), "planned for decades away", remedy
            )


def is_placeholder(times: Times) -> npt.NDArray[np.bool_]:
    """Tell which times lie on a day that stands for an unknown date, in any time zone.

    Parameters
    ----------
    times : numpy.ndarray of int64
        Microseconds since 1970 in UTC.

    Returns
    -------
    numpy.ndarray of bool
    """
    days = np.array([np.datetime64(day, "us").astype(np.int64) for day in PLACEHOLDERS])
    near = np.zeros(len(times), bool)
    for day in days:
        # A local midnight lies up to 14 hours from that of UTC, and a day may be meant to its end.
        near |= (times > day - MICROSECONDS_PER_DAY) & (times < day + 2 * MICROSECONDS_PER_DAY)
    return near


def clock_now() -> int:
    """Now, in microseconds since 1970 in UTC."""
    return int(datetime.now(UTC).timestamp() * 1_000_000)


def _bulk(times: Times) -> tuple[int, int]:
    """First and last place, in sorted times, that no strange gap separates from the middle."""
    few = int(FEW * len(times))
    gaps = np.diff(times)
    if not few:
        return 0, len(times) - 1
    usual = max(QUIET, GAP * gaps[few : len(gaps) - few].max(initial=0))
    early = np.flatnonzero(gaps[:few] > usual)
    late = np.flatnonzero(gaps[len(gaps) - few :] > usual)
    begin = int(early[-1]) + 1 if len(early) else 0
    end = len(gaps) - few + int(late[0]) if len(late) else len(times) - 1
    return begin, end


def _notice(code: str, name: str, times: Times, taken: str, span: Span) -> Notice:
    remedy = f"the others end on {span.last:%Y-%m-%d}: correct it, or name the moment with --as-of"
    if code == "before_all_others":
        remedy = f"the others begin on {span.first:%Y-%m-%d}: correct it"
    return Notice(code, name, _rows(times), taken, remedy)


def _rows(times: Times) -> str:
    days = np.array([times.min(), times.max()], "datetime64[us]").astype("datetime64[D]")
    when = f"{days[0]}" if days[0] == days[1] else f"{days[0]} to {days[1]}"
    return f"{len(times):,} row{'s' * (len(times) != 1)} dated {when}"
