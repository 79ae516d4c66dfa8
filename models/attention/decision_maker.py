"""Decision maker not reached, although the deal is to be decided soon.

At stake is what the deal is expected to bring.
"""

from __future__ import annotations

import numpy as np

from winprob.features.message import Wording, message
from winprob.features.timeline import Flags
from winprob.models.attention.kind import Kind
from winprob.models.attention.phrases import ahead, staged
from winprob.models.coaching.key_person_levers import IDENTIFY_DECISION_MAKER, REACH

CLEAR = 0.75
"""From this percentage on the decision chain is to be clear, and the top decision maker to accept us: check
points of the 75 % class (漏斗式客户阶段定义, 意向客户)."""
LEANING = 0.5
"""From this percentage on the customer is said to lean to us: with a date near, who decides must know it."""


class DecisionMaker(Kind):
    """Deals claimed to be near a decision by somebody whom nobody has met.

    Near is a stage of `CLEAR`, or one of `LEANING` and a date within the playbook's days that decide.
    """

    code = "D003"
    name = message("Decision maker not reached")
    missing = message("Key persons, or who of them was reached, are not recorded")

    @property
    def known(self) -> Flags:
        """Deals of which it is recorded who was reached, or that nobody is known to decide."""
        said: Flags = ~np.isnan(self.snapshot.feature("decision_maker_reached"))
        return said | self._unidentified

    @property
    def found(self) -> Flags:
        """Deals near a decision, the decision maker not reached."""
        soon = self.snapshot.days_to_date <= self.snapshot.pipeline.bundle.playbook.contact.decide_days
        near = (self.snapshot.claimed >= CLEAR) | ((self.snapshot.claimed >= LEANING) & soon)
        unmet = (self.snapshot.feature("decision_maker_reached") == 0) | self._unidentified
        found: Flags = near & unmet
        return found

    def evidence(self, deal: int) -> Wording:
        """Say who was not reached, and how far the deal is said to be."""
        stage, date = staged(self.snapshot.stage(deal)), self._date(deal)
        who = (
            message("Nobody is known to decide")
            if self._unidentified[deal]
            else message("The decision maker is known, but was never reached")
        )
        return message("{who}; the stage is {stage}{date}.", who=who, stage=stage, date=date)

    def change(self, deal: int) -> Wording:
        """Say what to do first."""
        first = IDENTIFY_DECISION_MAKER if self._unidentified[deal] else REACH["decision_maker"]
        return message("{first}.", first=first)

    def levers_of(self, deal: int) -> tuple[str, ...]:
        """Name what to do first.

        Returns
        -------
        tuple of str
        """
        return ("identify_decision_maker" if self._unidentified[deal] else "reach_decision_maker",)

    @property
    def _unidentified(self) -> Flags:
        unidentified: Flags = self.snapshot.feature("decision_maker_identified") == 0
        return unidentified

    def _date(self, deal: int) -> Wording:
        left = self.snapshot.days_to_date[deal]
        if not left > 0:
            return message(", its date not set or over")
        date, when = self.snapshot.seller_date(deal), ahead(left)
        return message(", the expected close {date}, {when}", date=date, when=when)
