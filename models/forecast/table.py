"""The table of a forecast: one row per period, currency and group, and per period and currency the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.instant import UNKNOWN, microsecond, microseconds
from winprob.features.mistake import Mistake
from winprob.features.timeline import Flags, Floats
from winprob.models.forecast.category import OPEN, category
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.new_business import new_business
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import Pipeline
from winprob.models.forecast.scenarios import Scenarios
from winprob.models.forecast.won import Won

QUANTILES = {
    "median": 0.5,
    "low_50": 0.25,
    "high_50": 0.75,
    "low_80": 0.1,
    "high_80": 0.9,
    "low_95": 0.025,
    "high_95": 0.975,
}
"""Columns of the ranges, each with the share of scenarios that lie below it."""
COLUMNS = (
    "period_start", "period_end", "currency", "won", "expected", *QUANTILES,
    "open_expected", "new_expected", "rule_expected", "seller_expected", "deals", "without_amount", *OPEN,
)  # fmt: skip
"""Columns in their order; that of the group comes before the currency."""


def table(
    pipeline: Pipeline, periods: tuple[Period, ...], chances: Floats, group: str | None
) -> pd.DataFrame:
    """Draw up the table.

    Parameters
    ----------
    pipeline : Pipeline
    periods : tuple of Period
    chances : numpy.ndarray of float64, shape (n, len(periods))
        How likely each open deal is won in each period.
    group : str, optional
        A column of ``opportunities``.

    Returns
    -------
    pandas.DataFrame
        See `winprob.models.forecast.forecast.Forecast`.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such group, or the table has a column of its name.
    """
    if group in set(COLUMNS) - {"currency"}:
        raise Mistake(
            f"group: expected a name that no column of a forecast has, found {group!r}; "
            "rename the column of opportunities"
        )
    won = Won.of(pipeline.history)
    past = won if pipeline.past is None else Won.of(pipeline.past)
    scenarios = Scenarios(pipeline.bundle.common_factor.spread, pipeline.change.spread)
    by = [] if group is None else [group]
    levels = [Cells.of(pipeline.history)] + [Cells.of(pipeline.history, name) for name in by]
    frames = [
        _rows(pipeline, period, chance, cells, won, past, scenarios)
        for cells in levels
        for period, chance in zip(periods, chances.T, strict=True)
    ]
    columns = [*COLUMNS[:2], *by, *COLUMNS[2:]]
    found = pd.concat(frames, ignore_index=True).reindex(columns=columns)
    found = found.astype({"deals": np.int64, "without_amount": np.int64})
    if group is not None:
        telling = found[["won", "new_expected", "deals"]].any(axis=1)
        found = found[telling | found[group].isna()]
    order = ["period_start", "currency", *by]
    return found.sort_values(order, na_position="first", kind="stable", ignore_index=True)


def _rows(
    pipeline: Pipeline,
    period: Period,
    chance: Floats,
    cells: Cells,
    won: Won,
    past: Won,
    scenarios: Scenarios,
) -> pd.DataFrame:
    created = pipeline.history.times(OPPORTUNITIES, "created_at")
    now = microsecond(pipeline.at)
    new = new_business(past, cells, created, now, period.days_after(pipeline.at), pipeline.exposure)
    so_far = cells.add(won.opportunity, won.within(period))
    columns = _sums(pipeline, period, chance, cells)
    columns |= {
        "won": so_far,
        "new_expected": new.mean,
        "expected": so_far + columns["open_expected"] + new.mean,
        "rule_expected": so_far + columns["rule_expected"],
        "seller_expected": so_far + columns["seller_expected"],
    }
    deals = pipeline.deals
    cell, final = cells.cell[deals["opportunity"]], deals["final_amount"].to_numpy()
    totals = scenarios.sums(cell, len(cells), chance, final)
    ranges = [
        np.quantile(so_far[number] + total + new.draw(number, len(total)), list(QUANTILES.values()))
        for number, total in enumerate(totals)
    ]
    columns |= dict(zip(QUANTILES, np.reshape(ranges, (len(cells), len(QUANTILES))).T, strict=True))
    return cells.names.assign(period_start=period.start, period_end=period.end, **columns)


def _sums(pipeline: Pipeline, period: Period, chance: Floats, cells: Cells) -> dict[str, np.ndarray]:
    """What open deals add up to, by the model, by the rules and by category."""
    deals = pipeline.deals
    amount = deals["amount"].fillna(0.0).to_numpy()
    asked = amount * promised(deals["expected_close"], period, pipeline.at)
    kind = category(chance, pipeline.bundle.playbook.forecast_categories)
    values = {
        "open_expected": chance * deals["final_amount"],
        "rule_expected": asked * deals["rule"].fillna(0.0),
        "seller_expected": asked,
        "deals": np.ones(len(deals)),
        "without_amount": deals["amount"].isna(),
        **{name: amount * (kind == number) for number, name in enumerate(OPEN)},
    }
    return {name: cells.add(deals["opportunity"].to_numpy(), value) for name, value in values.items()}


def promised(expected_close: pd.Series, period: Period, at: pd.Timestamp) -> Flags:
    """Tell which deals sellers expect to win in a period; in the present one, also those that are overdue.

    Parameters
    ----------
    expected_close : pandas.Series of datetime64[us, UTC], shape (n,)
        The sellers' dates; missing where none is recorded.
    period : Period
    at : pandas.Timestamp
        The moment of the forecast, UTC.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
    """
    expected = microseconds(expected_close)
    begin, over = period.bounds
    present = period.start <= period.calendar.day(at)
    return np.asarray((expected != UNKNOWN) & (expected < over) & (present | (expected >= begin)))
