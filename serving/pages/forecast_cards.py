"""The first screen of the forecast: a card for each period, beside the usual rules and the period before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.timeline import Flags
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.period import MONTH, QUARTER, WEEK, Period, unit_start
from winprob.models.forecast.won import Won
from winprob.serving.deals.deals import NEARLY_OVER
from winprob.serving.forecast.records import records
from winprob.serving.pages.plot import Plot

CARDS = 2
"""Periods that have a card: the running one and the next."""

DRAWN = 1.5
"""Sums beyond so many times what is expected are written, not drawn: they would crush the bar."""

HEIGHT = 62
"""Of the bar with its axis, in the units of `winprob.serving.pages.plot`."""


@dataclass(frozen=True)
class Card:
    """A period in one currency.

    Attributes
    ----------
    row : dict
        Of the forecast's table.
    others : list of dict
        The rows of other currencies.
    days_left : int
        Days from the moment to the end of the period, that day included.
    before : float, optional
        What was won in the period before, or is expected of it; none where periods are dates.
    plot : Plot
        Of the bar, from zero.
    """

    row: dict[str, Any]
    others: list[dict[str, Any]]
    days_left: int
    before: float | None
    plot: Plot

    def is_drawn(self, amount: float) -> bool:
        """Whether an amount is near enough to be drawn."""
        return amount <= self.plot.last


def cards(forecast: Forecast) -> list[Card]:
    """Make a card for each of the first periods, in the currency of most open deals.

    Parameters
    ----------
    forecast : Forecast
    """
    currencies = forecast.pipeline.deals["currency"]
    main = currencies.mode().iloc[0] if len(currencies) else ""
    return list(_cards(forecast, str(main)))


def _cards(forecast: Forecast, main: str) -> Iterator[Card]:
    pipeline, before = forecast.pipeline, _won_before(forecast, main)
    today = pipeline.calendar.day(pipeline.at)
    for period in forecast.periods[:CARDS]:
        rows = records(forecast.whole[forecast.whole["period_start"] == period.start])
        own = [row for row in rows if row["currency"] == main]
        if not own:
            return
        (told,) = own
        others = [row for row in rows if row["currency"] != main and (row["expected"] or row["deals"])]
        yield Card(told, others, (period.end - today).days + 1, before, _plot(told))
        before = None if before is None else told["expected"]


def _plot(row: dict[str, Any]) -> Plot:
    sums = (row["rule_expected"], row["seller_expected"])
    beside = [amount for amount in sums if amount <= DRAWN * row["expected"]]
    return Plot(0, max(row["high_80"], row["expected"], *beside, 1.0), 0, 1, HEIGHT)


def _won_before(forecast: Forecast, currency: str) -> float | None:
    """What was won in the unit of time before the first period."""
    first, calendar = forecast.periods[0], forecast.pipeline.calendar
    day_before = first.start - timedelta(days=1)
    # The longest: every quarter begins and ends with a month as well.
    unit = next((unit for unit in (QUARTER, MONTH, WEEK) if _is_unit(first, unit)), None)
    if unit is None:
        return None
    history = forecast.pipeline.history
    won = Won.of(history)
    brought = won.within(Period(unit_start(day_before, unit, calendar), day_before, calendar))
    own: Flags = history.texts(OPPORTUNITIES, "currency").filled("").equal_to(currency)[won.opportunity]
    return float(brought[own].sum())


def _is_unit(period: Period, unit: str) -> bool:
    ends = (period.start, period.end + timedelta(days=1))
    return all(unit_start(day, unit, period.calendar) == day for day in ends)


def influenced(shown: Sequence[Card]) -> Card:
    """The first period that can still be influenced.

    Parameters
    ----------
    shown : sequence of Card
        At least one.
    """
    return shown[1] if len(shown) > 1 and shown[0].days_left <= NEARLY_OVER.days else shown[0]


def age_in_days(at: pd.Timestamp) -> int:
    """How many days old data are that were known at a moment, by the clock of this machine."""
    return (pd.Timestamp.now(tz="UTC") - at).days
