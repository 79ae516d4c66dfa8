"""When each deal was created, how and when it ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.features.contract import column_names
from winprob.training.simulation.deals import Array
from winprob.training.simulation.vocabulary import LOST_BEFORE, NEW_CUSTOMER, WON_BEFORE


class Ledger:
    """When all deals of a company were created and closed, filled in as it happens.

    Parameters
    ----------
    facts : pandas.DataFrame
        What is known of each deal, by its number: `opportunity_id` and other columns of the contract.

    Attributes
    ----------
    ids : array of str
        `opportunity_id` of each deal's number.
    created_at, closed_at : array of datetime64
        UTC; not a time before it happens.
    outcome : array of str
        won, lost, or empty before the ending.
    """

    def __init__(self, facts: pd.DataFrame) -> None:
        self._facts = facts
        self.ids = facts["opportunity_id"].to_numpy(dtype=str)
        self.created_at = np.full(len(facts), np.datetime64("NaT", "us"))
        self.closed_at = self.created_at.copy()
        self.outcome = np.full(len(facts), "", dtype="U4")

    def close(self, numbers: Array, outcome: str | Array, at: Array) -> None:
        """Note that deals were won or lost, and when (UTC)."""
        self.outcome[numbers] = outcome
        self.closed_at[numbers] = at

    def acquaintance(self, customer: Array, numbers: Array) -> Array:
        """Say what is known of the customers of some deals from deals that have ended so far.

        Parameters
        ----------
        customer : array (n_deals,)
            The customer of each deal.
        numbers : array of int (n,)
            Numbers of the deals.

        Returns
        -------
        array of int (n,)
            `NEW_CUSTOMER`, `LOST_BEFORE` or, if any deal was won, `WON_BEFORE`.
        """
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
        table = self._facts.join(ending.where(ending["closed_at"] < end))
        table["created_at"] = pd.Series(self.created_at).dt.tz_localize("UTC")
        first = list(column_names("opportunities"))
        return table[first + [name for name in table if name not in first]]

    def outcomes(self) -> pd.DataFrame:
        """Give the ending of every deal: `opportunity_id`, `outcome`, `closed_at`."""
        return pd.DataFrame(
            {
                "opportunity_id": self._facts["opportunity_id"],
                "outcome": pd.Series(self.outcome, dtype="str"),
                "closed_at": pd.Series(self.closed_at).dt.tz_localize("UTC"),
            }
        )
