"""Amounts of a forecast: what opportunities are worth now, and what they come to if they are won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winprob.features.contract import OPPORTUNITIES
from winprob.features.families.amount import AmountView
from winprob.features.history import History
from winprob.features.instant import MICROSECONDS_PER_DAY, UNKNOWN
from winprob.features.timeline import Floats, Integers

LEADS = (14, 42, 70)
"""Days before the signature at which amounts are compared with the final ones: within a quarter."""
CENT = 0.01
"""The least that is an amount: beside a smaller one, any change is beyond what a float can hold."""
WORTH = 20.0
"""How many won opportunities the expectation that nothing changes is worth."""


def amounts_at(history: History, opportunity: np.ndarray, moment: Integers) -> Floats:
    """Look up amounts.

    Parameters
    ----------
    history : History
    opportunity : numpy.ndarray of int, shape (n,)
        Row numbers in ``history.opportunities``.
    moment : numpy.ndarray of int64, shape (n,)
        When, microseconds since 1970 in UTC.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        In the currency of each opportunity; NaN where none is recorded.
    """
    return AmountView(history, np.asarray(opportunity, dtype=np.int64), moment).now


@dataclass(frozen=True)
class AmountChange:
    """How amounts change until opportunities are won.

    Attributes
    ----------
    ratio : float
        Final amounts divided by the amounts that were recorded some weeks before, in money: the sum of the
        former over the sum of the latter.
    spread : float
        Standard deviation of the logarithm of single ratios.

    Examples
    --------
    >>> AmountChange.between([100.0, 100.0], [90.0, 100.0]).ratio
    0.9954...
    """

    ratio: float = 1.0
    spread: float = 0.0

    @classmethod
    def learn(cls, history: History) -> AmountChange:
        """Learn it from opportunities that were won.

        Parameters
        ----------
        history : History
            What is known.

        Returns
        -------
        AmountChange
            The fewer were won, the nearer to "nothing changes".
        """
        won = np.flatnonzero(history.texts(OPPORTUNITIES, "outcome").equal_to("won"))
        closed, created = (history.times(OPPORTUNITIES, name)[won] for name in ("closed_at", "created_at"))
        final = amounts_at(history, won, closed)
        before, after = [], []
        for lead in LEADS:
            at = closed - lead * MICROSECONDS_PER_DAY
            there = (closed != UNKNOWN) & (at >= created)
            before.append(amounts_at(history, won[there], at[there]))
            after.append(final[there])
        return cls.between(np.concatenate(before), np.concatenate(after))

    @classmethod
    def between(cls, before: np.ndarray, after: np.ndarray) -> AmountChange:
        """Compare amounts with final ones.

        Parameters
        ----------
        before, after : array-like of float, shape (n,)
            Pairs in which one is missing or less than `CENT` are passed over.
        """
        first, last = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
        both = (first >= CENT) & (last >= CENT)
        first, last = first[both], last[both]
        if not len(first):
            return cls()
        worth = WORTH * first.mean()
        log_ratio = np.log(last / first)
        known = len(first) / len(LEADS)
        spread = np.sqrt((log_ratio**2).mean() * known / (known + WORTH))
        return cls(float((last.sum() + worth) / (first.sum() + worth)), float(spread))
