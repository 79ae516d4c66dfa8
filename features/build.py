"""From a history and moments to the matrix that models learn from and score: the one feature path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.catalogue import Column, Feature
from winprob.features.company_features import families_of
from winprob.features.history import History
from winprob.features.instant import TIME, Instant, microseconds
from winprob.features.matrix import Matrix
from winprob.features.playbook import Playbook
from winprob.features.recorded import Recorded
from winprob.features.texts import Texts
from winprob.features.timeline import Floats, Integers


def catalogue(playbook: Playbook, attributes: Sequence[Attribute] = ()) -> tuple[Feature, ...]:
    """List the features that a company with this playbook and these attributes has.

    Parameters
    ----------
    playbook : Playbook
        How the company sells.
    attributes : sequence of Attribute
        Columns of ``opportunities`` beyond the contract.

    Returns
    -------
    tuple of Feature
        In the order of the matrix.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> [feature.name for feature in catalogue(load_playbook())][:2]
    ['stage_position', 'stage_percentage']
    """
    families = families_of(playbook)
    return tuple(feature for family in families for feature in family.features(playbook, attributes))


def build(
    history: History, as_of: Instant | None = None, snapshots: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compute the features of opportunities as they were known at moments.

    Parameters
    ----------
    history : History
        What is recorded.
    as_of : str, datetime or pandas.Timestamp, optional
        One row per opportunity open then; of the company's time zone if it says none. The time of the last
        event if neither this nor `snapshots` is given.
    snapshots : pandas.DataFrame, optional
        Instead of `as_of`: opportunities at any moments, with the columns ``opportunity`` (row number in
        ``history.opportunities``) and ``at`` (datetime64[us, UTC]). Rows in are rows out, in their order.

    Returns
    -------
    pandas.DataFrame, shape (n_snapshots, n_features)
        Indexed by ``opportunity_id`` and ``as_of``. One column per feature of `catalogue`: float64 with flags
        as 0 and 1, or ``category``; what is not recorded is missing.

    Raises
    ------
    ValueError
        If both `as_of` and `snapshots` are given.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> created = pd.Timestamp("2026-01-05", tz="UTC")
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A"], "created_at": [created]})})
    >>> build(history, as_of="2026-01-15T00:00")["age"].tolist()
    [10.0]
    """
    if snapshots is None:
        snapshots = open_snapshots(history, as_of)
    elif as_of is not None:
        raise ValueError("expected either as_of or snapshots, found both: leave one of them out")
    opportunity = snapshots["opportunity"].to_numpy(np.int64)
    return compute(history, opportunity, microseconds(snapshots["at"])).frame


def compute(recorded: Recorded, opportunity: Integers, moment: Integers) -> Matrix:
    """Compute the features of opportunities as they were known at moments, as arrays.

    Parameters
    ----------
    recorded : Recorded
        A history, or documents.
    opportunity : numpy.ndarray of int64, shape (n,)
        Numbers of the opportunities.
    moment : numpy.ndarray of int64, shape (n,)
        Microseconds since 1970 in UTC.

    Returns
    -------
    Matrix
        Of `n` rows, in their order.
    """
    columns: dict[str, Floats | Texts] = {}
    for family in families_of(recorded.playbook):
        view = family.view(recorded, opportunity, moment)
        for feature in family.features(recorded.playbook, recorded.attributes):
            columns[feature.name] = _typed(feature.compute(view))
    return Matrix(columns, recorded.ids(opportunity), moment)


def open_snapshots(history: History, as_of: Instant | None = None) -> pd.DataFrame:
    """List the opportunities open at a moment, as `build` takes them.

    Parameters
    ----------
    history : History
        What is recorded.
    as_of : str, datetime or pandas.Timestamp, optional
        The time of the last event if left out.

    Returns
    -------
    pandas.DataFrame
        With the columns ``opportunity`` and ``at``.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> created = pd.to_datetime(pd.Series(["2026-01-05", "2026-02-05"]), utc=True)
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A", "B"], "created_at": created})})
    >>> open_snapshots(history, "2026-01-31")["opportunity"].tolist()
    [0]
    """
    at = history.moment(as_of)
    rows = history.open_at(at)
    return pd.DataFrame({"opportunity": rows, "at": pd.Series([at] * len(rows), dtype=TIME)})


def _typed(column: Column) -> Floats | Texts:
    if isinstance(column, Texts):
        return column
    if isinstance(column, pd.Categorical):
        return Texts.of_pandas(column)
    return column.astype(np.float64, copy=False)
