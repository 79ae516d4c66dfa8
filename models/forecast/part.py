"""Parts that a forecast or its change is made of: what they are called, and how they add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from winprob.features.company_features import family_names
from winprob.features.message import Wording, languages, message
from winprob.features.playbook import Playbook

WON, BASE, NEW_BUSINESS = "won", "base", "new_business"
LOST, NEW, SLIPPED_OUT, PULLED_IN = "lost", "new", "slipped_out", "pulled_in"
AMOUNT_CHANGED, CORRECTED = "amount_changed", "corrected"
AMOUNT_OUTLOOK, MODEL_CHANGED = "amount_outlook", "model_changed"
PROBABILITY = "probability."
"""What stands before a family's code where its probabilities have changed."""

NAMES: dict[str, Wording] = {
    WON: message("won"),
    BASE: message("at the base win rate"),
    LOST: message("lost"),
    NEW: message("new deals"),
    SLIPPED_OUT: message("slipped out of the period"),
    PULLED_IN: message("pulled into the period"),
    AMOUNT_CHANGED: message("amount changed"),
    CORRECTED: message("records corrected"),
    NEW_BUSINESS: message("deals not created yet"),
    AMOUNT_OUTLOOK: message("expected change of amounts until signature"),
    MODEL_CHANGED: message("model changed"),
}
"""What people call each part that is no family of features."""
NAMES_OF_CHANGE = NAMES | {
    WON: message("won, beyond what was expected"),
    LOST: message("lost, no longer expected"),
}
"""The same of a change: wins and losses count as far as they were not expected."""


def names_of_parts(playbook: Playbook, change: bool = False) -> dict[str, Wording]:
    """Say what people call each part of a forecast, or of a change.

    Parameters
    ----------
    playbook : Playbook
        With the features of the company's own.
    change : bool

    Returns
    -------
    dict of str to Wording
        By code.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> names_of_parts(load_playbook())["probability.risk"].en
    'probability changed: risk form'
    """
    families = family_names(playbook)
    changed = {
        PROBABILITY + code: message("probability changed: {words}", words=words)
        for code, words in families.items()
    }
    return (NAMES_OF_CHANGE if change else NAMES) | families | changed


def parts_of_forecast(families: Sequence[str]) -> tuple[str, ...]:
    """List what a forecast is made of.

    Parameters
    ----------
    families : sequence of str
        Codes of the families of reasons.

    Returns
    -------
    tuple of str
        In the order in which they are told.

    Examples
    --------
    >>> parts_of_forecast(["stage"])
    ('won', 'base', 'stage', 'new_business')
    """
    return (WON, BASE, *families, NEW_BUSINESS)


def parts_of_change(families: Sequence[str]) -> tuple[str, ...]:
    """List what the change of a forecast is made of.

    Parameters
    ----------
    families : sequence of str
        Codes of the families of reasons.

    Returns
    -------
    tuple of str
        In the order in which they are told: first what happened, then what was learned.

    Examples
    --------
    >>> parts_of_change(["stage"])[5:7]
    ('amount_changed', 'probability.stage')
    """
    happened = (WON, LOST, NEW, SLIPPED_OUT, PULLED_IN, AMOUNT_CHANGED)
    chances = tuple(PROBABILITY + family for family in families)
    return (*happened, *chances, CORRECTED, NEW_BUSINESS, AMOUNT_OUTLOOK, MODEL_CHANGED)


def opened(who: pd.DataFrame, amounts: pd.DataFrame) -> pd.DataFrame:
    """Write what deals have to do with parts one below the other.

    Parameters
    ----------
    who : pandas.DataFrame, shape (n, k)
        What is said of each deal, such as its ``opportunity_id``.
    amounts : pandas.DataFrame of float64, shape (n, m)
        One column per part.

    Returns
    -------
    pandas.DataFrame, shape (at most n · m, k + 2)
        The columns of `who`, ``part`` and ``amount``; nothing where the amount is 0.

    Examples
    --------
    >>> deals = pd.DataFrame({"opportunity_id": ["A", "B"]})
    >>> opened(deals, pd.DataFrame({"won": [0.0, 5.0], "lost": [-3.0, 0.0]})).to_numpy().tolist()
    [['B', 'won', 5.0], ['A', 'lost', -3.0]]
    """
    values = amounts.to_numpy(np.float64)
    part, row = np.nonzero(values.T)
    return who.iloc[row].assign(part=amounts.columns[part], amount=values[row, part]).reset_index(drop=True)


def add_up(
    deals: pd.DataFrame, rows: pd.DataFrame, parts: Sequence[str], called: Mapping[str, Wording]
) -> pd.DataFrame:
    """Add up what deals have to do with each part.

    Parameters
    ----------
    deals : pandas.DataFrame
        ``part``, ``amount`` and columns of `rows`.
    rows : pandas.DataFrame
        What is to be told apart, such as currencies, once each; further columns are carried along.
    parts : sequence of str
        Their codes, in the order wanted.
    called : mapping of str to Wording
        The names of the parts, by code.

    Returns
    -------
    pandas.DataFrame
        For every one of `rows`, in their order, one row per part: ``part``, ``name_en``, ``name_zh``,
        ``amount`` (0 where no deal has to do with it).

    Examples
    --------
    >>> deals = pd.DataFrame({"currency": "EUR", "part": ["won", "won"], "amount": [40.0, 2.0]})
    >>> add_up(deals, pd.DataFrame({"currency": ["EUR"]}), ["won", "lost"], NAMES)["amount"].tolist()
    [42.0, 0.0]
    """
    names = {
        f"name_{language}": [called[part].in_language(language) for part in parts] for language in languages()
    }
    words = pd.DataFrame({"part": parts, **names})
    keys = [*(name for name in rows if name in deals), "part"]
    sums = deals.groupby(keys, as_index=False, dropna=False)["amount"].sum()
    wanted = rows.merge(words, how="cross")
    return wanted.merge(sums, how="left", on=keys).fillna({"amount": 0.0})
