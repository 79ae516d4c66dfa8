"""The table of a forecast: one row per period, currency and group, and per period and currency the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.instant import MICROSECONDS_PER_DAY, microseconds
from features.timeline import Floats
from models.forecast.category import OPEN, category
from models.forecast.cells import Cells
from models.forecast.new_business import NewBusiness, new_business
from models.forecast.period import Period
from models.forecast.pipeline import Pipeline
from models.forecast.scenarios import SCENARIOS, Scenarios
from models.forecast.won import Won

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
NUMBERS = (
    "won", "expected", *QUANTILES, "open_expected", "new_expected", "rule_expected", "seller_expected",
    "deals", "without_amount", *OPEN,
)  # fmt: skip
"""Columns that hold numbers, in their order."""


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
        See `models.forecast.forecast.Forecast`.

    Raises
    ------
    features.mistake.Mistake
        If there is no such group.
    """
    won = Won.of(pipeline.history)
    scenarios = Scenarios(pipeline.bundle.movement.spread, pipeline.change.spread)
    by = [] if group is None else [group]
    levels = [Cells.of(pipeline.history)] + [Cells.of(pipeline.history, name) for name in by]
    frames = [
        _rows(pipeline, period, chance, cells, won, scenarios)
        for cells in levels
        for period, chance in zip(periods, chances.T, strict=True)
    ]
    found = pd.concat(frames, ignore_index=True)
    order = ["period_start", "period_end", *by, "currency", *NUMBERS]
    return found.reindex(columns=order).sort_values(
        ["period_start", "currency", *by], na_position="first", kind="stable", ignore_index=True
    )


def _rows(
    pipeline: Pipeline, period: Period, chance: Floats, cells: Cells, won: Won, scenarios: Scenarios
) -> pd.DataFrame:
    deals = pipeline.deals
    opportunity = deals["opportunity"].to_numpy()
    amount, final = deals["amount"].fillna(0.0).to_numpy(), deals["final_amount"].to_numpy()
    new = _new_business(pipeline, period, cells, won)
    columns: dict[str, np.ndarray] = {
        "won": cells.add(won.opportunity, won.within(period)),
        "open_expected": cells.add(opportunity, chance * final),
        "new_expected": new.mean,
        "deals": cells.add(opportunity, np.ones(len(deals))).astype(np.int64),
        "without_amount": cells.add(opportunity, deals["amount"].isna()).astype(np.int64),
    }
    promised = amount * _promised(deals["expected_close"], period, pipeline.at)
    rule = promised * deals["rule"].fillna(0.0).to_numpy()
    columns |= {
        "expected": columns["won"] + columns["open_expected"] + new.mean,
        "rule_expected": columns["won"] + cells.add(opportunity, rule),
        "seller_expected": columns["won"] + cells.add(opportunity, promised),
    }
    kind = category(chance, pipeline.bundle.playbook.forecast_categories)
    columns |= {name: cells.add(opportunity, amount * (kind == number)) for number, name in enumerate(OPEN)}
    totals = scenarios.sums(cells.cell[opportunity], len(cells), chance, final)
    totals += columns["won"][:, np.newaxis] + _draws(new)
    columns |= dict(zip(QUANTILES, np.quantile(totals, list(QUANTILES.values()), axis=1), strict=True))
    return cells.names.assign(period_start=period.start, period_end=period.end, **columns)


def _promised(expected_close: pd.Series, period: Period, at: pd.Timestamp) -> np.ndarray:
    """Whether sellers promise deals for a period; in the present one, also those that are overdue."""
    begin = pd.Timestamp(period.start, tz="UTC")
    end = pd.Timestamp(period.end, tz="UTC") + pd.Timedelta(days=1)
    inside = expected_close < end
    return (inside if begin <= at else inside & (expected_close >= begin)).to_numpy()


def _new_business(pipeline: Pipeline, period: Period, cells: Cells, won: Won) -> NewBusiness:
    now = microseconds(pd.Series([pipeline.at]))[0]
    created, closed = ((times - now) / MICROSECONDS_PER_DAY for times in (won.created, won.closed))
    first = microseconds(pipeline.history.opportunities["created_at"]).min(initial=now)
    ahead = period.days_after(pipeline.at)
    since = (first - now) / MICROSECONDS_PER_DAY
    return new_business(created, closed, won.amount, cells.cell[won.opportunity], len(cells), ahead, since)


def _draws(new: NewBusiness) -> Floats:
    """Gamma distributed: never below 0, and some of it rare and large."""
    random = np.random.default_rng(5)
    some = (new.mean > 0) & (new.variance > 0)
    mean, variance = np.where(some, new.mean, 1.0), np.where(some, new.variance, 1.0)
    drawn = random.gamma(
        (mean**2 / variance)[:, np.newaxis], (variance / mean)[:, np.newaxis], (len(mean), SCENARIOS)
    )
    return np.where(some[:, np.newaxis], drawn, new.mean[:, np.newaxis])
