"""Sentences about contributions, worded for whoever coaches a salesperson.

Everything is made of what the catalogue says of a feature: a new feature needs nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from winprob.features.catalogue import Feature
from winprob.features.message import Message, Verbatim, Wording, listed, message, plural
from winprob.features.playbook import Language

Value: TypeAlias = float | str | None

NOT_RECORDED = message("not recorded")
MOST_NAMES = 4
"""Names in a sentence; the others are counted."""
YES = message("yes")
NO = message("no")


def sentence(feature: Feature, value: Value, points: float, language: Language) -> str:
    """Say what is the case and what it does to the win probability.

    Parameters
    ----------
    feature : Feature
        The column of the matrix.
    value : float, str or None
        What the row has there; missing as None, NaN or pandas.NA.
    points : float
        The feature's part of the probability, as in `winprob.models.win.explanation.Explanation.points`:
        -0.061 is 6.1 percentage points down.
    language : str
        The language wanted.

    Examples
    --------
    >>> from winprob.features.families.contact import FAMILY
    >>> sentence(FAMILY.declared[0], 34.0, -0.061, "en")
    '34 days since the last contact – lowers the win probability by 6.1 points.'
    >>> sentence(FAMILY.declared[0], 34.0, -0.061, "zh")
    '距最近一次联系34天，使赢单概率降低6.1个百分点。'
    """
    words = message("{fact} – {effect}.", fact=fact(feature, value, language), effect=effect(points))
    return words.in_language(language)


def unrecorded_sentence(
    features: Sequence[Feature], family: Wording, points: float, language: Language
) -> str:
    """Say what is not recorded of a family, and what all of it does to the win probability.

    Parameters
    ----------
    features : sequence of Feature
        The columns that are not recorded, at least one.
    family : Wording
        What people call the family.
    points : float
        What they add together to the probability.
    language : str
        The language wanted.

    Examples
    --------
    >>> from winprob.features.families.timing import FAMILY
    >>> unrecorded_sentence(FAMILY.declared[:1], FAMILY.words, -0.012, "en")
    'Not recorded of timing: age – lowers the win probability by 1.2 points: fill these in.'
    """
    names, more = listed(feature.words for feature in features[:MOST_NAMES]), len(features) - MOST_NAMES
    if more > 0:
        words = message(
            "Not recorded of {family}: {names} and {more} more – {effect}: fill these in.",
            family=family,
            names=names,
            more=more,
            effect=effect(points),
        )
    else:
        words = message(
            "Not recorded of {family}: {names} – {effect}: fill these in.",
            family=family,
            names=names,
            effect=effect(points),
        )
    return words.in_language(language)


def unexplained_sentence(points: float, language: Language) -> str:
    """Say what all of the data do together, where the model gives no reasons.

    Examples
    --------
    >>> unexplained_sentence(0.12, "en")
    'The model does not say why: all that is recorded raises the win probability by 12.0 points.'
    """
    words = message("The model does not say why: all that is recorded {effect}.", effect=effect(points))
    return words.in_language(language)


def effect(points: float) -> Message:
    """Say what a contribution does to the win probability.

    Parameters
    ----------
    points : float
        Difference of probability; 0.061 is 6.1 percentage points up.

    Examples
    --------
    >>> effect(0.061).en, effect(0.0).en
    ('raises the win probability by 6.1 points', 'does not change the win probability')
    >>> effect(-0.0001).en
    'hardly changes the win probability'
    """
    size = f"{100 * abs(points):.1f}"
    if points == 0:
        return message("does not change the win probability")
    if size == "0.0":
        return message("hardly changes the win probability")
    if points > 0:
        return message("raises the win probability by {size} points", size=size)
    return message("lowers the win probability by {size} points", size=size)


def fact(feature: Feature, value: Value, language: Language) -> str:
    """Say what the row has for a feature.

    Parameters
    ----------
    feature : Feature
        The column of the matrix.
    value : float, str or None
        What the row has there; missing as None, NaN or pandas.NA.
    language : str
        The language wanted.

    Returns
    -------
    str
        A phrase where the feature counts days or times, else the feature's name and its value.

    Examples
    --------
    >>> from winprob.features.families.timing import FAMILY
    >>> _, to_win, pushes, *_ = FAMILY.declared
    >>> fact(to_win, 12.0, "en"), fact(to_win, -3.0, "en"), fact(pushes, 2.0, "en")
    ('12 days to the expected win', '3 days past the expected win', 'Pushes of the expected win date: 2')
    >>> fact(to_win, 12.0, "zh"), fact(to_win, -3.0, "zh"), fact(pushes, 2.0, "zh")
    ('距预计赢单12天', '预计赢单已过3天', '预计赢单日推迟2次')
    """
    if feature.phrase is not None and isinstance(value, float) and not pd.isna(value):
        phrase, number = feature.phrase, float(value)
        if number < 0 and feature.past is not None:
            phrase, number = feature.past, -number
        return phrase.with_values(value=value_text(feature, number, language)).in_language(language)
    name = feature.words.in_language(language)
    if not isinstance(feature.words, Verbatim):
        name = name[0].upper() + name[1:]
    text = value_text(feature, value, language)
    return message("{name}: {value}", name=name, value=text).in_language(language)


def value_text(feature: Feature, value: Value, language: Language) -> str:
    """Write a value as people read it.

    Parameters
    ----------
    feature : Feature
        The column of the matrix: its kind and unit say how a value reads.
    value : float, str or None
        What the row has there; missing as None, NaN or pandas.NA.
    language : str
        The language wanted.

    Examples
    --------
    >>> from winprob.features.families.amount import FAMILY
    >>> value_text(FAMILY.declared[0], np.log1p(250_000.0), "en")
    '250,000'
    >>> value_text(FAMILY.declared[0], None, "zh")
    '未记录'
    """
    if pd.isna(value):
        return NOT_RECORDED.in_language(language)
    if isinstance(value, str):
        return Verbatim(value, feature.value_names.get(value, {})).in_language(language)
    if feature.kind == "flag":
        return (YES if value else NO).in_language(language)
    if feature.kind == "share":
        return f"{round(100 * value)}%"
    return _measure(feature.unit, float(value)).in_language(language)


def _measure(unit: str, value: float) -> Wording:
    """Write a number in its unit; a unit not known here is written behind it."""
    if unit == "days":
        days = _number(round(value, 0 if abs(value) >= 1 else 1))
        return plural("{days} day", "{days} days", 1 if days in ("1", "-1") else 2, days=days)
    if unit == "score":
        return message("{number} of 2", number=_number(value))
    if unit == "log ratio":
        text = f"{np.round(100 * np.expm1(value)) + 0.0:+,.0f}%"  # adding 0 takes the sign off -0
    elif unit == "log":
        text = _number(np.expm1(value))
    elif unit == "from 0":
        text = _number(value + 1)
    else:
        text = f"{_number(value)} {unit}".rstrip()
    return Verbatim(text)


def _number(value: float) -> str:
    """Write a number with three digits that count, and all digits before the point."""
    if abs(value) >= 100 or value == round(value):
        return f"{value + 0.0:,.0f}"  # adding 0 takes the sign off -0
    return f"{value:.3g}"
