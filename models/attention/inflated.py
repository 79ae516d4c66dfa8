"""Inflated: the seller's stage is too high, and its claim is far above what the model expects.

At stake is the money claimed above the model: amount times the stage's percentage, minus final amount times
the chance that the deal is won by the seller's date. Where the date is not recorded, or a finding of its own
(see `winprob.models.attention.slipping`), the chance is that of being won in the end.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.playbook import Words
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
    name = Words(zh="虚高", en="Inflated")
    stake = Words(zh="高出模型预期的金额", en="claimed above the expectation")
    missing = Words(zh="没有商机记录了阶段", en="No deal has a stage recorded")

    @property
    def known(self) -> Flags:
        """Deals with a stage."""
        known: Flags = ~np.isnan(self.look.claimed)
        return known

    @property
    def found(self) -> Flags:
        """Deals claimed far above the model, by a stage that is too high."""
        too_high = self.look.overstaged | (self.look.claimed - self.look.probability >= FAR)
        found: Flags = (self.look.claimed - self._chance >= FAR) & too_high
        return found

    @property
    def at_stake(self) -> Floats:
        """Money claimed above the model."""
        return self._claim - self._expected

    def evidence(self, deal: int) -> Words:
        """Put the claim beside the model."""
        stage, chance, sums = staged(self.look.stage(deal)), percent(self._chance[deal]), self._sums(deal)
        if self._dated[deal]:
            date, end = self.look.seller_date(deal), percent(self.look.probability[deal])
            by = Words(
                zh=f"到{date}赢单的概率为{chance.zh}，最终{end.zh}",
                en=f"by {date}: {chance.en}, in the end {end.en}",
            )
        else:
            by = Words(zh=f"最终赢单的概率为{chance.zh}", en=f"in the end: {chance.en}")
        return Words(
            zh=f"阶段为{stage.zh}，模型认为{by.zh}；{sums.zh}。",
            en=f"The stage is {stage.en}; the chance that it is won {by.en}; {sums.en}.",
        )

    def change(self, deal: int) -> Words:
        """Say what claim the record supports."""
        right = self._right(deal)
        return Words(
            zh=f"请销售说明客户做了什么；否则{right.zh}，与记录相符。",
            en=f"Ask what the customer has done that shows more; otherwise {right.en}, to suit the record.",
        )

    def _right(self, deal: int) -> Words:
        """What to correct: the stage if another suits, and the date if it is early or there is none."""
        stages, half = self.look.pipeline.bundle.playbook.stages, self.look.day(self.look.days_to_win[deal])
        stage = staged(stages[self.look.supported[deal]])
        holds = bool(self._dated[deal]) and half <= self.look.seller_date(deal)
        date = Words(zh=f"日期改为{half}左右", en=f"the date to about {half}")
        if not self.look.overstaged[deal]:
            return Words(zh="不要依靠它，因为没有更低的阶段", en="do not count on it, as no stage is lower")
        if holds:
            return Words(zh=f"把阶段改为{stage.zh}", en=f"correct the stage to {stage.en}")
        return Words(
            zh=f"把阶段改为{stage.zh}、{date.zh}", en=f"correct the stage to {stage.en} and {date.en}"
        )

    @cached_property
    def _dated(self) -> Flags:
        """Whether the date is part of the claim: it lies ahead, and might hold."""
        dated: Flags = (self.look.days_to_date > 0) & ~Slipping(self.look).found
        return dated

    @cached_property
    def _chance(self) -> Floats:
        """The chance that it is won by the seller's date, or in the end."""
        return self.look.probability * np.where(self._dated, self.look.wins_by_date, 1.0)

    @cached_property
    def _claim(self) -> Floats:
        return self.look.pipeline.deals["amount"].to_numpy(np.float64) * self.look.claimed

    @cached_property
    def _expected(self) -> Floats:
        return self.look.pipeline.deals["final_amount"].to_numpy(np.float64) * self._chance

    def _sums(self, deal: int) -> Words:
        """The claim and the model in money; that there is no amount, where none is recorded."""
        if np.isnan(self._claim[deal]):
            return Words(zh="金额未记录", en="no amount is recorded")
        currency = str(self.look.pipeline.deals["currency"].iloc[deal])
        claim, model = (money(sums[deal], currency) for sums in (self._claim, self._expected))
        return Words(zh=f"按阶段计{claim}，模型预期{model}", en=f"{claim} claimed, {model} expected")
