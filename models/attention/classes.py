"""A to D: every open deal by when it is expected to close and how much risk it bears (大客户销售的系统方法).

A is low risk and soon, B higher risk and soon, C low risk and later, D higher risk and later. A's are to be
followed first; most changes are postponements, by which an A becomes a C.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from winprob.features.timeline import Flags, Floats
from winprob.models.attention.snapshot import Snapshot

SOON_DAYS = 90
"""Closing within three months is soon: a quarter, and the span of the funnel's own rule (客户阶段分级:
"signing within three months")."""
LOW_RISK = 0.5
"""Without a complete risk form, deals that are rather won than lost count as low risk."""


@dataclass(frozen=True, eq=False)
class Classes:
    """The class of every open deal, and what it is made of.

    Attributes
    ----------
    snapshot : Snapshot

    Notes
    -----
    When a deal closes is what the seller expects; if that is not recorded or over, the day by which half of
    such deals are won, if they are won. The risk is low if the risk form is passed, and higher with a veto or
    if the form is complete and not passed; what is not answered yet counts neither for nor against, so until
    then the probability tells.

    Examples
    --------
    ``Classes(Snapshot(pipeline(bundle, history))).table()``
    """

    snapshot: Snapshot

    @property
    def days(self) -> Floats:
        """Days to the expected close, shape (n,)."""
        seller = self.snapshot.days_to_date
        return np.where(seller > 0, seller, self.snapshot.days_to_win)

    @property
    def soon(self) -> Flags:
        """Whether deals are expected to close soon, shape (n,)."""
        soon: Flags = self.days <= SOON_DAYS
        return soon

    @property
    def vetoed(self) -> Flags:
        """Whether the risk form has a veto, shape (n,)."""
        vetoed: Flags = self.snapshot.feature("risk_veto") == 1
        return vetoed

    @property
    def failed(self) -> Flags:
        """Whether the risk form is complete and not passed, shape (n,)."""
        complete = self.snapshot.feature("risk_answered") == 1
        failed: Flags = complete & (self.snapshot.feature("risk_passed") == 0)
        return failed

    @property
    def low_risk(self) -> Flags:
        """Whether the risk is low, shape (n,)."""
        passed = self.snapshot.feature("risk_passed") == 1
        likely = self.snapshot.probability >= LOW_RISK
        low: Flags = ~self.vetoed & ~self.failed & (passed | likely)
        return low

    @property
    def letters(self) -> np.ndarray:
        """The class of each deal, shape (n,)."""
        soon, low = self.soon, self.low_risk
        return np.select([low & soon, soon, low], ["A", "B", "C"], "D")

    def expected(self, deal: int) -> date:
        """Name the day on which a deal is expected to close.

        Parameters
        ----------
        deal : int
            Its row.

        Returns
        -------
        datetime.date
            In the company's time zone.
        """
        snapshot = self.snapshot
        return (
            snapshot.seller_date(deal)
            if snapshot.days_to_date[deal] > 0
            else snapshot.day(snapshot.days_to_win[deal])
        )

    def table(self) -> pd.DataFrame:
        """List the deals with their class.

        Returns
        -------
        pandas.DataFrame
            One row per open deal: ``opportunity_id``, ``deal_class``, ``days_to_close`` (as
            expected), ``soon`` and ``low_risk``.
        """
        return pd.DataFrame(
            {
                "opportunity_id": self.snapshot.pipeline.deals["opportunity_id"],
                "deal_class": self.letters,
                "days_to_close": self.days,
                "soon": self.soon,
                "low_risk": self.low_risk,
            }
        )
