"""Nearly perfect alone: a feature that tells won from lost, or has values that only one of them has."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from sklearn.metrics import roc_auc_score

from winprob.features.timeline import Flags
from winprob.training.leaks.alone import auc_interval, share_interval
from winprob.training.leaks.first_snapshots import FirstSnapshots
from winprob.training.leaks.words import said

LEAST_AUC, LEAST_AUC_FOR_SURE = 0.94, 0.85
LEAST_SHARE, LEAST_SHARE_FOR_SURE = 0.995, 0.90

SURE = 0.95
"""Probability from which a feature alone is sure of an ending."""

LEAST_ODDS_RATIO = 20
"""Odds of an ending where a feature is sure of it, beside the odds elsewhere: where nearly all opportunities
are won, many a value has only won ones by chance or for good reasons. Sources of simulated companies reach
12 times."""


def tells_the_ending(snapshots: FirstSnapshots) -> Iterator[tuple[str, str]]:
    """Find features that are nearly perfect alone, from the first snapshot on.

    Parameters
    ----------
    snapshots : FirstSnapshots
        With enough opportunities won and lost.

    Yields
    ------
    feature, evidence : str
        Where the AUC of what the feature says alone is at least 0.94, and surely above 0.85: features
        that are known beforehand are far from that.
    """
    won = int(snapshots.ended.sum())
    lost = len(snapshots.ended) - won
    for name, predicted in snapshots.alone.items():
        area = float(roc_auc_score(snapshots.ended, predicted))
        lower, upper = auc_interval(area, won, lost)
        early = "" if name in snapshots.undated else " as early as the first snapshot"
        if area >= LEAST_AUC and lower > LEAST_AUC_FOR_SURE:
            yield (
                name,
                f"alone it tells won from lost{early} with an AUC of {area:.3f} (95 % "
                f"interval {lower:.3f} to {upper:.3f}; {won:,} opportunities won, {lost:,} lost)",
            )


def belongs_to_one_ending(snapshots: FirstSnapshots) -> Iterator[tuple[str, str]]:
    """Find undated features with values that only the won or only the lost have, though not all of them.

    What tells all endings is left to `tells_the_ending`. Dated records are left alone: few of those in the
    last stage are lost, and that is known in time.

    Parameters
    ----------
    snapshots : FirstSnapshots
        With enough opportunities won and lost.

    Yields
    ------
    feature, evidence : str
        Where at least 99.5 % of the opportunities of which the feature is sure end alike, surely more than
        90 %, and surely with twenty times the odds of the others.
    """
    columns = snapshots.X[snapshots.closed]
    won = snapshots.ended == 1
    told = {name for name, _ in tells_the_ending(snapshots)}
    for name, predicted in snapshots.alone.items():
        if name in told or name not in snapshots.undated:
            continue
        evidence = [
            _evidence(columns[name], "won", predicted >= SURE, won),
            _evidence(columns[name], "lost", predicted <= 1 - SURE, ~won),
        ]
        if any(evidence):
            yield name, "; ".join(filter(None, evidence))


def _evidence(column: pd.Series, ending: str, sure: Flags, right: Flags) -> str:
    """Say how surely some opportunities end alike; empty if it is nothing unheard of."""
    total, count, others = int(sure.sum()), int((sure & right).sum()), int((~sure).sum())
    if not total or count / total < LEAST_SHARE:
        return ""
    lower, upper = share_interval(count, total)
    elsewhere = ((~sure & right).sum() + 0.5) / (others + 1)
    odds_ratio = lower / (1 - lower) / (elsewhere / (1 - elsewhere))
    if lower <= LEAST_SHARE_FOR_SURE or odds_ratio < LEAST_ODDS_RATIO:
        return ""
    return (
        f"where it is {said(column, sure)}, {count:,} of {total:,} opportunities are {ending} "
        f"({count / total:.1%}, 95 % interval {lower:.1%} to {upper:.1%}), elsewhere "
        f"{(~sure & right).sum():,} of {others:,}"
    )
