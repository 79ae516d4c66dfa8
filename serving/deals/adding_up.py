"""How listed deals, and what is not listed, add up to a number of the forecast."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.deals.listing import Listing
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.forecast.question import ForecastQuestion


@dataclass(frozen=True)
class AddingUp:
    """A number of the forecast in one currency, and its parts.

    Attributes
    ----------
    currency : str
        Empty where none is recorded.
    total : float
        The number: of a group if deals are asked for by one column alone, else of the whole.
    listed : float
        What the listed deals add to it, those on other pages as well.
    won, new : float
        What is won already, and what deals not created yet are expected to add.
    """

    currency: str
    total: float
    listed: float
    won: float
    new: float

    @property
    def others(self) -> float:
        """What open deals add that are not listed."""
        return self.total - self.listed - self.won - self.new


def adding_up(
    forecasts: CachedForecasts, listing: Listing, question: ListQuestion, chosen: pd.DataFrame, periods: int
) -> list[AddingUp]:
    """Tell for each currency how the listed deals and the rest add up.

    Parameters
    ----------
    forecasts : CachedForecasts
    listing : Listing
    question : ListQuestion
    chosen : pandas.DataFrame
        The listed deals, all pages of them.
    periods : int
        How many periods the listing's forecast has.
    """
    number, table = question.of, listing.forecast.whole
    if len(question.columns) == 1:
        ((group, value),) = question.columns.items()
        asked = ForecastQuestion(by=question.by, periods=periods, as_of=question.as_of, group=group)
        grouped = forecasts.forecast(asked).table
        table = grouped[grouped[group] == value]
    rows = table[table["period_start"] == listing.period.start]
    if question.currency is not None:
        rows = rows[rows["currency"] == question.currency]
    listed = chosen.groupby("currency")[number].sum()
    is_sum = number.endswith("expected")
    return [
        AddingUp(
            currency=row["currency"],
            total=row[number],
            listed=float(listed.get(row["currency"], 0.0)),
            won=row["won"] if is_sum else 0.0,
            new=row["new_expected"] if number == "expected" else 0.0,
        )
        for row in rows.to_dict("records")
        if row["deals"] or row[number]
    ]
