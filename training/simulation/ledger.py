"""When each deal was created, how and when it ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.features.contract import column_names
from winprob.training.simulation.deals import Array
from winprob.training.simulation.market import Market
from winprob.training.simulation.vocabulary import LOST_BEFORE, NEW_CUSTOMER, WON_BEFORE


class Ledger:
    """Beginnings and endings of all deals of a market, filled in as they happen.

    Parameters
    ----------
    market : Market
        The deals.

    Attributes
    ----------
    ids : array of str
        `opportunity_id` of each deal's number.
    created_at, closed_at : array of datetime64
        UTC; not a time before it happens.
    outcome : array of str
        won, lost, or empty before the ending.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self.ids = market.facts["opportunity_id"].to_numpy(dtype=str)
        self.created_at = np.full(len(market.facts), np.datetime64("NaT", "us"))
        self.closed_at = self.created_at.copy()
        self.outcome = np.full(len(market.facts), "", dtype="U4")

    def acquaintance(self, numbers: Array) -> Array:
        """Say what is known of the customers of some deals from deals that have ended so far.

        Parameters
        ----------
        numbers : array of int (n,)
            Numbers of the deals.

        Returns
        -------
        array of int (n,)
            `NEW_CUSTOMER`, `LOST_BEFORE` or, if any deal was won, `WON_BEFORE`.
        """
        customer = self._market.customer
        lost, won = (np.isin(customer[numbers], customer[self.outcome == end]) for end in ("lost", "won"))
        return np.select([won, lost], [WON_BEFORE, LOST_BEFORE], NEW_CUSTOMER)

    def opportunities(self, end: pd.Timestamp) -> pd.DataFrame:
        """Give the contract's `opportunities` as they stand at a moment after all have been created.

        Parameters
        ----------
        end : pd.Timestamp
            Deals that close later are open.

        Returns
        -------
        pd.DataFrame
            The contract's columns, then the attributes.
        """
        ending = self.outcomes()[["closed_at", "outcome"]]
        table = self._market.facts.join(ending.where(ending["closed_at"] < end))
        table["created_at"] = pd.Series(self.created_at).dt.tz_localize("UTC")
        first = list(column_names("opportunities"))
        return table[first + [name for name in table if name not in first]]

    def outcomes(self) -> pd.DataFrame:
        """Give the ending of every deal: `opportunity_id`, `outcome`, `closed_at`."""
        return pd.DataFrame(
            {
                "opportunity_id": self._market.facts["opportunity_id"],
                "outcome": pd.Series(self.outcome, dtype="str"),
                "closed_at": pd.Series(self.closed_at).dt.tz_localize("UTC"),
            }
        )
