"""Sudden drop: the win probability fell by a lot within a week or four, and for which reasons.

Both probabilities are those of the present model, so that only what happened to the deal counts. At stake is
the money that is expected no more: final amount times what the probability has lost.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.message import Wording, message
from winprob.features.timeline import Flags, Floats, Integers
from winprob.models.attention.kind import Kind
from winprob.models.attention.reason import Reason, reasons
from winprob.models.attention.snapshot import Snapshot
from winprob.models.wording.percent import percent

LARGE = 0.15
"""15 points: most deals move by less than 5 within four weeks, and about one in twenty loses as much as
this."""


class SuddenDrop(Kind):
    """Deals that lost much of their probability since last week or the month before."""

    code = "D006"
    name = message("Sudden drop")
    stake = message("no longer expected")
    missing = message("No deal was open a week earlier")

    @property
    def known(self) -> Flags:
        """Deals that were open a week or four weeks earlier."""
        known: Flags = ~np.isnan(self._lost)
        return known

    @property
    def found(self) -> Flags:
        """Deals that lost a lot."""
        found: Flags = self._lost >= LARGE
        return found

    @property
    def at_stake(self) -> Floats:
        """Money expected no more."""
        money = self.snapshot.pipeline.deals["final_amount"].to_numpy(np.float64) * self._lost
        return np.where(np.isnan(self.snapshot.expected_money), np.nan, money)

    def evidence(self, deal: int) -> Wording:
        """Say how far it fell and for which family of reasons most of all."""
        why, probability = self._reasons[deal], self.snapshot.probability[deal]
        now, before = percent(probability), percent(probability + self._lost[deal])
        day = self._since(deal).today
        if why is None:
            return message(
                "The win probability was {before} on {day} and is {now}.", before=before, day=day, now=now
            )
        points = f"{100 * why.points:+.0f}"
        return message(
            "The win probability was {before} on {day} and is {now}, most of all by {family} ({points} "
            "points): {why}.",
            before=before,
            day=day,
            now=now,
            family=why.family,
            points=points,
            why=why,
        )

    def change(self, deal: int) -> Wording:
        """Say whether the seller can undo it."""
        why = self._reasons[deal]
        if why is not None and why.lever is not None:
            return message("Ask what happened there and turn it round: {words}.", words=why.lever.words)
        return message(
            "Ask what happened there; go through the deal anew and correct amount, stage and date to "
            "what is left of it."
        )

    @cached_property
    def _losses(self) -> Floats:
        """What the probability lost since each snapshot before, shape (2, n); NaN for deals not open then."""
        return np.array([self._loss(earlier) for earlier in self._earlier])

    @cached_property
    def _lost(self) -> Floats:
        """The larger loss, NaN for deals not open earlier."""
        lost: Floats = np.fmax.reduce(self._losses)
        return lost

    @property
    def _earlier(self) -> tuple[Snapshot, Snapshot]:
        return self.snapshot.week_ago, self.snapshot.month_ago

    def _loss(self, earlier: Snapshot) -> Floats:
        then: Floats = np.append(earlier.probability, np.nan)[self.snapshot.rows_in(earlier)]
        return then - self.snapshot.probability

    @cached_property
    def _reasons(self) -> dict[int, Reason | None]:
        """Why each deal that lost a lot did so."""
        found: dict[int, Reason | None] = {}
        for when, earlier in enumerate(self._earlier):
            deals = np.flatnonzero(self.found & (self._when == when))
            rows = self.snapshot.rows_in(earlier)[deals]
            found |= zip(deals.tolist(), reasons(earlier, rows, self.snapshot, deals), strict=True)
        return found

    @cached_property
    def _when(self) -> Integers:
        """Since which of the earlier snapshots each deal lost most."""
        when: Integers = np.argmax(np.nan_to_num(self._losses, nan=-np.inf), axis=0)
        return when

    def _since(self, deal: int) -> Snapshot:
        return self._earlier[int(self._when[deal])]
