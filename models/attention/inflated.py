"""Inflated: what the seller claims by stage and date is far above what the model expects.

At stake is the money claimed above the model: amount times the stage's percentage, minus final amount times
the chance that the deal is won by the seller's date. Where the date is not recorded, or a finding of its own
(see `models.attention.slipping`), the chance is that of being won in the end.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from features.playbook import Words
from features.timeline import Flags, Floats
from models.attention.kind import Kind
from models.attention.phrases import money, staged
from models.attention.slipping import Slipping

FAR = 0.5
"""Far above the model is a claim that exceeds it by half of the deal or more: half of its amount stands in
the sum of stages and dates without grounds."""


class Inflated(Kind):
    """Deals claimed to be far surer, or far sooner, than the record gives grounds for.

    Examples
    --------
    See `models.attention.deals.deals_to_look_at`.
    """

    code = "D008"
    name = Words(zh="虚高", en="Inflated")
    missing = Words(zh="没有商机记录了阶段", en="No deal has a stage recorded")

    @property
    def known(self) -> Flags:
        """Deals with a stage."""
        known: Flags = ~np.isnan(self.look.claimed)
        return known

    @property
    def found(self) -> Flags:
        """Deals claimed far above the model."""
        found: Flags = self.look.claimed - self._chance >= FAR
        return found

    @property
    def at_stake(self) -> Floats:
        """Money claimed above the model."""
        return self._claim - self._expected

    def evidence(self, deal: int) -> Words:
        """Put the claim beside the model.

        Parameters
        ----------
        deal : int

        Returns
        -------
        Words
        """
        stage, chance, sums = staged(self.look.stage(deal)), self._chance[deal], self._sums(deal)
        if self._dated[deal]:
            date, end = self.look.seller_date(deal), self.look.probability[deal]
            by = Words(
                zh=f"到{date}赢单的概率为{chance:.0%}，最终{end:.0%}",
                en=f"by {date}: {chance:.0%}, in the end {end:.0%}",
            )
        else:
            by = Words(zh=f"最终赢单的概率为{chance:.0%}", en=f"in the end: {chance:.0%}")
        return Words(
            zh=f"阶段为{stage.zh}，模型认为{by.zh}；{sums.zh}。",
            en=f"The stage is {stage.en}; the chance that it is won {by.en}; {sums.en}.",
        )

    def change(self, deal: int) -> Words:
        """Say what claim the record supports.

        Parameters
        ----------
        deal : int

        Returns
        -------
        Words
        """
        stages = self.look.pipeline.bundle.playbook.stages
        nearest = staged(min(stages, key=lambda stage: abs(stage.probability - self.look.probability[deal])))
        half = self.look.day(self.look.days_to_win[deal])
        return Words(
            zh=f"请销售说明客户做了什么；否则把阶段改为{nearest.zh}左右、日期改为{half}左右，与记录相符。",
            en="Ask what the customer has done that shows more; otherwise correct stage and date to what the "
            f"record supports, about {nearest.en} and {half}.",
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
