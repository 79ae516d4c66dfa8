"""What happened to deals between two moments, and what that has done to a period's expected value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd

from winprob.features.timeline import Floats, Integers
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.part import (
    AMOUNT_CHANGED,
    AMOUNT_OUTLOOK,
    CORRECTED,
    LOST,
    MODEL_CHANGED,
    NEW,
    PROBABILITY,
    PULLED_IN,
    SLIPPED_OUT,
    WON,
    opened,
)
from winprob.models.forecast.reasons import reasons
from winprob.models.forecast.won import Won
from winprob.models.win.explanation import Explanation, mean_slope


class Status(StrEnum):
    """Whether a deal is open, and how it ended."""

    OPEN = "open"
    WON = "won"
    WON_OUTSIDE = "won_outside"
    LOST = "lost"


ENDED = {Status.WON: WON, Status.WON_OUTSIDE: SLIPPED_OUT, Status.LOST: LOST}
"""The part of a deal that was open, by how it has ended."""


def moves(then: Expectation, now: Expectation) -> pd.DataFrame:
    """Say what happened to deals between two moments.

    Parameters
    ----------
    then, now : Expectation
        For the same period, both looked at with what was learned then.

    Returns
    -------
    pandas.DataFrame
        ``opportunity_id``, ``currency``, ``part`` and ``amount`` (money): what the deal has to do with the
        part, where that is not 0.
    """
    both = status_in(then).merge(
        status_in(now), how="outer", on=["opportunity_id", "currency"], suffixes=("_then", "_now")
    )
    who = both[["opportunity_id", "currency"]]
    was_open, is_open = (both[name].eq(Status.OPEN).to_numpy() for name in ("status_then", "status_now"))
    ended = both["status_now"].map(ENDED).where(was_open, CORRECTED).fillna(CORRECTED)
    part = ended.mask(both["status_then"].isna(), NEW).to_numpy()
    amount = (both["amount_now"].fillna(0.0) - both["amount_then"].fillna(0.0)).to_numpy()
    stays = was_open & is_open
    told = ~stays & (amount != 0)
    rows = [both[name][stays].to_numpy(np.int64) for name in ("deal_then", "deal_now")]
    factors = opened(who[stays], _factors(then, now, rows[0], rows[1]))
    others: pd.DataFrame = who[told].assign(part=part[told], amount=amount[told])
    return pd.concat([others, factors], ignore_index=True)


def learned(then: Expectation, now: Expectation) -> pd.DataFrame:
    """Say what has come of learning anew, for deals of one moment.

    Parameters
    ----------
    then, now : Expectation
        The same deals and period, looked at with what was learned then, and with what is learned now.

    Returns
    -------
    pandas.DataFrame
        As in `moves`.
    """
    parts = {
        AMOUNT_OUTLOOK: (now.amounts - then.amounts) * then.chances,
        MODEL_CHANGED: now.amounts * (now.chances - then.chances),
    }
    return opened(now.pipeline.deals[["opportunity_id", "currency"]], pd.DataFrame(parts))


def status_in(expected: Expectation) -> pd.DataFrame:
    """Tell the status of every opportunity in a period, and what it brings there.

    Parameters
    ----------
    expected : Expectation
        What is expected of the open deals in it.

    Returns
    -------
    pandas.DataFrame
        One row for each opportunity of the history: ``opportunity_id``, ``currency``, ``status``
        (a `Status`), ``amount`` (what is expected of it in the period, or what it brought in it) and ``deal``
        (its row in ``pipeline.deals``, -1 if it is not open).
    """
    pipeline, period = expected.pipeline, expected.period
    history, won, cells = pipeline.history, Won.of(pipeline.history), Cells.of(pipeline.history)
    still_open = pipeline.deals["opportunity"].to_numpy()
    inside = replace(won, amount=np.ones(len(won.opportunity))).within(period) > 0
    found = pd.DataFrame(
        {
            "opportunity_id": history.ids(np.arange(len(history))),
            "currency": cells.names["currency"].take(cells.cell).array,
            "status": Status.LOST,
            "amount": 0.0,
            "deal": -1,
        }
    )
    found.loc[won.opportunity, "status"] = np.where(inside, Status.WON, Status.WON_OUTSIDE)
    found.loc[won.opportunity, "amount"] = won.within(period)
    found.loc[still_open, "status"] = Status.OPEN
    found.loc[still_open, "amount"] = expected.money
    found.loc[still_open, "deal"] = np.arange(len(still_open))
    return found


def shares_of_change(before: Sequence[Floats], after: Sequence[Floats]) -> list[Floats]:
    """Share the change of products out among their factors.

    Parameters
    ----------
    before, after : sequence of numpy.ndarray of float64, shape (n,)
        The factors, in the same order, as they were and as they are.

    Returns
    -------
    list of numpy.ndarray of float64, shape (n,)
        One for each factor; together they are product after - product before.

    Notes
    -----
    The factors change one after another; each change is worth what the product gains by it. That depends on
    the order, so the mean over all orders is taken: the Shapley value, the only division that is complete,
    treats factors alike and gives nothing to one that does not change (Shapley, A Value for n-Person Games,
    1953; for decompositions Shorrocks, Journal of Economic Inequality 11, 2013). Of three factors x, y, z the
    first gets (x' - x) · (2 yz + y'z + yz' + 2 y'z') / 6.

    Examples
    --------
    Twice as much at half the chance: nothing is gained, and each has its part in it.

    >>> amount, chance = shares_of_change([np.array([100.0]), np.array([0.8])], [[200.0], [0.4]])
    >>> amount.tolist(), chance.tolist()
    ([60.0], [-60.0])
    """
    shares = [np.zeros(len(each)) for each in before]
    for order in permutations(range(len(before))):
        factors = list(before)
        for changed in order:
            rest = np.prod([each for place, each in enumerate(factors) if place != changed], axis=0)
            shares[changed] += (np.asarray(after[changed]) - before[changed]) * rest
            factors[changed] = after[changed]
    return [each / factorial(len(before)) for each in shares]


def _factors(then: Expectation, now: Expectation, deal_then: Integers, deal_now: Integers) -> pd.DataFrame:
    """What amount, probability and time have done to deals that are still open, one column per part."""
    (why_then, old), (why_now, new) = _seen(then, deal_then), _seen(now, deal_now)
    by_amount, _, by_share = shares_of_change(old, new)
    none, sure = np.zeros(len(deal_then)), np.ones(len(deal_then))
    _, worth, _ = shares_of_change([old[0], none, old[2]], [new[0], sure, new[2]])
    slope = mean_slope(*(np.asarray(why.log_odds, dtype=np.float64) for why in (why_then, why_now)))
    contributions = why_now.contributions.to_numpy() - why_then.contributions.to_numpy()
    by_family = pd.DataFrame(
        contributions * (slope * worth)[:, np.newaxis],
        columns=why_now.contributions.columns,
    ).add_prefix(PROBABILITY)
    by_time = {SLIPPED_OUT: np.minimum(by_share, 0.0), PULLED_IN: np.maximum(by_share, 0.0)}
    return pd.DataFrame({**by_time, AMOUNT_CHANGED: by_amount}).join(by_family)


def _seen(expected: Expectation, deal: Integers) -> tuple[Explanation, list[Floats]]:
    """Some deals' reasons, and the factors whose product is expected of them in a period."""
    why = reasons(expected.pipeline)[deal]
    probability = np.asarray(why.probability, dtype=np.float64)
    return why, [expected.amounts[deal], probability, expected.chances[deal] / probability]
