"""A forecast explained: what it is made of, by family of reasons, opened down to the deals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.message import languages
from winprob.features.mistake import Mistake
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.part import (
    BASE,
    NEW_BUSINESS,
    WON,
    add_up,
    names_of_parts,
    opened,
    parts_of_forecast,
)
from winprob.models.forecast.reasons import family_codes, reasons
from winprob.models.forecast.won import Won

OWN = ("part", *(f"name_{language}" for language in languages()), "amount")
"""Columns of parts that say what they are."""


@dataclass(frozen=True, eq=False)
class Explained:
    """A forecast's expected values and all that adds up to them.

    Attributes
    ----------
    forecast : Forecast
        What is explained.
    parts : pandas.DataFrame
        For every row of ``forecast.table`` one row per part: ``period_start``, ``period_end``, the group if
        the forecast has one, ``currency``, ``part`` (code), ``name_en``, ``name_zh``, ``amount`` (money). The
        parts are ``won``, ``base``, one for each family of reasons, and ``new_business``.
    deals : pandas.DataFrame
        The same opened down to deals: ``opportunity_id`` (missing for new business), ``period_start``, the
        group, ``currency``, ``part``, ``amount``. Nothing is said of what is 0.

    Notes
    -----
    An open deal is worth final amount · share · probability: what it is expected to come to, and how many of
    its wins fall into the period. Its probability is a base and points for each family
    (`winprob.models.win.explanation.Explanation.points`); so final amount · share · points is what the family
    adds to the total. All this is exact: parts add up to ``expected``, and deals to parts.
    """

    forecast: Forecast
    parts: pd.DataFrame
    deals: pd.DataFrame


def explain(forecast: Forecast) -> Explained:
    """Explain a forecast.

    Raises
    ------
    winprob.features.mistake.Mistake
        If the group has the name of a column that parts have.

    Examples
    --------
    ``explain(forecast(pipeline(bundle, history), "quarter")).parts``
    """
    if forecast.group in OWN:
        raise Mistake(
            f"group: expected a name that no column of parts has, found {forecast.group!r}; "
            "rename the column of opportunities"
        )
    by = [] if forecast.group is None else [forecast.group]
    found = pd.concat([*_of_deals(forecast), _new_business(forecast)], ignore_index=True)
    deals = found[["opportunity_id", "period_start", *by, "currency", "part", "amount"]]
    whole = [deals.assign(**{name: None}) for name in by]
    rows = forecast.table[["period_start", "period_end", *by, "currency"]]
    bundle = forecast.pipeline.bundle
    names = names_of_parts(bundle.playbook)
    parts = parts_of_forecast(family_codes(bundle))
    return Explained(forecast, add_up(pd.concat([deals, *whole]), rows, parts, names), deals)


def _of_deals(forecast: Forecast) -> Iterator[pd.DataFrame]:
    """What deals that are won or open have to do with each part, period by period."""
    pipeline = forecast.pipeline
    cells = Cells.of(pipeline.history, forecast.group)
    every = cells.names.take(cells.cell).reset_index(drop=True)
    ids = pd.Series(pipeline.history.ids(np.arange(len(every))), dtype="str")
    every.insert(0, "opportunity_id", ids)
    won, why = Won.of(pipeline.history), reasons(pipeline)
    still_open = every.take(pipeline.deals["opportunity"].to_numpy())
    points = why.points.copy()
    points.insert(0, BASE, why.base_probability)
    for period in forecast.periods:
        money = Expectation.of(forecast, period).money / why.probability.to_numpy()
        ended = pd.DataFrame({WON: won.within(period)})
        yield opened(every.take(won.opportunity).assign(period_start=period.start), ended)
        yield opened(still_open.assign(period_start=period.start), points.mul(money, axis=0))


def _new_business(forecast: Forecast) -> pd.DataFrame:
    table, group = forecast.table, forecast.group
    if group is not None:
        table = table[table[group].notna()]
    who = table[["period_start", *([] if group is None else [group]), "currency"]].assign(opportunity_id=None)
    return opened(who, table[["new_expected"]].set_axis([NEW_BUSINESS], axis=1))
