"""Values that name the ending, such as "Closed Won": a few opportunities are proof enough of these."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from winprob.training.leaks.alone import LEAST, share_interval
from winprob.training.leaks.first_snapshots import FirstSnapshots

LEAST_SHARE = 0.95

NAMES = {
    "won": re.compile(r"\W*(closed\W*)?(won|win|signed)\b|已?(赢单|成交|中标|签约)", re.IGNORECASE),
    "lost": re.compile(r"\W*(closed\W*)?(lost|loss|lose)\b|已?(输单|丢单|失单|未中标|流标)", re.IGNORECASE),
}
"""How values begin that name an ending."""


def obstacle(snapshots: FirstSnapshots) -> str:
    """Why no value can name an ending; empty if one can."""
    if any(isinstance(kind, pd.CategoricalDtype) for kind in snapshots.X.dtypes):
        return ""
    return "no column holds texts"


def find(snapshots: FirstSnapshots) -> Iterator[tuple[str, str]]:
    """Find undated features with values that name an ending, and are right about it.

    "Lost customer" can be a kind of customer: it counts only if nearly all opportunities that have it are
    lost, and surely more than of all.

    Parameters
    ----------
    snapshots : FirstSnapshots
        With enough opportunities won and lost.
    """
    closed = snapshots.X[snapshots.closed]
    texts = [str(name) for name in closed.select_dtypes("category") if name in snapshots.undated]
    for name in texts:
        told = [
            each
            for value in closed[name].cat.categories
            for ending, pattern in NAMES.items()
            if pattern.match(str(value)) and (each := _evidence(snapshots, name, str(value), ending))
        ]
        if told:
            yield name, "; ".join(told)


def _evidence(snapshots: FirstSnapshots, name: str, value: str, ending: str) -> str:
    right = snapshots.ended == float(ending == "won")
    having = (snapshots.X.loc[snapshots.closed, name] == value).to_numpy()
    total, count = int(having.sum()), int((having & right).sum())
    if total < LEAST or count / total < LEAST_SHARE or share_interval(count, total)[0] <= right.mean():
        return ""
    return (
        f"it names the ending: {count:,} of {total:,} opportunities with {value!r} are {ending}, of all "
        f"{right.mean():.0%}"
    )
