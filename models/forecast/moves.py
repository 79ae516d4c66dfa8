"""What happened to deals between two moments, and what that has done to a period's expected value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.features.timeline import Floats, Integers
from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.factors import shares_of_change
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
from winprob.models.forecast.standing import Status, standing
from winprob.models.win.explanation import Explanation, mean_slope

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
    both = standing(then).merge(
        standing(now), how="outer", on=["opportunity_id", "currency"], suffixes=("_then", "_now")
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
