"""Competition: who else is in the deal, and since when."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.catalogue import Family
from winprob.features.instant import NEVER, UNKNOWN
from winprob.features.message import message
from winprob.features.tally import Tally, superseded
from winprob.features.timeline import AsOf, Flags, Floats, Integers
from winprob.features.view import Table, View

LATELY_DAYS = 30
ALONE = 0.80


class CompetitionView(View):
    """The competitors in opportunities at moments."""

    @cached_property
    def entries(self) -> AsOf:
        """The rows of ``competitors``."""
        return self.as_of(self._table)

    @cached_property
    def kept(self) -> Flags:
        """Whether competitors are recorded."""
        return self.recorded("competitors")

    @cached_property
    def present(self) -> Floats:
        """Competitors in the deal at the moment."""
        group, entered, left = self._spans
        return self.where(self.kept, Tally(group, entered, left).at(self.opportunity, self.moment).sum())

    @cached_property
    def gone(self) -> Floats:
        """Competitors that have left the deal and not come back."""
        group, _, left = self._spans
        gone = Tally(group, left, self._named).at(self.opportunity, self.moment)
        return self.where(self.kept & self.entries.complete, gone.sum())

    @cached_property
    def _table(self) -> Table:
        return Table(self.history, "competitors")

    @cached_property
    def _named(self) -> Integers:
        """When each competitor was named again."""
        timeline = self._table.timeline
        return superseded(timeline.group, self._table.texts("competitor").codes, timeline.time)

    @cached_property
    def _spans(self) -> tuple[Integers, Integers, Integers]:
        timeline = self._table.timeline
        left = self._table.times("left_at")
        left = np.where(left == UNKNOWN, NEVER, np.maximum(left, timeline.time))
        return timeline.group, timeline.time, np.minimum(left, self._named)


FAMILY = Family("competition", message("competition"), CompetitionView)


@FAMILY.feature(message("competitors in the deal"), direction=-1)
def competitors(view: CompetitionView) -> Floats:
    """Competitors that have entered and not left."""
    return view.present


@FAMILY.feature(message("the competition rule's percentage"), kind="share", direction=1)
def competition_rule(view: CompetitionView) -> Floats:
    """1/(n+1) for n competitors, 0.80 for none (domain: competition rule)."""
    return np.where(view.present == 0, ALONE, 1 / (view.present + 1))


@FAMILY.feature(message("competitors that entered within 30 days"), direction=-1)
def competitors_entered_lately(view: CompetitionView) -> Floats:
    """Rows of competitors entering in the last 30 days."""
    return view.where(view.kept, view.entries.within(LATELY_DAYS))


@FAMILY.feature(message("competitors that left"), direction=1)
def competitors_left(view: CompetitionView) -> Floats:
    """Competitors that left the deal and have not come back."""
    return view.gone


@FAMILY.feature(
    message("days since a competitor entered"),
    phrase=message("{value} since a competitor entered"),
    unit="days",
)
def days_since_competitor_entered(view: CompetitionView) -> Floats:
    """Days since the last competitor entered; missing if none ever did."""
    return view.entries.days_since_last
