"""A simulated history, and the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.committee.deals import Array, Deals
from benchmarks.committee.future import ACTIONS, futures

Ids = Sequence[str] | pd.Index | pd.Series
Mondays = pd.Timestamp | Sequence[pd.Timestamp] | pd.Series


@dataclass(frozen=True, eq=False)
class Simulated:
    """What the company has recorded, and what it cannot know.

    All chances are those under the full hidden state: what every member of the committee thinks, the day of
    the vote, and whether a deal has been lost already that is still open in the CRM. That is more than any
    record tells. So, unlike with the other two companies, even the best model has a log loss well above
    that of these chances, and a mean distance from them above 0. They are the right mean for every group of
    deals, and their change by an action is the true effect; how good a model is, tell its log loss as it
    happened and its mean distance beside those of its peers.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        The contract's tables, in its order; times are UTC and before `end`. Deals open then are open here.
    end : pandas.Timestamp
        Monday 00:00 UTC on which the history ends.
    outcomes : pandas.DataFrame
        Truth: `opportunity_id`, `outcome` (won, lost) and `closed_at` of every deal, in the order of
        `opportunities`, also of those that close after `end`.
    belief : float
        How strongly sellers spend their contacts on deals that they believe in.
    states : Deals
        State of every open deal on every Monday of the history, `end` included.
    rows : pandas.MultiIndex
        ``opportunity_id`` and ``at`` of the states.
    """

    tables: dict[str, pd.DataFrame]
    end: pd.Timestamp
    outcomes: pd.DataFrame
    belief: float
    states: Deals
    rows: pd.MultiIndex

    def win_probability(self, opportunity_ids: Ids, at: Mondays, rollouts: int = 200, seed: int = 0) -> Array:
        """Estimate the chance that deals are won in the end, given the full hidden state on a Monday.

        Parameters
        ----------
        opportunity_ids : sequence of str (n,)
            Which deals; repeats are allowed.
        at : pandas.Timestamp, or sequence of them (n,)
            Monday 00:00 UTC, one for all or one each, on which the deal is open.
        rollouts : int
            Simulated futures of each; the standard error is at most 0.5 ÷ √rollouts.
        seed : int
            Makes the estimate reproducible.

        Returns
        -------
        array of float (n,)
            Probabilities; 0 once the customer has decided against us, though nobody has closed the deal.

        Raises
        ------
        ValueError
            If a deal is unknown, a moment is no Monday 00:00 UTC, or the deal is not open then.
        """
        return np.asarray(self._futures(opportunity_ids, at, rollouts, seed)[0].mean(axis=1))

    def ended_within(
        self, weeks: Sequence[int], opportunity_ids: Ids, at: Mondays, rollouts: int = 200, seed: int = 0
    ) -> Array:
        """Estimate the chances that deals are closed as won, and as lost, within some weeks from a Monday.

        Parameters
        ----------
        weeks : sequence of int
            How many, each at least 1.
        opportunity_ids, at, rollouts, seed
            As in `win_probability`, which also says what is raised.

        Returns
        -------
        array of float (2, len(weeks), n)
            Probabilities: won first, then lost.
        """
        won, week = self._futures(opportunity_ids, at, rollouts, seed)
        within = [week <= last for last in weeks]
        return np.array([[(each & ended).mean(axis=1) for each in within] for ended in (won, ~won)])

    def forced(
        self, action: str, opportunity_ids: Ids, at: Mondays, rollouts: int = 200, seed: int = 0
    ) -> Array:
        """Estimate the chances to win as it is, and when the seller is made to do something from a Monday on.

        Parameters
        ----------
        action : {"reach_decision_maker", "contact"}
            An effective contact with the decision maker in each of the next 4 weeks, or one in the next
            week with the most influential person who was reached before (or else is known); in both cases
            besides what the seller does anyway.
        opportunity_ids, at, rollouts, seed
            As in `win_probability`. With the same seed the dice are the same, so that the difference is the
            action's effect, with far less noise than either chance has.

        Returns
        -------
        array of float (2, n)
            Probabilities: without the action first, then with it.

        Raises
        ------
        ValueError
            As in `win_probability`, or if there is no such action.

        Examples
        --------
        >>> from benchmarks.committee import simulate
        >>> simulated = simulate(opportunities=100, years=1, seed=1)
        >>> still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
        >>> as_it_is, done = simulated.forced("reach_decision_maker", still_open, simulated.end, rollouts=20)
        >>> bool(done.mean() > as_it_is.mean())
        True
        """
        if action not in ACTIONS:
            raise ValueError(f"expected an action of {list(ACTIONS)}, found {action!r}")
        asked = (opportunity_ids, at, rollouts, seed)
        return np.stack([self._futures(*asked, each)[0].mean(axis=1) for each in (None, action)])

    def _futures(
        self, opportunity_ids: Ids, at: Mondays, rollouts: int, seed: int, action: str | None = None
    ) -> tuple[Array, Array]:
        deals = self.states.take(self._rows(opportunity_ids, at))
        return futures(deals, self.belief, rollouts, np.random.default_rng(seed), action)

    def _rows(self, opportunity_ids: Ids, at: Mondays) -> Array:
        """Find the states of the deals at the moments asked about."""
        asked = pd.DataFrame({"opportunity_id": list(opportunity_ids)})
        asked["at"] = pd.to_datetime(at if isinstance(at, pd.Timestamp) else list(at), utc=True)
        rows = self.rows.get_indexer(pd.MultiIndex.from_frame(asked))
        if (rows < 0).any():
            first = asked[rows < 0].iloc[0]
            raise ValueError(
                "expected deals of this simulation, each on a Monday 00:00 UTC up to "
                f"{self.end} on which it is open; found {(rows < 0).sum()} of {len(asked)} that are not, "
                f"the first is {first['opportunity_id']} at {first['at']}"
            )
        return np.asarray(rows)
