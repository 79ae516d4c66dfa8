"""Veto: an item of the risk form that alone is a reason to drop the customer was scored 0.

At stake is what the deal is expected to bring.
"""

from __future__ import annotations

import numpy as np

from winprob.features.message import Wording, in_context, listed, message
from winprob.features.playbook_part import RiskItem
from winprob.features.timeline import Flags
from winprob.models.attention.kind import Kind


class Veto(Kind):
    """Deals that went on although the risk form drops them.

    Who does not pass the form is to be given up instead of going on to the next stage (大客户销售的系统
    方法); in the first stage that is still being settled.
    """

    code = "D005"
    name = message("Veto on the risk form")
    missing = message("No risk item with a veto is answered, or the playbook has none")

    @property
    def known(self) -> Flags:
        """Deals of which an item with a veto is answered."""
        known: Flags = ~np.isnan(self.snapshot.feature("risk_veto"))
        return known

    @property
    def found(self) -> Flags:
        """Deals with a veto, unless they are in the first stage."""
        went_on = self.snapshot.feature("stage_position") != 0
        found: Flags = (self.snapshot.feature("risk_veto") == 1) & went_on
        return found

    def evidence(self, deal: int) -> Wording:
        """Name the items scored 0."""
        items = [item.name for item in self._vetoing(deal)]
        names = listed(items, between=in_context("between names that have commas", "; "))
        return message("Scored 0, which alone drops a customer, yet the deal goes on: {names}.", names=names)

    def change(self, deal: int) -> Wording:
        """Say what to do about them."""
        del deal
        return message(
            "Clear it up with the customer and score it anew if it has changed; otherwise give the deal "
            "up, or lower the level of contact."
        )

    def levers_of(self, deal: int) -> tuple[str, ...]:
        """Name the improvement of each of them.

        Returns
        -------
        tuple of str
        """
        return tuple(f"risk.{item.code}" for item in self._vetoing(deal))

    def _vetoing(self, deal: int) -> list[RiskItem]:
        items = self.snapshot.pipeline.bundle.playbook.risk_items
        return [item for item in items if item.veto and self.snapshot.feature(f"risk.{item.code}")[deal] == 0]
