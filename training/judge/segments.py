"""Segments: the test rows by stage, by region and by band of the amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from winprob.features.message import Wording, message
from winprob.features.playbook import Playbook
from winprob.features.timeline import Flags, Floats
from winprob.models.wording.contributions import NOT_RECORDED

MOST_REGIONS = 12
"""Regions shown by themselves, those with the most opportunities."""

BANDS = 3
"""Bands of the amount, each with about as many opportunities."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Which rows have something in common.

    Attributes
    ----------
    name : Wording
        What.
    chosen : numpy.ndarray of bool, shape (n,)
    """

    name: Wording
    chosen: Flags


def by_stage(X: pd.DataFrame, playbook: Playbook) -> list[Rows]:
    """Rows by the stage at the moment, in the order of the playbook.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, k)
        A matrix of `winprob.features.build`.
    playbook : Playbook

    Returns
    -------
    list of Rows
        Stages that come up, then the rows without one; empty if no row has a stage.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> X = pd.DataFrame({"stage_position": [2.0, 2.0, np.nan]})
    >>> [(each.name.en, int(each.chosen.sum())) for each in by_stage(X, load_playbook())]
    [('Shortlisted', 2), ('not recorded', 1)]
    """
    position = X["stage_position"].to_numpy(np.float64)
    stages = [(stage.name, position == place) for place, stage in enumerate(playbook.stages)]
    return _found(stages, np.isnan(position))


def by_region(X: pd.DataFrame, playbook: Playbook) -> list[Rows]:
    """Rows by region, those with the most opportunities first.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, k)
        A matrix of `winprob.features.build`, indexed by opportunity.
    playbook : Playbook
        May name them.

    Returns
    -------
    list of Rows
        At most `MOST_REGIONS`, then all others together, then the rows without one; empty if no row has one.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> index = pd.MultiIndex.from_tuples([("A", 1), ("B", 1), ("B", 2)], names=["opportunity_id", "as_of"])
    >>> X = pd.DataFrame({"region": pd.Categorical(["north", "south", "south"])}, index=index)
    >>> [(each.name.en, int(each.chosen.sum())) for each in by_region(X, load_playbook())]
    [('north', 1), ('south', 2)]
    """
    written = X["region"].astype("str").str.strip()
    region, missing = written.to_numpy(object), (written.isna() | (written == "")).to_numpy()
    once = pd.DataFrame({"opportunity": _opportunity(X), "region": region})[~missing].drop_duplicates()
    names = once["region"].value_counts(sort=False).sort_values(ascending=False, kind="stable").index
    shown, others = names[:MOST_REGIONS], names[MOST_REGIONS:]
    regions = [(playbook.value_words("region", name), (region == name) & ~missing) for name in shown]
    rest = message("{count} other regions", count=len(others))
    return _found([*regions, (rest, np.isin(region, others) & ~missing)], missing)


def by_amount(X: pd.DataFrame) -> list[Rows]:
    """Rows by the amount at the moment, in bands with about as many opportunities each.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, k)
        A matrix of `winprob.features.build`, indexed by opportunity.

    Returns
    -------
    list of Rows
        From the lowest, then the rows without an amount; empty if no row has one. Bounds are rounded to two
        digits: nobody remembers others.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([list("ABCDEF"), [1]], names=["opportunity_id", "as_of"])
    >>> X = pd.DataFrame({"log_amount": np.log1p([100, 200, 3330, 4000, 50_000, 66_000.0])}, index=index)
    >>> [each.name.en for each in by_amount(X)]
    ['up to 2,300', 'over 2,300 up to 19,000', 'over 19,000']
    """
    log_amount = X["log_amount"].to_numpy(np.float64)
    amount, missing = np.round(np.expm1(log_amount), 6), np.isnan(log_amount)
    if missing.all():
        return []
    last = pd.Series(amount).groupby(_opportunity(X)).last().dropna()
    bounds = np.unique([_two_digits(bound) for bound in last.quantile(np.arange(1, BANDS) / BANDS)])
    band = np.searchsorted(bounds, amount)
    return _found([(name, (band == place) & ~missing) for place, name in enumerate(_bands(bounds))], missing)


def _found(named: Sequence[tuple[Wording, Flags]], missing: Flags) -> list[Rows]:
    if missing.all():
        return []
    return [Rows(name, chosen) for name, chosen in [*named, (NOT_RECORDED, missing)] if chosen.any()]


def _opportunity(X: pd.DataFrame) -> pd.Index:
    return X.index.get_level_values("opportunity_id")


def _two_digits(amount: float) -> float:
    return float(f"{amount:.1e}")


def _bands(bounds: Floats) -> Iterator[Wording]:
    """Name the bands between bounds; an amount equal to a bound is in the band below it."""
    texts = [f"{bound:,.0f}" if bound >= 10 or bound == int(bound) else f"{bound:g}" for bound in bounds]
    yield message("up to {amount}", amount=texts[0])
    for low, high in pairwise(texts):
        yield message("over {low} up to {high}", low=low, high=high)
    yield message("over {amount}", amount=texts[-1])
