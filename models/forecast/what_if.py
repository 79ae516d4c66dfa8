"""What if: the effect on a forecast of losing the biggest deal, or of any set of changes to open deals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from winprob.features.message import message
from winprob.models.forecast.forecast import Forecast, forecast_periods
from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.supposed_history import supposed_history
from winprob.models.forecast.supposition import Supposition, read_suppositions
from winprob.models.forecast.table import COLUMNS

CAUTION = message(
    "These are associations in past opportunities, found by forecasting from the record as it would be; "
    "they are not promises."
)
"""What must be said wherever the effect of changes is shown."""


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A forecast before and after changes to deals.

    Attributes
    ----------
    suppositions : dict of str to Supposition
        What is supposed, by opportunity_id.
    before, after : Forecast
        As it is, and as it would be.
    """

    suppositions: dict[str, Supposition]
    before: Forecast
    after: Forecast

    @property
    def difference(self) -> pd.DataFrame:
        """After minus before: the rows of either table, with the differences of all numbers."""
        before, after = self.before.table, self.after.table
        numbers = list(COLUMNS[COLUMNS.index("won") :])
        keys = [name for name in map(str, before) if name not in numbers]
        both = pd.concat([before.assign(**-before[numbers]), after])
        found = both.groupby(keys, dropna=False, as_index=False)[numbers].sum()
        order = ["period_start", "currency", *(name for name in keys if name not in COLUMNS)]
        return found.sort_values(order, na_position="first", ignore_index=True)


def what_if(forecast: Forecast, changes: Mapping[str, Mapping[str, Any] | Supposition]) -> WhatIf:
    """Forecast anew as if something else had been recorded of open deals, all at once.

    The changes are recorded as events at the forecast's moment, in a copy of the history, and the same bundle
    forecasts from that. So whatever follows from the record moves as well, such as the track records of the
    customer and the seller; but how amounts change and how much new business comes is told by what did
    happen. Ranges are drawn with the same luck, before and after. What comes out is an association, not a
    promise (`CAUTION`): deals of which the record says so were won more or less often.

    Parameters
    ----------
    forecast : Forecast
    changes : mapping of str to mapping or Supposition
        By opportunity_id the fields of a `Supposition`.

    Raises
    ------
    winprob.models.forecast.supposition.InvalidSupposition
        Naming every opportunity that is not open or not known, and every field that is unknown or wrong.

    Examples
    --------
    ``what_if(forecast, {"D-1042": {"outcome": "lost"}, "D-1044": {"stage": "near_won"}}).difference``
    """
    before = forecast.pipeline
    suppositions = read_suppositions(before, changes)
    history = supposed_history(before.history, before.at, suppositions)
    past = before.history if before.past is None else before.past
    after = pipeline(before.bundle, history, before.at, past)
    return WhatIf(suppositions, forecast, forecast_periods(after, forecast.periods, forecast.group))


def without_biggest(forecast: Forecast) -> WhatIf:
    """Forecast anew as if the biggest open deal of each currency were lost.

    Returns
    -------
    WhatIf
        The biggest is the deal of which most is expected in the periods of the forecast, all together.

    Examples
    --------
    ``without_biggest(forecast).suppositions``
    """
    deals = forecast.pipeline.deals
    money = deals["final_amount"] * forecast.chances.sum(axis=1)
    biggest = money[money > 0].groupby(deals["currency"]).idxmax()
    lost = Supposition(outcome="lost")
    return what_if(forecast, dict.fromkeys(deals["opportunity_id"].loc[biggest], lost))
