"""Timing: the opportunity's age and the expected win date, and how often that was pushed."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.catalogue import Family
from winprob.features.company_days import days_over
from winprob.features.contract import OPPORTUNITIES
from winprob.features.instant import UNKNOWN, days_between
from winprob.features.message import message
from winprob.features.timeline import AsOf, Floats, Integers
from winprob.features.view import Table, View


class TimingView(View):
    """The expected win dates of opportunities at moments."""

    @cached_property
    def changes(self) -> AsOf:
        """The rows of ``close_dates``."""
        return self.as_of(self._table)

    @cached_property
    def expected(self) -> Integers:
        """The expected win date, `UNKNOWN` where none is."""
        rows = self.changes.last_row(np.arange(len(self._dates)))
        return np.append(self._dates, UNKNOWN)[rows]

    @cached_property
    def expected_day_over(self) -> Integers:
        """When the day of the expected win is over: the day after it begins, in the company's time zone."""
        return days_over(self.playbook.calendar, self.expected)

    @cached_property
    def first_expected(self) -> Integers:
        """The first expected win date, `UNKNOWN` where none is or the past is not recorded."""
        first = np.where(self.changes.any & self.changes.complete, self.changes.begin, -1)
        return np.append(self._dates, UNKNOWN)[first]

    @cached_property
    def later(self) -> Integers:
        """Whether a row of ``close_dates`` moves the date later, 0 for the first of an opportunity."""
        moved = np.diff(self._dates, prepend=0) > 0
        return (moved & ~self._table.timeline.first_of_group).astype(np.int64)

    @cached_property
    def _table(self) -> Table:
        return Table(self.history, "close_dates")

    @cached_property
    def _dates(self) -> Integers:
        return self._table.times("expected_close")


FAMILY = Family("timing", message("timing"), TimingView)


@FAMILY.feature(message("age"), phrase=message("Age: {value}"), unit="days")
def age(view: TimingView) -> Floats:
    """Days since the opportunity was created."""
    return days_between(view.history.times(OPPORTUNITIES, "created_at")[view.opportunity], view.moment)


@FAMILY.feature(
    message("days to the expected win"),
    phrase=message("{value} to the expected win"),
    past=message("{value} past the expected win"),
    unit="days",
)
def days_to_expected_win(view: TimingView) -> Floats:
    """Days until the expected win date; negative once it has passed."""
    return days_between(view.moment, view.expected)


@FAMILY.feature(
    message("pushes of the expected win date"), phrase=message("Pushes of the expected win date: {value}")
)
def pushes(view: TimingView) -> Floats:
    """How often the expected win date was moved later."""
    return view.where(view.recorded("close_dates") & view.changes.complete, view.changes.total(view.later))


@FAMILY.feature(message("days pushed"), phrase=message("{value} pushed"), unit="days")
def days_pushed(view: TimingView) -> Floats:
    """Days from the first expected win date to the one expected now."""
    return days_between(view.first_expected, view.expected)


@FAMILY.feature(message("expected win overdue"), kind="flag", lever=True)
def expected_win_overdue(view: TimingView) -> Floats:
    """Whether the company's day of the expected win is over."""
    return view.where(view.expected != UNKNOWN, view.expected_day_over <= view.moment)
