"""Class fallen: what was an A four weeks earlier, low risk and soon, is none any more.

At stake is what the deal is expected to bring: an A is what a forecast relies on.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.playbook import Words
from winprob.features.timeline import Flags
from winprob.models.attention.classes import Classes
from winprob.models.attention.kind import Kind
from winprob.models.wording.percent import percent


class ClassFall(Kind):
    """Deals postponed (A becomes C) or riskier (A becomes B) than four weeks earlier, or both (D).

    Only A's: the others were not to be relied on.
    """

    code = "D007"
    name = Words(zh="类别下降", en="Class fallen")
    missing = Words(zh="没有商机在四周前已经存在", en="No deal was open four weeks earlier")

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

    def evidence(self, deal: int) -> Words:
        """Say what it was, what it is, and why."""
        day, letter = self._then.look.today, str(self._now.letters[deal])
        parts = [] if self._now.soon[deal] else [self._postponed(deal)]
        parts += [] if self._now.low_risk[deal] else [self._riskier(deal)]
        zh, en = "；".join(part.zh for part in parts), "; ".join(part.en for part in parts)
        return Words(zh=f"{day}为A类，现为{letter}类：{zh}。", en=f"Class A on {day}, {letter} now: {en}.")

    def change(self, deal: int) -> Words:
        """Say what would make it an A again."""
        later = Words(
            zh="弄清客户在等什么，与客户约定下一步及其日期；在此之前把时间留给A类商机。",
            en="Find out what the customer waits for and agree on the next step and its date; until then, "
            "time belongs to deals of class A.",
        )
        riskier = Words(
            zh="与销售逐项梳理风险评估表和下一步，先解决其中最可改变的一项。",
            en="Go through the risk form and the next steps with the seller, and settle first what can be "
            "changed most easily.",
        )
        return riskier if self._now.soon[deal] else later

    @cached_property
    def _now(self) -> Classes:
        return Classes(self.look)

    @cached_property
    def _then(self) -> Classes:
        return Classes(self.look.month_ago)

    @cached_property
    def _rows(self) -> np.ndarray:
        return self.look.rows_in(self.look.month_ago)

    def _postponed(self, deal: int) -> Words:
        before = self._then.expected(self._rows[deal])
        now = self._now.expected(deal)
        return Words(zh=f"预计成交日由{before}推迟到{now}", en=f"expected to close {now} instead of {before}")

    def _riskier(self, deal: int) -> Words:
        if self._now.vetoed[deal]:
            return Words(zh="风险评估一票否决", en="a veto on the risk form")
        if self._now.failed[deal]:
            total = self.look.feature("risk_total")[deal]
            mark = self.look.pipeline.bundle.playbook.pass_mark or 0.0
            return Words(
                zh=f"风险评估{total:g}分，及格线{mark:g}分",
                en=f"the risk form has {total:g}, its pass mark is {mark:g}",
            )
        now = percent(self.look.probability[deal])
        before = percent(self._then.look.probability[self._rows[deal]])
        return Words(
            zh=f"赢单概率当时为{before.zh}，现为{now.zh}",
            en=f"its win probability was {before.en} and is {now.en}",
        )
