"""The features of a company: those that everybody has, and those of its own modules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from winprob.features.catalogue import Family
from winprob.features.contract import OPPORTUNITIES
from winprob.features.event_table import event_tables
from winprob.features.families import FAMILIES, FAMILY_NAMES
from winprob.features.feature_module import FeatureModule, installed_modules
from winprob.features.history import History
from winprob.features.loaded_family import family_of
from winprob.features.message import Wording
from winprob.features.mistake import Mistake
from winprob.features.playbook import Playbook
from winprob.features.recorded_table import OWNER, RecordedTable
from winprob.features.typed_table import complete


def families_of(playbook: Playbook) -> tuple[Family, ...]:
    """List the families of features, in the order of the matrix.

    Parameters
    ----------
    playbook : Playbook
        With the modules of features that the company has.

    Returns
    -------
    tuple of Family

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> families_of(load_playbook()) == FAMILIES
    True
    """
    return (*FAMILIES, *map(family_of, playbook.feature_modules)) if playbook.feature_modules else FAMILIES


def family_names(playbook: Playbook) -> dict[str, Wording]:
    """Say what people call each family, by its code.

    Parameters
    ----------
    playbook : Playbook
        As for `families_of`.

    Returns
    -------
    dict of str to Wording
    """
    return FAMILY_NAMES | {family.code: family.words for family in families_of(playbook)}


def with_features(history: History, features: str | Path | None = None) -> History:
    """Give a history features of the company's own, beside those that everybody has.

    Parameters
    ----------
    history : History
        Not changed; keeps the modules of features that it has.
    features : str or pathlib.Path, optional
        A Python file that declares features, see docs/data-science.md. In place of a module of the same name.

    Returns
    -------
    History
        Also with the features of installed packages, which they name under the entry point
        ``winprob.features``.

    Raises
    ------
    winprob.features.mistake.Mistake
        If a module cannot be read or run, or two of them declare the same.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from winprob.features.build import build
    >>> from winprob.features.playbook import load_playbook
    >>> source = '''
    ... from winprob.features.catalogue import Family
    ... from winprob.features.message import message
    ... from winprob.features.view import Table, View
    ... FAMILY = Family("service", message("service"), View)
    ... @FAMILY.feature(message("calls of this week"))
    ... def calls_this_week(view):
    ...     "Contacts in the seven days before."
    ...     return view.as_of(Table(view.history, "activities")).within(7)
    ... '''
    >>> day = pd.to_datetime(pd.Series(["2026-01-05"]), utc=True)
    >>> history = History.of(load_playbook(), {
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["A"], "created_at": day}),
    ...     "activities": pd.DataFrame({"opportunity_id": ["A"], "at": day})})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "my_features.py")
    ...     _ = file.write_text(source)
    ...     known = with_features(history, file)
    >>> build(known, as_of="2026-01-06")["calls_this_week"].tolist()
    [1.0]
    """
    given = () if features is None else (FeatureModule.read(features),)
    modules = {
        module.name: module for module in (*installed_modules(), *history.playbook.feature_modules, *given)
    }
    if tuple(modules.values()) == history.playbook.feature_modules:
        return history
    playbook = history.playbook.with_features(tuple(modules.values()))
    _told_apart(playbook, history)
    return replace(history, playbook=playbook)


def in_terms_of(playbook: Playbook, history: History) -> History:
    """Look at a history with the features, and the tables of events, that another playbook has.

    Parameters
    ----------
    playbook : Playbook
        Such as that of an older model, which knows fewer.
    history : History
        Not changed.

    Returns
    -------
    History
        A table of events that it lacks is not recorded there.
    """
    own = history.playbook
    if own.events == playbook.events and own.feature_modules == playbook.feature_modules:
        return history
    changed = own.model_copy(update={"events": playbook.events}).with_features(playbook.feature_modules)
    nothing = np.zeros(len(history), bool)
    names = event_tables(changed)
    tables = {OPPORTUNITIES: history.tables[OPPORTUNITIES]}
    tables |= {name: history.tables[name] if name in history.tables else _empty(name) for name in names}
    recorded = {name: history.recorded.get(name, nothing) for name in names}
    return replace(history, playbook=changed, tables=tables, recorded=recorded)


def _empty(table: str) -> RecordedTable:
    rows = complete(table, pd.DataFrame()).drop(columns="opportunity_id")
    rows.insert(0, OWNER, np.array([], np.int64))
    return RecordedTable.of(rows)


def _told_apart(playbook: Playbook, history: History) -> None:
    """Refuse two families of one code, and two features of one name."""
    families = families_of(playbook)
    codes = Counter(family.code for family in families)
    names = Counter(
        feature.name for family in families for feature in family.features(playbook, history.attributes)
    )
    for what, counts in (("family", codes), ("feature", names)):
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            modules = ", ".join(module.name for module in playbook.feature_modules)
            raise Mistake(
                f"features of {modules}: expected each {what} once, found {twice[0]!r} twice; rename one"
            )
