"""Open deals: what nobody sees of them, what the record shows, and what it lets one believe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from benchmarks.hidden_interest.chain import Chain
from benchmarks.hidden_interest.states import Array


@dataclass
class Deals:
    """`n` deals on a Monday; the first axis of every array counts them.

    Attributes
    ----------
    number : row of the deal in `opportunities`
    state : hidden state, which nothing but chance reads
    belief : (n, states), probability of each state given all that has been recorded
    stage : position of the stage
    amount : in the deal's currency
    weeks_to_close : until the week of the expected close; negative: overdue
    known : (n, roles), is somebody of that role identified
    competing : (n, rivals), is the rival in the deal
    met : (n, check points), is the check point met

    Examples
    --------
    Half of the deals are in each state, and a sign that the second shows more often is seen:

    >>> deals = Deals.unrecorded(np.arange(1), np.array([1]), np.array([[0.5, 0.5]]), 1, 1, 1)
    >>> deals.draw(np.array([[0.75, 0.0], [0.25, 1.0]]), np.random.default_rng(0))
    array([1])
    >>> deals.belief
    array([[0.2, 0.8]])
    """

    number: Array
    state: Array
    belief: Array
    stage: Array
    amount: Array
    weeks_to_close: Array
    known: Array
    competing: Array
    met: Array

    def __len__(self) -> int:
        """Count the deals."""
        return len(self.number)

    @classmethod
    def unrecorded(
        cls, number: Array, state: Array, belief: Array, roles: int, rivals: int, checkpoints: int
    ) -> Self:
        """Make deals of which nothing but the fixed facts is recorded.

        Parameters
        ----------
        number, state : array of int (n,)
        belief : array of float (n, states)
        roles, rivals, checkpoints : int
            How many there are.
        """
        n = len(number)
        return cls(
            number=number,
            state=state,
            belief=belief,
            stage=np.zeros(n, np.int64),
            amount=np.full(n, np.nan),
            weeks_to_close=np.zeros(n, np.int64),
            known=np.zeros((n, roles), bool),
            competing=np.zeros((n, rivals), bool),
            met=np.zeros((n, checkpoints), bool),
        )

    def draw(self, probability: Array, rng: np.random.Generator) -> Array:
        """Let chance decide something that the record will show, and believe what it tells of the state.

        The belief becomes proportional to *belief × probability of what was seen* (Bayes). As this is the
        only place where the state decides anything, the belief knows all that the record tells.

        Parameters
        ----------
        probability : array of float (outcomes, states) or (n, outcomes, states)
            How likely each outcome is in each state, the same for all deals or not.
        rng : numpy.random.Generator
            The source of chance.

        Returns
        -------
        array of int (n,)
            Outcomes.
        """
        every, table = (
            np.arange(len(self)),
            np.broadcast_to(probability, (len(self), *probability.shape[-2:])),
        )
        up_to = table[every, :, self.state].cumsum(axis=1)
        passed = (rng.random((len(self), 1)) * up_to[:, -1:] >= up_to).sum(axis=1)
        outcome: Array = np.minimum(passed, table.shape[1] - 1)
        self._believe(self.belief * table[every, outcome])
        return outcome

    def wander(self, chain: Chain, rng: np.random.Generator) -> None:
        """Let the states move, and the belief with them.

        Parameters
        ----------
        chain : Chain
            How they move.
        rng : numpy.random.Generator
            The source of chance.
        """
        up_to = chain.step[self.state].cumsum(axis=1)
        passed = (rng.random((len(self), 1)) * up_to[:, -1:] >= up_to).sum(axis=1)
        self.state = np.minimum(passed, len(chain.step) - 1)
        self._believe(self.belief @ chain.step)

    def take(self, rows: Array) -> Self:
        """Copy some of the deals.

        Parameters
        ----------
        rows : array of int or bool
            Which, in the order wanted.
        """
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """Put deals one after the other.

        Parameters
        ----------
        parts : sequence of Deals
            At least one.
        """
        return cls(
            **{
                field.name: np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(cls)
            }
        )

    def _believe(self, belief: Array) -> None:
        self.belief = belief / belief.sum(axis=1, keepdims=True)
