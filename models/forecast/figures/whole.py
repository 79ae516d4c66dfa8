"""The whole of a forecast, without its groups."""

from __future__ import annotations

import pandas as pd

from models.forecast.forecast import Forecast


def whole(forecast: Forecast) -> pd.DataFrame:
    """Take the rows of a forecast's table that are not of a group.

    Parameters
    ----------
    forecast : Forecast

    Returns
    -------
    pandas.DataFrame
        One row per period and currency.

    Examples
    --------
    See `models.forecast.figures.fan.fan`.
    """
    table = forecast.table
    return table if forecast.group is None else table[table[forecast.group].isna()]
