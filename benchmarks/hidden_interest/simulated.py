"""A simulated history, and the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.hidden_interest.future import Future
from benchmarks.hidden_interest.states import Array


@dataclass(frozen=True)
class Simulated:
    """What the company has recorded, and what it cannot know.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        The contract's tables, in its order; times are UTC and before `end`. Deals open then are open here.
    end : pandas.Timestamp
        Monday 00:00 UTC on which the history ends.
    outcomes : pandas.DataFrame
        Truth: `opportunity_id`, `outcome` (won, lost) and `closed_at` of every deal, in the order of
        `opportunities`, also of those that close after `end`.
    future : Future
        What the record lets one expect of every deal on every Monday of the history, `end` included, on which
        it is open.
    """

    tables: dict[str, pd.DataFrame]
    end: pd.Timestamp
    outcomes: pd.DataFrame
    future: Future

    def win_probability(
        self,
        opportunity_ids: Sequence[str] | pd.Series,
        at: pd.Timestamp | Sequence[pd.Timestamp] | pd.Series,
    ) -> Array:
        """Give the chance that deals are won in the end, given all that is recorded by a Monday.

        It is exact: the belief in each hidden state, by the forward filter, times the chance that the deal
        is won in the end from that state.

        Parameters
        ----------
        opportunity_ids : sequence of str (n,)
            Which deals; repeats are allowed.
        at : pandas.Timestamp, or sequence of them (n,)
            Monday 00:00 UTC, one for all or one each, on which the deal is open.

        Returns
        -------
        array of float (n,)
            Probabilities.

        Raises
        ------
        ValueError
            If a deal is unknown, a moment is no Monday 00:00 UTC, or the deal is not open then.

        Examples
        --------
        >>> from benchmarks.hidden_interest import simulate
        >>> simulated = simulate(opportunities=20, years=1, seed=1)
        >>> still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
        >>> bool((simulated.win_probability(still_open, at=simulated.end) < 1).all())
        True
        """
        return np.asarray(self.future.probability.to_numpy()[self._rows(opportunity_ids, at)])

    def ended_within(
        self,
        weeks: Sequence[int],
        opportunity_ids: Sequence[str] | pd.Series,
        at: pd.Timestamp | Sequence[pd.Timestamp] | pd.Series,
    ) -> Array:
        """Give the chances that deals are won, and that they are lost, within some weeks from a Monday.

        Parameters
        ----------
        weeks : sequence of int
            How many, each at least 1.
        opportunity_ids, at
            As in `win_probability`.

        Returns
        -------
        array of float (2, len(weeks), n)
            Exact probabilities: won first, then lost.

        Raises
        ------
        ValueError
            As in `win_probability`.

        Examples
        --------
        >>> from benchmarks.hidden_interest import simulate
        >>> simulated = simulate(opportunities=20, years=1, seed=1)
        >>> still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
        >>> won, lost = simulated.ended_within([4, 52], still_open, at=simulated.end)
        >>> bool((won[0] < won[1]).all() and (won[1] + lost[1] <= 1).all())
        True
        """
        return self.future.ended_within(weeks, self._rows(opportunity_ids, at))

    def forced(
        self,
        action: str,  # noqa: ARG002
        opportunity_ids: Sequence[str] | pd.Series,
        at: pd.Timestamp | Sequence[pd.Timestamp] | pd.Series,
        rollouts: int = 1,  # noqa: ARG002
        seed: int = 0,  # noqa: ARG002
    ) -> Array:
        """Give the chances that deals are won in the end without an action of their sellers and with it.

        They are the same for every action. What the record shows is drawn by the hidden state, which alone
        ends deals and which nothing in the record moves: a sign that is made by force says nothing.

        Parameters
        ----------
        action : str
            Code of an action of `winprob.models.coaching.levers`.
        opportunity_ids, at
            As in `win_probability`.
        rollouts, seed : int
            Not needed, as nothing is estimated; `winprob.training.simulation.Simulated.forced` has them.

        Returns
        -------
        array of float (2, n)
            Exact probabilities: without the action first, then with it.

        Raises
        ------
        ValueError
            As in `win_probability`.

        Examples
        --------
        >>> from benchmarks.hidden_interest import simulate
        >>> simulated = simulate(opportunities=20, years=1, seed=1)
        >>> still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
        >>> without, done = simulated.forced("reach_decision_maker", still_open, at=simulated.end)
        >>> bool((without == done).all())
        True
        """
        probability = self.win_probability(opportunity_ids, at)
        return np.stack([probability, probability])

    def _rows(
        self,
        opportunity_ids: Sequence[str] | pd.Series,
        at: pd.Timestamp | Sequence[pd.Timestamp] | pd.Series,
    ) -> Array:
        asked = pd.DataFrame({"opportunity_id": list(opportunity_ids)})
        asked["at"] = pd.to_datetime(at if isinstance(at, pd.Timestamp) else list(at), utc=True)
        rows = self.future.rows.get_indexer(pd.MultiIndex.from_frame(asked))
        if (rows < 0).any():
            first = asked[rows < 0].iloc[0]
            raise ValueError(
                "expected deals of this simulation, each on a Monday 00:00 UTC up to "
                f"{self.end} on which it is open; found {(rows < 0).sum()} of {len(asked)} that are not, "
                f"the first is {first['opportunity_id']} at {first['at']}"
            )
        return np.asarray(rows)
