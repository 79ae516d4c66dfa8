"""The state of many deals on a Monday: one array per recorded fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

NEVER = -9999
"""In a count of weeks: no such date has been recorded."""


@dataclass
class Deals:
    """What is recorded about `n` open deals by a Monday 00:00 UTC; it decides all that can happen next.

    The last axis of every array counts the deals; "weeks" are whole weeks, counted on Mondays; codes are
    positions in the tuples of `Company`. Nothing is hidden: the contract's tables tell each value.

    Attributes
    ----------
    number : row of the deal in `opportunities`
    seller : log-odds that its owner brings to every deal of theirs, and what only they see in this one
    source, industry, product, size : codes
    acquaintance : code: what had become of deals with this customer when this one was created
    typical_amount : what an ordinary deal costs, in this deal's currency
    week : weeks from the first Monday of the history to this one
    age : weeks since the week of creation
    stage, weeks_in_stage, setbacks : code, weeks since the last change of stage, moves back so far
    amount : in the deal's currency
    weeks_to_close, pushes : until the week of the expected close (negative: overdue); moves to a later week
    contact_kind, contact_person, contact_effective : (2, n), last week's personal and remote contact; -1 none
    weeks_since_contact : 0 for a contact in the week before this Monday
    planned, weeks_to_next : is a next contact planned, and for which week (0 the one that begins)
    momentum : effective contacts, each counting 0.7 of what it did a week ago
    negotiations : rounds of negotiation so far
    identified, reached, stance, influence : (seats, n), the buying group; stance -1 against, 0, 1 for
    competing, weeks_since_entry : (rivals, n), who is in the deal; weeks since the last one came
    scores : (questions, n), risk form; -1 not answered
    met : (checkpoints, n), check points met

    Examples
    --------
    >>> deals = Deals.blank(3, seats=6, rivals=5, questions=9, checkpoints=14)
    >>> len(deals.take(np.array([0, 0, 2]))), deals.identified.shape
    (3, (6, 3))
    """

    number: Array
    seller: Array
    source: Array
    industry: Array
    product: Array
    size: Array
    acquaintance: Array
    typical_amount: Array
    week: Array
    age: Array
    stage: Array
    weeks_in_stage: Array
    setbacks: Array
    amount: Array
    weeks_to_close: Array
    pushes: Array
    contact_kind: Array
    contact_person: Array
    contact_effective: Array
    weeks_since_contact: Array
    planned: Array
    weeks_to_next: Array
    momentum: Array
    negotiations: Array
    identified: Array
    reached: Array
    stance: Array
    influence: Array
    competing: Array
    weeks_since_entry: Array
    scores: Array
    met: Array

    def __len__(self) -> int:
        """Count the deals."""
        return len(self.number)

    @classmethod
    def blank(cls, n: int, seats: int, rivals: int, questions: int, checkpoints: int) -> Self:
        """Make `n` deals about which nothing is recorded yet.

        Parameters
        ----------
        n : int
            How many deals.
        seats, rivals, questions, checkpoints : int
            Widths of the two-dimensional facts.
        """

        def filled(value: float, dtype: type[np.generic], *width: int) -> Array:
            return np.full((*width, n), value, dtype)

        return cls(
            number=filled(-1, np.int32),
            seller=filled(0, np.float32),
            source=filled(-1, np.int8),
            industry=filled(-1, np.int8),
            product=filled(-1, np.int8),
            size=filled(-1, np.int8),
            acquaintance=filled(0, np.int8),
            typical_amount=filled(np.nan, np.float32),
            week=filled(0, np.int16),
            age=filled(0, np.int16),
            stage=filled(-1, np.int8),
            weeks_in_stage=filled(0, np.int16),
            setbacks=filled(0, np.int16),
            amount=filled(np.nan, np.float64),
            weeks_to_close=filled(NEVER, np.int16),
            pushes=filled(0, np.int16),
            contact_kind=filled(-1, np.int8, 2),
            contact_person=filled(-1, np.int8, 2),
            contact_effective=filled(False, np.bool_, 2),
            weeks_since_contact=filled(-NEVER, np.int16),
            planned=filled(False, np.bool_),
            weeks_to_next=filled(0, np.int16),
            momentum=filled(0, np.float32),
            negotiations=filled(0, np.int16),
            identified=filled(False, np.bool_, seats),
            reached=filled(False, np.bool_, seats),
            stance=filled(0, np.int8, seats),
            influence=filled(0, np.int8, seats),
            competing=filled(False, np.bool_, rivals),
            weeks_since_entry=filled(-NEVER, np.int16),
            scores=filled(-1, np.int8, questions),
            met=filled(False, np.bool_, checkpoints),
        )

    def take(self, rows: Array) -> Self:
        """Copy some of the deals.

        Parameters
        ----------
        rows : array of int
            Positions, in the order wanted; repeats are allowed.
        """
        return type(self)(
            **{field.name: getattr(self, field.name).take(rows, axis=-1) for field in fields(self)}
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """Put deals one after the other.

        Parameters
        ----------
        parts : sequence of Deals
            At least one, all of the same widths.
        """
        return cls(
            **{
                field.name: np.concatenate([getattr(part, field.name) for part in parts], axis=-1)
                for field in fields(cls)
            }
        )
