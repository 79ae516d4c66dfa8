"""Class fallen: what was an A four weeks earlier, low risk and soon, is none any more.

At stake is what the deal is expected to bring: an A is what a forecast relies on.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.message import Wording, listed, message
from winprob.features.timeline import Flags
from winprob.models.attention.classes import Classes
from winprob.models.attention.kind import Kind
from winprob.models.wording.percent import percent


class ClassFall(Kind):
    """Deals postponed (A becomes C) or riskier (A becomes B) than four weeks earlier, or both (D).

    Only A's: the others were not to be relied on.
    """

    code = "D007"
    name = message("Class fallen")
    missing = message("No deal was open four weeks earlier")

    @property
    def known(self) -> Flags:
        """Deals that were open four weeks earlier."""
        known: Flags = self._rows >= 0
        return known

    @property
    def found(self) -> Flags:
        """Deals of class A then, but not now."""
        was_a = np.append(self._then.letters == "A", False)[self._rows]
        found: Flags = was_a & (self._now.letters != "A")
        return found

    def evidence(self, deal: int) -> Wording:
        """Say what it was, what it is, and why."""
        day, letter = self._then.snapshot.today, str(self._now.letters[deal])
        parts = [] if self._now.soon[deal] else [self._postponed(deal)]
        parts += [] if self._now.low_risk[deal] else [self._riskier(deal)]
        reasons = listed(parts, between=message("; "))
        return message("Class A on {day}, {letter} now: {reasons}.", day=day, letter=letter, reasons=reasons)

    def change(self, deal: int) -> Wording:
        """Say what would make it an A again."""
        later = message(
            "Find out what the customer waits for and agree on the next step and its date; until then, "
            "time belongs to deals of class A."
        )
        riskier = message(
            "Go through the risk form and the next steps with the seller, and settle first what can be "
            "changed most easily."
        )
        return riskier if self._now.soon[deal] else later

    @cached_property
    def _now(self) -> Classes:
        return Classes(self.snapshot)

    @cached_property
    def _then(self) -> Classes:
        return Classes(self.snapshot.month_ago)

    @cached_property
    def _rows(self) -> np.ndarray:
        return self.snapshot.rows_in(self.snapshot.month_ago)

    def _postponed(self, deal: int) -> Wording:
        before = self._then.expected(self._rows[deal])
        now = self._now.expected(deal)
        return message("expected to close {now} instead of {before}", now=now, before=before)

    def _riskier(self, deal: int) -> Wording:
        if self._now.vetoed[deal]:
            return message("a veto on the risk form")
        if self._now.failed[deal]:
            total = self.snapshot.feature("risk_total")[deal]
            mark = self.snapshot.pipeline.bundle.playbook.pass_mark or 0.0
            return message("the risk form has {total:g}, its pass mark is {mark:g}", total=total, mark=mark)
        now = percent(self.snapshot.probability[deal])
        before = percent(self._then.snapshot.probability[self._rows[deal]])
        return message("its win probability was {before} and is {now}", before=before, now=now)
