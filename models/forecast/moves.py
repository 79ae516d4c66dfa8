"""What happened to deals between two moments, and what that has done to a period's expected value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.timeline import Floats, Integers
from models.explanation import Explanation, mean_slope
from models.forecast.factors import shares_of_change
from models.forecast.forecast import chances_in
from models.forecast.part import (
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
from models.forecast.period import Period
from models.forecast.pipeline import Pipeline
from models.forecast.reasons import reasons
from models.forecast.standing import Status, standing

ENDED = {Status.WON: WON, Status.WON_OUTSIDE: SLIPPED_OUT, Status.LOST: LOST}
"""The part of a deal that was open, by how it has ended."""


def moves(then: Pipeline, now: Pipeline, period: Period) -> pd.DataFrame:
    """Say what happened to deals between two moments.

    Parameters
    ----------
    then, now : Pipeline
        The earlier and the later one, both looked at with what was learned then.
    period : Period

    Returns
    -------
    pandas.DataFrame
        ``opportunity_id``, ``currency``, ``part`` and ``amount`` (money): what the deal has to do with the
        part, where that is not 0.

    Examples
    --------
    See `models.forecast.change.change`.
    """
    both = standing(then, period).merge(
        standing(now, period), how="outer", on=["opportunity_id", "currency"], suffixes=("_then", "_now")
    )
    who = both[["opportunity_id", "currency"]]
    was_open, is_open = (both[name].eq(Status.OPEN).to_numpy() for name in ("status_then", "status_now"))
    ended = both["status_now"].map(ENDED).where(was_open, CORRECTED).fillna(CORRECTED)
    part = ended.mask(both["status_then"].isna(), NEW).to_numpy()
    amount = (both["amount_now"].fillna(0.0) - both["amount_then"].fillna(0.0)).to_numpy()
    stays = was_open & is_open
    told = ~stays & (amount != 0)
    rows = [both[name][stays].to_numpy(np.int64) for name in ("deal_then", "deal_now")]
    factors = opened(who[stays], _factors(then, now, period, rows[0], rows[1]))
    others: pd.DataFrame = who[told].assign(part=part[told], amount=amount[told])
    return pd.concat([others, factors], ignore_index=True)


def learned(then: Pipeline, now: Pipeline, period: Period) -> pd.DataFrame:
    """Say what has come of learning anew, for deals of one moment.

    Parameters
    ----------
    then, now : Pipeline
        The same deals, looked at with what was learned then, and with what is learned now.
    period : Period

    Returns
    -------
    pandas.DataFrame
        As in `moves`.
    """
    amount = now.deals["amount"].fillna(0.0).to_numpy()
    before, after = (chances_in(each, (period,))[:, 0] for each in (then, now))
    parts = {
        AMOUNT_OUTLOOK: amount * before * (now.change.ratio - then.change.ratio),
        MODEL_CHANGED: amount * now.change.ratio * (after - before),
    }
    return opened(now.deals[["opportunity_id", "currency"]], pd.DataFrame(parts))


def _factors(
    then: Pipeline, now: Pipeline, period: Period, deal_then: Integers, deal_now: Integers
) -> pd.DataFrame:
    """What amount, probability and time have done to deals that are still open, one column per part."""
    (why_then, old), (why_now, new) = _seen(then, period, deal_then), _seen(now, period, deal_now)
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


def _seen(pipeline: Pipeline, period: Period, deal: Integers) -> tuple[Explanation, list[Floats]]:
    """Some deals' reasons, and the factors whose product is expected of them in a period."""
    why = reasons(pipeline)[deal]
    amount = pipeline.deals["final_amount"].to_numpy(np.float64)[deal]
    probability = why.probability.to_numpy(np.float64)
    share = chances_in(pipeline, (period,))[deal, 0] / probability
    return why, [amount, probability, share]
