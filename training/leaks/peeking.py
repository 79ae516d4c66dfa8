"""Features of a company's modules that look at what was not known yet, or at what no document has."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from winprob.features.build import build
from winprob.features.company_features import families_of
from winprob.features.families import FAMILIES
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.mistake import Mistake
from winprob.features.record import documents_of, history_of, snapshots_of

MOMENTS = (0.25, 0.5, 0.75, 1.0)
"""Shares of the time that is known, at whose ends is looked."""
ROWS, DOCUMENTS = 400, 5
"""Opportunities that are looked at then, and documents that are made of them: each takes milliseconds."""
ALONE = "look at the opportunity's own record only, as a document brings no other one"


def refuse_peeking(history: History) -> None:
    """Compute the features of a company's modules in three ways, and refuse those that differ.

    From all that is recorded, from what was recorded by then, and from the document that a CRM would send.

    Parameters
    ----------
    history : History
        What is known.

    Raises
    ------
    winprob.features.mistake.Mistake
        Naming the feature, the opportunity and the moment, and both values.
    """
    own = families_of(history.playbook)[len(FAMILIES) :]
    names = [
        feature.name for family in own for feature in family.features(history.playbook, history.attributes)
    ]
    if not names:
        return
    for share in MOMENTS:
        at = history.first_creation + share * (history.last_event - history.first_creation)
        _look(history, at.as_unit("us"), names)


def _look(history: History, at: pd.Timestamp, names: list[str]) -> None:
    opportunities = history.open_at(at)
    opportunities = opportunities[:: -(-len(opportunities) // ROWS) or 1]
    if not len(opportunities):
        return
    moments = pd.Series([at] * len(opportunities), dtype=TIME)
    now = build(history, snapshots=pd.DataFrame({"opportunity": opportunities, "at": moments}))[names]
    past = history.until(at)
    known = pd.Index(past.ids(np.arange(len(past))))
    numbers = known.get_indexer(now.index.get_level_values(0))
    then = build(past, snapshots=pd.DataFrame({"opportunity": numbers, "at": moments}))[names]
    _same(then, now, "from what was recorded by then", "from all that is recorded", "look at the moment only")
    documents = documents_of(history, opportunities[:DOCUMENTS], at)
    for number, document in enumerate(documents):
        alone = history_of([document], history.playbook, history.attributes)
        served = build(alone, snapshots=snapshots_of([document]))[names]
        _same(served, now.iloc[[number]], "from its document alone", "from the history", ALONE)


def _same(expected: pd.DataFrame, found: pd.DataFrame, source: str, other: str, remedy: str) -> None:
    for name in found:
        one, two = expected[name], found[name]
        differ = _differ(one, two)
        if differ.any():
            opportunity, at = differ.index[differ.to_numpy()][0]
            raise Mistake(
                f"feature {name}, opportunity {opportunity} at {at:%Y-%m-%d}: expected "
                f"{one[differ].iloc[0]} as {source}, found {two[differ].iloc[0]} {other}; {remedy}"
            )


def _differ(one: pd.Series, two: pd.Series) -> pd.Series[bool]:
    """Whether values differ, numbers by more than what adding up in another order rounds off."""
    if is_numeric_dtype(one.dtype):
        return pd.Series(~np.isclose(one, two, rtol=1e-9, atol=1e-9, equal_nan=True), one.index)
    one, two = one.astype("str"), two.astype("str")
    return ~((one == two) | (one.isna() & two.isna()))
