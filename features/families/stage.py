"""Stage: where the opportunity stands by the seller, the buyer and the check points, and how it got there."""

from __future__ import annotations

from functools import cached_property
from itertools import compress

import numpy as np

from winprob.features.buyer_steps import positions_beside
from winprob.features.catalogue import Family
from winprob.features.distinct import distinct_rows
from winprob.features.instant import days_between
from winprob.features.message import message
from winprob.features.timeline import AsOf, Flags, Floats, Integers, Timeline
from winprob.features.view import Table, View


class StageView(View):
    """The stages, the buyer's stages and the check points of opportunities at moments."""

    @cached_property
    def changes(self) -> AsOf:
        """The rows of ``stage_changes``."""
        return self.as_of(self._table)

    @cached_property
    def position(self) -> Floats:
        """Position of the stage: as the seller recorded it, else as the check points say; from 0."""
        recorded = self.changes.last(_missing(self._positions))
        return np.where(np.isnan(recorded), self.judged, recorded)

    @cached_property
    def moves(self) -> Integers:
        """Positions gained by each row of ``stage_changes``, 0 where it or the one before is not known."""
        known = self._positions >= 0
        comparable = known & np.roll(known, 1) & ~self._table.timeline.first_of_group
        return np.where(comparable, self._gained, 0)

    @cached_property
    def moves_recorded(self) -> Flags:
        """Whether it is recorded how the opportunity came to its stage."""
        return self.recorded("stage_changes") & self.changes.complete

    @cached_property
    def entries(self) -> AsOf:
        """The rows of ``stage_changes`` that do change the stage."""
        timeline = self._table.timeline
        entered = timeline.first_of_group | (self._gained != 0)
        return Timeline(timeline.group[entered], timeline.time[entered]).at(self.opportunity, self.moment)

    @cached_property
    def buyer_position(self) -> Floats:
        """Position of the buyer's stage, from 0."""
        table = Table(self.history, "buyer_stage_changes")
        positions = table.codes("stage", [stage.code for stage in self.playbook.buyer_stages])
        return self.as_of(table).last(_missing(positions))

    @cached_property
    def beside_buyer(self) -> Floats:
        """Position of the last of the seller's stages that goes with the buyer's, from 0."""
        positions = np.array([*positions_beside(self.playbook.stages, self.playbook.buyer_stages), np.nan])
        there = np.where(np.isnan(self.buyer_position), -1, self.buyer_position).astype(np.int64)
        return positions[there]

    @cached_property
    def met(self) -> Flags:
        """Which of the playbook's check points are met, shape (n_checkpoints, n_moments)."""
        table = Table(self.history, "checkpoints")
        points = table.codes("checkpoint", self.playbook.checkpoint_codes)
        known = self.as_of(table)
        met = np.zeros((len(self.playbook.checkpoint_codes), len(self.moment)), bool)
        for number in np.unique(points[points >= 0]):
            met[number] = known.total((points == number).astype(np.int64)) > 0
        return met

    @cached_property
    def judged(self) -> Floats:
        """Position of the stage that the check points met give, -1 before the first; from 0."""
        codes = self.playbook.checkpoint_codes
        if not codes:
            return np.full(len(self.moment), np.nan)
        sets, which = distinct_rows(self.met.T)
        stages = [self.playbook.stage_from_checkpoints(list(compress(codes, met))) for met in sets]
        positions = [-1.0 if stage is None else self.playbook.stage_position(stage) for stage in stages]
        return self.where(self.recorded("checkpoints"), np.array(positions)[which])

    @cached_property
    def _table(self) -> Table:
        return Table(self.history, "stage_changes")

    @cached_property
    def _positions(self) -> Integers:
        return self._table.codes("stage", self.playbook.stage_codes)

    @cached_property
    def _gained(self) -> Integers:
        return np.diff(self._positions, prepend=0)


def _missing(positions: Integers) -> Floats:
    return np.where(positions >= 0, positions, np.nan)


FAMILY = Family("stage", message("stage"), StageView)


@FAMILY.feature(message("stage number"), unit="from 0", direction=1)
def stage_position(view: StageView) -> Floats:
    """Position of the stage in the playbook, 0 for the first; by check points if none is recorded."""
    return np.where(view.position >= 0, view.position, np.nan)


@FAMILY.feature(message("the stage's fixed percentage"), kind="share", direction=1)
def stage_percentage(view: StageView) -> Floats:
    """The playbook's percentage for the stage (domain: fixed stage percentages)."""
    percentages = np.array([stage.probability for stage in view.playbook.stages] + [np.nan])
    return percentages[np.where(view.position >= 0, view.position, -1).astype(np.int64)]


@FAMILY.feature(message("days in this stage"), phrase=message("{value} in this stage"), unit="days")
def days_in_stage(view: StageView) -> Floats:
    """Days since the current stage was entered; saying the same stage again does not count as entering."""
    return view.entries.days_since_last


@FAMILY.feature(message("moves forward"), phrase=message("Moves forward: {value}"))
def stage_moves_forward(view: StageView) -> Floats:
    """How often the stage was moved forward."""
    return view.where(view.moves_recorded, view.changes.total((view.moves > 0).astype(np.int64)))


@FAMILY.feature(message("moves back"), phrase=message("Moves back: {value}"))
def stage_moves_back(view: StageView) -> Floats:
    """How often the stage was moved back."""
    return view.where(view.moves_recorded, view.changes.total((view.moves < 0).astype(np.int64)))


@FAMILY.feature(message("buyer's stage number"), unit="from 0", direction=1)
def buyer_stage_position(view: StageView) -> Floats:
    """Position of the buyer's stage in the playbook, 0 for the first."""
    return view.buyer_position


@FAMILY.feature(message("stages ahead of the buyer"), direction=-1)
def stages_ahead_of_buyer(view: StageView) -> Floats:
    """The seller's stage number minus the buyer's; a seller ahead of the buyer is a warning."""
    return np.where(view.position >= 0, view.position, np.nan) - view.beside_buyer


@FAMILY.feature(message("check points of this stage met"), kind="share", direction=1, lever=True)
def checkpoints_met(view: StageView) -> Floats:
    """Share of the current stage's check points that are met."""
    codes = view.playbook.checkpoint_codes
    share = np.full(len(view.moment), np.nan)
    for position, stage in enumerate(view.playbook.stages):
        own = [codes.index(checkpoint.code) for checkpoint in stage.checkpoints]
        if own:
            here = view.position == position
            share[here] = np.sum(view.met[own], axis=0)[here] / len(own)
    return view.where(view.recorded("checkpoints"), share)


@FAMILY.feature(message("stages ahead of the check points"), direction=-1)
def stages_ahead_of_checkpoints(view: StageView) -> Floats:
    """The seller's stage number minus that which the check points met give (-1 before the first)."""
    return view.position - view.judged


@FAMILY.feature(
    message("days since the last move forward"),
    phrase=message("{value} since the last move forward"),
    unit="days",
)
def days_since_move_forward(view: StageView) -> Floats:
    """Days since the stage was last moved forward; missing if it never was."""
    timeline = view.changes.timeline
    forward = view.moves > 0
    moved = Timeline(timeline.group[forward], timeline.time[forward]).at(view.opportunity, view.moment)
    return days_between(moved.last_time, view.moment)
