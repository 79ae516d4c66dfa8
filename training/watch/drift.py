"""Drift: whether the opportunities that are open now are like those that a model learned from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2, false_discovery_control

from winprob.features.build import build, open_snapshots
from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.timeline import Floats, Integers
from winprob.models.bundle.scoring import unrecorded
from winprob.models.bundle.trained_model import TrainedModel

EVERY, DATES = 28, 13
"""Days between the dates of the reference, and how many at most, up to when the model had learned: a year, so
that every season is in it; whole weeks before now, as much depends on the day of the week."""
FEWEST = 30
"""Opportunities open now, and in the reference, below which nothing is said."""
BINS = 5
"""Of numbers, by quantiles of the reference; what is missing is one more."""
RARE = 0.05
"""Categories with a smaller share of the reference count as one."""
LARGE = 0.2
"""A population stability index above it is more than a small change; the rule of thumb of credit scoring has
0.1 for a small one and 0.25 for a large one (Siddiqi, Credit Risk Scorecards, 2006)."""
ALPHA, WATCHES = 0.05, 13
"""Chance of a false alarm in a year, and how many watches that is: one every four weeks. Each has its part of
the chance (Bonferroni): neighbouring watches see much the same, so that the sum is an upper bound."""
TRACK_RECORDS = (
    *("customer_wins", "customer_losses", "customer_won_before", "customer_only_lost_before"),
    *("seller_win_rate", "seller_open_opportunities", "team_win_rate"),
)
"""Features that are told but no alarm: they count what came before, and so go on growing in a young history,
and all opportunities of a customer, a seller or a team move together, which the test does not know."""
OFTEN = 0.5
"""What so large a share of the reference had recorded was a part of it."""


@dataclass(frozen=True)
class Shift:
    """How far a feature has moved.

    Attributes
    ----------
    feature : str
    stability : float
        The population stability index of the opportunities open now against the reference.
    usual : float
        The largest index of one date of the reference against another: how far the population has moved
        within a year.
    p_value : float
        The chance of such a difference if nothing has changed, adjusted for the number of features.
    recorded_then, recorded_now : float
        Share of the opportunities of which it is recorded.
    """

    feature: str
    stability: float
    usual: float
    p_value: float
    recorded_then: float
    recorded_now: float

    @property
    def drifted(self) -> bool:
        """Whether it moved far, further than within the year of the reference, and beyond chance.

        Track records never have, see `TRACK_RECORDS`.

        All three: the index alone is large by chance where few are open, a test alone finds any small change
        where many are, and neither knows of seasons and other changes that the model has seen.
        """
        large = self.stability >= max(LARGE, self.usual) and self.p_value <= ALPHA / WATCHES
        return large and self.feature not in TRACK_RECORDS

    @property
    def stopped(self) -> bool:
        """Whether it was a part of what is recorded, and is no longer."""
        return self.recorded_then >= OFTEN and self.recorded_now == 0


@dataclass(frozen=True)
class Drift:
    """How the population has moved.

    Attributes
    ----------
    shifts : tuple of Shift
        The largest first; none where there are too few opportunities.
    opened, reference : int
        Opportunities open now, and in the reference.
    dates : int
        Of the reference.
    unrecorded : str
        Which features the model learned from and neither the reference nor the present has; empty if none.
    """

    shifts: tuple[Shift, ...]
    opened: int
    reference: int
    dates: int
    unrecorded: str = ""


def drift_since(model: TrainedModel, history: History, since: pd.Timestamp) -> Drift:
    """Compare the opportunities that are open now with those open at dates up to when a model learned.

    Parameters
    ----------
    model : TrainedModel
        Whose features.
    history : History
        All that is known now.
    since : pandas.Timestamp
        When the data that the model learned from end, UTC.

    Notes
    -----
    An opportunity that is open for long is in the reference at several dates, and all opportunities of a
    customer have its industry and its size. What belongs to one customer, or to one opportunity where no
    customer is recorded, counts as if it were all the same: as many rows as would tell as much if they were
    independent (Kish, Survey Sampling, 1965). Their counts are compared by a likelihood-ratio (G) test with
    half a case in each bin, without which rare bins raise too many alarms: a Wald test takes the spread of a
    bin from the few opportunities in it. The p-values are adjusted by Benjamini and Hochberg (1995).

    Examples
    --------
    ``[shift.feature for shift in drift_since(bundle, history, as_of).shifts if shift.drifted]``
    """
    dates = _dates(history, since)
    dated = [open_snapshots(history, date) for date in (*dates, history.last_event)]
    snapshots = pd.concat(dated, ignore_index=True)
    date = np.repeat(np.arange(len(dated)), [len(rows) for rows in dated])
    now, opportunity = date == len(dated) - 1, snapshots["opportunity"].to_numpy()
    opened, reference = int(now.sum()), len(np.unique(opportunity[~now]))
    if min(opened, reference) < FEWEST:
        return Drift((), opened, reference, len(dates))
    X = build(history, snapshots=snapshots).reindex(columns=list(model.model.columns_.names))
    together = _together(history)[opportunity]
    shifts = _adjusted([_shift(X[name], date, now, together) for name in X])
    lost = "; ".join(notice.found for notice in unrecorded(model, X))
    return Drift(
        tuple(sorted(shifts, key=lambda shift: -shift.stability)), opened, reference, len(dates), lost
    )


def _together(history: History) -> Integers:
    """Number the customer of each opportunity, or the opportunity where none is recorded."""
    customer = history.texts(OPPORTUNITIES, "customer_id").codes
    together = len(history) + np.arange(len(history))
    together[customer >= 0], _ = pd.factorize(customer[customer >= 0])
    return together


def _dates(history: History, since: pd.Timestamp) -> pd.DatetimeIndex:
    """The dates of the reference."""
    most = int((history.last_event - history.first_creation) / pd.Timedelta(days=EVERY)) + 1
    dates = pd.date_range(end=history.last_event, periods=most, freq=f"{EVERY}D")
    return dates[dates <= since][-DATES:]


def _shift(column: pd.Series, date: Integers, now: npt.NDArray[np.bool_], together: Integers) -> Shift:
    binned = _binned(column, now)
    member = (binned[:, np.newaxis] == np.unique(binned)).astype(np.float64)
    whole = member[~now].sum(axis=0)
    by_date = [member[date == one].sum(axis=0) for one in np.unique(date[~now])]
    usual = [stability(one, other) for one, other in combinations(by_date, 2)]
    recorded = column.notna().to_numpy()
    return Shift(
        str(column.name),
        stability(member[now].sum(axis=0), whole),
        max(usual, default=0.0),
        chance(member, now, together),
        float(recorded[~now].mean()),
        float(recorded[now].mean()),
    )


def _adjusted(shifts: list[Shift]) -> Iterator[Shift]:
    p_values = false_discovery_control([shift.p_value for shift in shifts]) if shifts else []
    for shift, p_value in zip(shifts, p_values, strict=True):
        yield replace(shift, p_value=float(p_value))


def _binned(column: pd.Series, now: npt.NDArray[np.bool_]) -> Integers:
    """Number the bins of a column by its reference; -1 for what is missing."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(np.float64)
        known = values[~now & ~np.isnan(values)]
        edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS)) if len(known) else np.empty(0)
        return np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="left"))
    shares = column[~now].value_counts(normalize=True)
    common = pd.Index(shares.index[shares >= RARE])
    return np.where(column.isna(), -1, common.get_indexer(column) + 1)


