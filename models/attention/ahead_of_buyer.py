"""Ahead of the buyer: the seller's stage is further than the customer's purchasing process.

At stake is what the deal is expected to bring.
"""

from __future__ import annotations

import numpy as np

from winprob.features.message import Wording, message, plural
from winprob.features.timeline import Flags
from winprob.models.attention.kind import Kind


class AheadOfBuyer(Kind):
    """Deals in a stage that the customer has not come to.

    One step is enough: entering a stage without its key milestone greatly lowers the chance of success
    (大客户销售的系统方法).
    """

    code = "D004"
    name = message("Ahead of the buyer")
    missing = message("The buyer's stages are not recorded, or the playbook has none")

    @property
    def known(self) -> Flags:
        """Deals of which both stages are recorded."""
        known: Flags = ~np.isnan(self.snapshot.feature("stages_ahead_of_buyer"))
        return known

    @property
    def found(self) -> Flags:
        """Deals with the seller ahead."""
        found: Flags = self.snapshot.feature("stages_ahead_of_buyer") >= 1
        return found

    def evidence(self, deal: int) -> Wording:
        """Say where both stand."""
        ours, theirs = self._stages(deal)
        steps = int(self.snapshot.feature("stages_ahead_of_buyer")[deal])
        return plural(
            'We are at "{ours}", the customer is at "{theirs}": {steps} step ahead.',
            'We are at "{ours}", the customer is at "{theirs}": {steps} steps ahead.',
            steps,
            ours=ours,
            theirs=theirs,
            steps=steps,
        )

    def change(self, deal: int) -> Wording:
        """Say what the customer has to do first."""
        playbook = self.snapshot.pipeline.bundle.playbook
        place = int(self.snapshot.feature("buyer_stage_position")[deal]) + 1
        following = playbook.buyer_stages[min(place, len(playbook.buyer_stages) - 1)].name
        return message(
            'Help the customer to "{following}" first, or set our stage back to the customer\'s.',
            following=following,
        )

    def _stages(self, deal: int) -> tuple[Wording, Wording]:
        playbook = self.snapshot.pipeline.bundle.playbook
        ours, theirs = (
            int(self.snapshot.feature(name)[deal]) for name in ("stage_position", "buyer_stage_position")
        )
        return playbook.stages[ours].name, playbook.buyer_stages[theirs].name
