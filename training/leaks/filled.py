"""Filled in at closing: recorded for closed opportunities, and hardly ever for open ones like them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import chi2

from winprob.features.instant import microseconds
from winprob.features.timeline import Floats
from winprob.training.leaks.first_snapshots import FirstSnapshots
from winprob.training.leaks.words import value_said

MOST_SHARE = 1 / 3
"""Of as many open opportunities as would be expected, fewer than this share have the feature."""

LEAST_MARKED = 0.05
NEIGHBOURS = 50
LEAST_ALIKE = 20


def obstacle(snapshots: FirstSnapshots) -> str:
    """Why open and closed opportunities cannot be compared; empty if they can."""
    if not snapshots.dated:
        return "a flat table has no open opportunities to compare the closed ones with"
    closed, still_open = int(snapshots.closed.sum()), int((~snapshots.closed).sum())
    if min(closed, still_open) >= LEAST_ALIKE:
        return ""
    return (
        f"expected at least {LEAST_ALIKE} closed and {LEAST_ALIKE} open opportunities, found {closed} and "
        f"{still_open}"
    )


def find(snapshots: FirstSnapshots) -> Iterator[tuple[str, str]]:
    """Find features recorded for closed opportunities, and hardly ever for open ones.

    Open opportunities are newer and slower than closed ones, and a field can be new, given up, or of a quick
    kind of business. So each open one is compared with the closed ones created about the same time, and with
    those that stayed open as long as it has by now; it is expected to have the feature as often as the less
    often recorded of both. What is filled in at closing is missing beside either; hardly anything else is.

    Some columns hold a value from the start that stands for nothing, such as 0 or "in progress". So of a
    column without dates it is also asked who has another value than the most usual one of open opportunities.

    Parameters
    ----------
    snapshots : FirstSnapshots
        Without an `obstacle`.

    Yields
    ------
    feature, evidence : str
        Where even the upper end of the 95 % Poisson interval (Garwood, Biometrika 28, 1936) of how many open
        ones have it is below a third of the number expected.
    """
    for name in map(str, snapshots.X):
        evidence = next(filter(None, (_evidence(snapshots, *mark) for mark in _marks(snapshots, name))), None)
        if evidence:
            yield name, evidence


def _marks(snapshots: FirstSnapshots, name: str) -> Iterator[tuple[str, Floats]]:
    """What closed opportunities may have and open ones lack, in words and as 1 or 0 for each opportunity."""
    column = snapshots.X[name]
    recorded = column.notna()
    yield "recorded", recorded.to_numpy().astype(np.float64)
    usual = column[~snapshots.closed].mode()
    if name in snapshots.undated and len(usual):
        other = recorded & (column != usual[0])
        yield f"other than {value_said(usual[0])}", other.to_numpy().astype(np.float64)


def _evidence(snapshots: FirstSnapshots, words: str, mark: Floats) -> str:
    """Say how much more often closed opportunities have a mark; empty if it is nothing unheard of."""
    closed = snapshots.closed
    if mark[closed].mean() < LEAST_MARKED or mark.all():
        return ""
    expected = float(_expected(snapshots, mark).sum())
    found = float(mark[~closed].sum())
    if chi2.ppf(0.975, 2 * found + 2) / 2 >= MOST_SHARE * expected:
        return ""
    return (
        f"{words} for {mark[closed].sum():,.0f} of {closed.sum():,} closed opportunities "
        f"({mark[closed].mean():.0%}), but for {found:,.0f} of {(~closed).sum():,} open ones; "
        f"going by closed ones of the same time and age it would be {expected:,.0f}"
    )


def _expected(snapshots: FirstSnapshots, mark: Floats) -> Floats:
    """How often the closed opportunities like each open one have a mark."""
    closed, times = snapshots.closed, snapshots.times
    at, days = microseconds(times["at"]), times["days"].to_numpy()
    by_time = np.argsort(at[closed], kind="stable")
    place = np.searchsorted(at[closed][by_time], at[~closed])
    width = min(NEIGHBOURS, len(by_time))
    first = np.clip(place - width // 2, 0, len(by_time) - width)
    of_the_same_time = _mean(mark[closed][by_time], first, first + width)
    by_days = np.argsort(days[closed], kind="stable")
    longer = np.searchsorted(days[closed][by_days], times["followed"].to_numpy()[~closed])
    first = np.minimum(longer, len(by_days) - LEAST_ALIKE)
    as_long_open = _mean(mark[closed][by_days], first, np.full(len(first), len(by_days)))
    return np.minimum(of_the_same_time, as_long_open)


def _mean(values: Floats, first: np.ndarray, beyond: np.ndarray) -> Floats:
    sums = np.append(0, np.cumsum(values))
    means: Floats = (sums[beyond] - sums[first]) / (beyond - first)
    return means
