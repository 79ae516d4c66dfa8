"""Open deals on a Monday: the customer's committee, its project, and what our seller knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

ROLES = ("decision_maker", "recommender", "facilitator", "coach", "other")
SEATS = 7
DECISION_MAKER = 0
"""The seat of the one decision maker that every committee has, and the place of the role in `ROLES`."""


@dataclass
class Deals:
    """`n` deals; the first axis of every array counts them. A seat that nobody has weighs nothing.

    Attributes
    ----------
    number : row of the deal in `opportunities`
    role : (n, seats), place in `ROLES`
    influence : (n, seats), share of the vote, 0 where nobody sits
    ours, theirs : (n, seats), how much each person leans to us, and to the best rival; 0 is no decision
    offer, rival_offer : how good the offers are for this customer, in units of the leanings
    rivals : (n, rivals), is the rival there
    budget : how easily the customer pays, about standard normal
    weeks_left, weeks_planned : until the vote, as planned now and at first
    closes_in : weeks until the seller closes a deal that the customer has decided against; -1 undecided
    known, reached : (n, seats), does our seller know the person, and ever had an effective contact
    perceived : what the seller believes of our support, in units of the leanings
    effort, optimism : how often the seller goes there, and sees things better than they are
    tidiness : share of what there is to record that the seller records, 0 to 1
    """

    number: Array
    role: Array
    influence: Array
    ours: Array
    theirs: Array
    offer: Array
    rival_offer: Array
    rivals: Array
    budget: Array
    weeks_left: Array
    weeks_planned: Array
    closes_in: Array
    known: Array
    reached: Array
    perceived: Array
    effort: Array
    optimism: Array
    tidiness: Array

    def __len__(self) -> int:
        """Count the deals."""
        return len(self.number)

    @property
    def undecided(self) -> Array:
        """Whether the customer has not decided yet: bool, shape (n,)."""
        return np.asarray(self.closes_in < 0)

    @property
    def support(self) -> Array:
        """Leaning to us, weighted by influence: shape (n,)."""
        return np.asarray((self.influence * self.ours).sum(axis=1))

    def take(self, rows: Array) -> Self:
        """Copy some of the deals: rows (m,), or a mask (n,)."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """Put deals one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