def stability(counts: Floats, reference: Floats) -> float:
    """Population stability index of the shares of bins.

    The sum over bins of (share - share in the reference) * log of their ratio. Half a case is added to each
    bin, as an empty one would make it infinite.

    Parameters
    ----------
    counts, reference : numpy.ndarray of float64, shape (k,)

    Examples
    --------
    >>> stability(np.array([50.0, 50.0]), np.array([500.0, 500.0]))
    0.0
    >>> round(stability(np.array([80.0, 20.0]), np.array([500.0, 500.0])), 2)
    0.41
    """
    share, usual = ((each + 0.5) / (each + 0.5).sum() for each in (counts, reference))
    return float(((share - usual) * np.log(share / usual)).sum())


def chance(member: Floats, now: npt.NDArray[np.bool_], together: Integers) -> float:
    """Tell how likely chance alone makes shares of bins differ so much, counting once what moves together.

    Parameters
    ----------
    member : numpy.ndarray of float64, shape (n, k)
        1 in the bin that a row is in.
    now : numpy.ndarray of bool, shape (n,)
        Which rows are compared with the others.
    together : numpy.ndarray of int64, shape (n,)
        Rows of one number are not independent.

    Examples
    --------
    >>> member = np.repeat(np.eye(2), [50, 50], axis=0)
    >>> round(chance(member, np.tile([True, False], 50), np.arange(100)), 2)
    1.0
    """
    counts = np.array([_independent(member[side], together[side]) for side in (now, ~now)]) + 0.5
    if counts.shape[1] < 2:
        return 1.0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic = 2 * (counts * np.log(counts / expected)).sum()
    return float(chi2.sf(statistic, counts.shape[1] - 1))


def _independent(member: Floats, together: Integers) -> Floats:
    """Count the rows of each bin, scaled to as many as there would be if none moved together (Kish)."""
    sizes = np.unique(together, return_counts=True)[1].astype(np.float64)
    counts: Floats = member.sum(axis=0) * sizes.sum() / (sizes**2).sum()
    return counts
