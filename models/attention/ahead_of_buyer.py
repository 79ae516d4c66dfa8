"""Ahead of the buyer: the seller's stage is further than the customer's purchasing process.

At stake is what the deal is expected to bring.
"""

from __future__ import annotations

import numpy as np

from winprob.features.playbook import Words
from winprob.features.timeline import Flags
from winprob.models.attention.kind import Kind


class AheadOfBuyer(Kind):
    """Deals in a stage that the customer has not come to.

    One step is enough: entering a stage without its key milestone greatly lowers the chance of success
    (大客户销售的系统方法).
    """

    code = "D004"
    name = Words(zh="销售阶段超前于客户", en="Ahead of the buyer")
    missing = Words(
        zh="没有记录客户的采购阶段", en="The buyer's stages are not recorded, or the playbook has none"
    )

    @property
    def known(self) -> Flags:
        """Deals of which both stages are recorded."""
        known: Flags = ~np.isnan(self.look.feature("stages_ahead_of_buyer"))
        return known

    @property
    def found(self) -> Flags:
        """Deals with the seller ahead."""
        found: Flags = self.look.feature("stages_ahead_of_buyer") >= 1
        return found

    def evidence(self, deal: int) -> Words:
        """Say where both stand."""
        ours, theirs = self._stages(deal)
        steps = int(self.look.feature("stages_ahead_of_buyer")[deal])
        return Words(
            zh=f"我方已到“{ours.zh}”，客户还在“{theirs.zh}”，超前{steps}步。",
            en=f'We are at "{ours.en}", the customer is at "{theirs.en}": '
            f"{steps} {'step' if steps == 1 else 'steps'} ahead.",
        )

    def change(self, deal: int) -> Words:
        """Say what the customer has to do first."""
        playbook = self.look.pipeline.bundle.playbook
        following = playbook.buyer_stages[int(self.look.feature("buyer_stage_position")[deal]) + 1].name
        return Words(
            zh=f"先帮助客户走到“{following.zh}”，或把我方阶段退回到与客户一致。",
            en=f'Help the customer to "{following.en}" first, or set our stage back to the customer\'s.',
        )

    def _stages(self, deal: int) -> tuple[Words, Words]:
        playbook = self.look.pipeline.bundle.playbook
        ours, theirs = (
            int(self.look.feature(name)[deal]) for name in ("stage_position", "buyer_stage_position")
        )
        return playbook.stages[ours].name, playbook.buyer_stages[theirs].name
