"""Inflated: the seller's stage is too high, and its claim is far above what the model expects.

At stake is the money claimed above the model: amount times the stage's percentage, minus final amount times
the chance that the deal is won by the seller's date. Where the date is not recorded, or a finding of its own
(see `winprob.models.attention.slipping`), the chance is that of being won in the end.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.message import Wording, message
from winprob.features.timeline import Flags, Floats
from winprob.models.attention.kind import Kind
from winprob.models.attention.phrases import money, staged
from winprob.models.attention.slipping import FAR, Slipping
from winprob.models.wording.percent import percent


class Inflated(Kind):
    """Deals claimed to be far surer than the record gives grounds for.

    Where the record supports the stage and only the date is early, see `winprob.models.attention.slipping`.
    """

    code = "D008"
    name = message("Stage too high")
    stake = message("claimed above the expectation")
    missing = message("No deal has a stage recorded")

    @property
    def known(self) -> Flags:
        """Deals with a stage."""
        known: Flags = ~np.isnan(self.snapshot.claimed)
        return known

    @property
    def found(self) -> Flags:
        """Deals claimed far above the model, by a stage that is too high."""
        too_high = self.snapshot.overstaged | (self.snapshot.claimed - self.snapshot.probability >= FAR)
        found: Flags = (self.snapshot.claimed - self._chance >= FAR) & too_high
        return found

    @property
    def at_stake(self) -> Floats:
        """Money claimed above the model."""
        return self._claim - self._expected

    def evidence(self, deal: int) -> Wording:
        """Put the claim beside the model."""
        stage, chance, sums = staged(self.snapshot.stage(deal)), percent(self._chance[deal]), self._sums(deal)
        if self._dated[deal]:
            date, end = self.snapshot.seller_date(deal), percent(self.snapshot.probability[deal])
            by = message("by {date}: {chance}, in the end {end}", date=date, chance=chance, end=end)
        else:
            by = message("in the end: {chance}", chance=chance)
        return message(
            "The stage is {stage}; the chance that it is won {by}; {sums}.", stage=stage, by=by, sums=sums
        )

    def change(self, deal: int) -> Wording:
        """Say what claim the record supports."""
        right = self._right(deal)
        return message(
            "Ask what the customer has done that shows more; otherwise {right}, to suit the record.",
            right=right,
        )

    def _right(self, deal: int) -> Wording:
        """What to correct: the stage if another suits, and the date if it is early or there is none."""
        stages, half = (
            self.snapshot.pipeline.bundle.playbook.stages,
            self.snapshot.day(self.snapshot.days_to_win[deal]),
        )
        stage = staged(stages[self.snapshot.supported[deal]])
        holds = bool(self._dated[deal]) and half <= self.snapshot.seller_date(deal)
        date = message("the date to about {half}", half=half)
        if not self.snapshot.overstaged[deal]:
            return message("do not count on it, as no stage is lower")
        if holds:
            return message("correct the stage to {stage}", stage=stage)
        return message("correct the stage to {stage} and {date}", stage=stage, date=date)

    @cached_property
    def _dated(self) -> Flags:
        """Whether the date is part of the claim: it lies ahead, and might hold."""
        dated: Flags = (self.snapshot.days_to_date > 0) & ~Slipping(self.snapshot).found
        return dated

    @cached_property
    def _chance(self) -> Floats:
        """The chance that it is won by the seller's date, or in the end."""
        return self.snapshot.probability * np.where(self._dated, self.snapshot.wins_by_date, 1.0)

    @cached_property
    def _claim(self) -> Floats:
        return self.snapshot.pipeline.deals["amount"].to_numpy(np.float64) * self.snapshot.claimed

    @cached_property
    def _expected(self) -> Floats:
        return self.snapshot.pipeline.deals["final_amount"].to_numpy(np.float64) * self._chance

    def _sums(self, deal: int) -> Wording:
        """The claim and the model in money; that there is no amount, where none is recorded."""
        if np.isnan(self._claim[deal]):
            return message("no amount is recorded")
        currency = str(self.snapshot.pipeline.deals["currency"].iloc[deal])
        claim, model = (money(sums[deal], currency) for sums in (self._claim, self._expected))
        return message("{claim} claimed, {model} expected", claim=claim, model=model)
