"""How hidden states wander from week to week, and how they end deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from benchmarks.hidden_interest.states import Array, by_both

INTEREST_STEPS = (  # from none, looking, project, buying: a project comes slowly and can be shelved
    (0.985, 0.015, 0.0, 0.0),
    (0.03, 0.94, 0.03, 0.0),
    (0.0, 0.015, 0.935, 0.05),
    (0.0, 0.0, 0.02, 0.98),
)
POSITION_STEPS = (  # from behind, level, ahead: sticky until there is a project …
    (0.98, 0.02, 0.0),
    (0.01, 0.98, 0.01),
    (0.0, 0.015, 0.985),
)
POSITION_STEPS_IN_PROJECTS = (  # … and contested from then on
    (0.96, 0.04, 0.0),
    (0.025, 0.95, 0.025),
    (0.0, 0.03, 0.97),
)
WIN = (  # chance of the week; rows none, looking, project, buying; columns behind, level, ahead
    (0.0, 0.0, 0.0),
    (0.0, 0.002, 0.01),
    (0.001, 0.012, 0.05),
    (0.005, 0.05, 0.20),
)
LOSE = (  # who wants nothing says no slowly; who buys says no to those behind
    (0.03, 0.03, 0.03),
    (0.015, 0.015, 0.012),
    (0.03, 0.012, 0.004),
    (0.10, 0.03, 0.005),
)


@dataclass(frozen=True)
class Chain:
    """A Markov chain of hidden states in which every state may end the deal.

    A week first ends the deal, by the state on its Monday, or does not; then the state moves.

    Attributes
    ----------
    step : numpy.ndarray of float64, shape (s, s)
        Probability of moving from the row's state to the column's in a week that ends nothing.
    win, lose : numpy.ndarray of float64, shape (s,)
        Probability that the week ends the deal, by state.

    Examples
    --------
    >>> chain = Chain.of_sales()
    >>> chain.wins_in_the_end.reshape(4, 3).round(2)
    array([[0.06, 0.09, 0.13],
           [0.15, 0.27, 0.43],
           [0.25, 0.51, 0.8 ],
           [0.19, 0.59, 0.93]])
    """

    step: Array
    win: Array
    lose: Array

    @classmethod
    def of_sales(cls) -> Self:
        """Make the chain of the company: winning is quick, losing slow."""
        interest = np.array(INTEREST_STEPS)
        position = np.array([POSITION_STEPS, POSITION_STEPS, *[POSITION_STEPS_IN_PROJECTS] * 2])
        step = np.einsum("ij,ipq->ipjq", interest, position).reshape(interest.size - 4, -1)
        return cls(step, by_both(WIN), by_both(LOSE))

    @property
    def ending(self) -> Array:
        """Probability that a week ends won, lost, or not at all, by state: shape (3, s)."""
        return np.stack([self.win, self.lose, 1 - self.win - self.lose])

    def in_week(self, effect: float) -> Self:
        """Give the chain of a week in which more or less is won.

        Parameters
        ----------
        effect : float
            What the week adds to the log-odds of winning in each state; losing stays as likely.

        Examples
        --------
        >>> chain = Chain.of_sales()
        >>> chain.in_week(1.0).win.max().round(3), chain.in_week(0.0) is chain
        (np.float64(0.405), True)
        """
        if effect == 0.0:
            return self
        odds = self.win * np.exp(effect)
        win = np.minimum(odds / (1 - self.win + odds), 1 - self.lose)
        return type(self)(self.step, win, self.lose)

    @property
    def wins_in_the_end(self) -> Array:
        """Probability that a deal is won in the end, by the state on a Monday: shape (s,).

        It is won this week, or neither won nor lost and won from the state that it moves to: the absorption
        probabilities of the chain solve ``v = win + (1 - win - lose) * (step @ v)`` (Kemeny and Snell,
        "Finite Markov Chains", 1960, chapter 3).
        """
        goes_on = self.ending[2][:, None] * self.step
        found: Array = np.linalg.solve(np.eye(len(self.win)) - goes_on, self.win)
        return found

    def wins_from(self, effects: Array) -> Array:
        """Probability that a deal is won in the end, by the state on Mondays, where weeks differ.

        Parameters
        ----------
        effects : array of float (weeks,)
            What each week adds to the log-odds of winning; after the last one weeks are alike.

        Returns
        -------
        array of float (weeks + 1, s)
            On the Monday of each week, and on the one after the last.
        """
        wins = [self.wins_in_the_end]
        for effect in effects[::-1].tolist():
            week = self.in_week(effect)
            wins.append(week.win + week.ending[2] * (self.step @ wins[-1]))
        return np.array(wins[::-1])
