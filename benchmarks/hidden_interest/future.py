"""What the record of a deal lets one expect, exactly: the truth that no model can better on average."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from benchmarks.hidden_interest.chain import Chain
from benchmarks.hidden_interest.states import Array
from winprob.training.simulation.calendar import START, WEEK
from winprob.training.simulation.company import Buying

AHEAD = 600
"""Weeks beyond the history after which the calendar no longer counts: hardly a deal is open then."""


@dataclass(frozen=True, eq=False)
class Future:
    """The belief in each hidden state, and how the chain goes on from there.

    Attributes
    ----------
    chain : Chain
    buying : Buying
        When customers buy.
    rows : pandas.MultiIndex
        ``opportunity_id`` and ``at``: every deal on every Monday of the history on which it is open.
    belief : array of float (n, s)
        Probability of each state given all that is recorded by then (forward filter).
    probability : pandas.Series
        That it is won in the end, by `rows`.
    """

    chain: Chain
    buying: Buying
    rows: pd.MultiIndex
    belief: Array
    probability: pd.Series[float]

    @classmethod
    def of(
        cls, chain: Chain, buying: Buying, beliefs: Sequence[tuple[int, Array, Array]], weeks: int
    ) -> Self:
        """Put the beliefs of Mondays together.

        Parameters
        ----------
        chain : Chain
        buying : Buying
        beliefs : sequence of (int, array of str (m,), array of float (m, s))
            Week, ids of the deals open on its Monday, and the belief in each state.
        weeks : int
            Length of the history.
        """
        wins = chain.wins_from(buying.effect(np.arange(weeks + AHEAD)))
        ids = np.concatenate([ids for _, ids, _ in beliefs])
        week = np.repeat([week for week, _, _ in beliefs], [len(ids) for _, ids, _ in beliefs])
        moments = pd.DatetimeIndex(START + week * WEEK).tz_localize("UTC")
        rows = pd.MultiIndex.from_arrays([ids, moments], names=["opportunity_id", "at"])
        belief = np.concatenate([belief for _, _, belief in beliefs])
        won = (belief * wins[week]).sum(axis=1)
        return cls(chain, buying, rows, belief, pd.Series(won, rows, name="probability"))

    def ended_within(self, weeks: Sequence[int], rows: Array) -> Array:
        """Tell how likely deals are won, and lost, within some weeks.

        Parameters
        ----------
        weeks : sequence of int
            How many, each at least 1.
        rows : array of int (n,)
            Positions in `rows`.

        Returns
        -------
        array of float (2, len(weeks), n)
            Probabilities: won first, then lost.
        """
        found = np.zeros((2, len(weeks), len(rows)))
        at = pd.DatetimeIndex(self.rows.get_level_values("at")[rows]).tz_localize(None)
        first = (at.to_numpy("datetime64[us]") - START) // WEEK
        for week in np.unique(first):
            own = np.flatnonzero(first == week)
            found[:, :, own] = self._within(int(week), weeks, self.belief[rows[own]])
        return found

    def _within(self, first: int, weeks: Sequence[int], belief: Array) -> Array:
        ended, ends = np.zeros((2, len(belief))), []
        effects = self.buying.effect(first + np.arange(max(weeks))).tolist()
        for effect in effects:
            ending = self.chain.in_week(effect).ending
            ended = ended + np.stack([belief @ ending[0], belief @ ending[1]])
            belief = (belief * ending[2]) @ self.chain.step
            ends.append(ended)
        return np.stack([ends[count - 1] for count in weeks], axis=1)
