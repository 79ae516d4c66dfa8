"""How opportunities stand for a period: what is expected of them in it, or what they came to."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np
import pandas as pd

from winprob.models.forecast.cells import Cells
from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.won import Won


class Status(StrEnum):
    """Whether a deal is open, and how it ended."""

    OPEN = "open"
    WON = "won"
    WON_OUTSIDE = "won_outside"
    LOST = "lost"


def standing(expected: Expectation) -> pd.DataFrame:
    """Say how every opportunity stands for a period.

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
            "opportunity_id": history.opportunities["opportunity_id"],
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
