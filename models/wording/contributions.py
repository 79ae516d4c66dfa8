"""Sentences about contributions, worded for whoever coaches a salesperson, in Chinese and English.

Everything is made of what the catalogue says of a feature: a new feature needs nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from winprob.features.catalogue import Feature
from winprob.features.playbook import Language, Words

Value: TypeAlias = float | str | None

NOT_RECORDED = Words(zh="未记录", en="not recorded")
MOST_NAMES = 4
"""Names in a sentence; the others are counted."""
YES = Words(zh="是", en="yes")
NO = Words(zh="否", en="no")


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
    language : {"zh", "en"}
        The language wanted.

    Examples
    --------
    >>> from winprob.features.families.contact import FAMILY
    >>> sentence(FAMILY.declared[0], 34.0, -0.061, "en")
    '34 days since the last contact – lowers the win probability by 6.1 points.'
    >>> sentence(FAMILY.declared[0], 34.0, -0.061, "zh")
    '距最近一次联系34天，使赢单概率降低6.1个百分点。'
    """
    if language == "zh":
        return f"{fact(feature, value, language)}，{effect(points, language)}。"
    return f"{fact(feature, value, language)} – {effect(points, language)}."


def unrecorded_sentence(features: Sequence[Feature], family: Words, points: float, language: Language) -> str:
    """Say what is not recorded of a family, and what all of it does to the win probability.

    Parameters
    ----------
    features : sequence of Feature
        The columns that are not recorded, at least one.
    family : Words
        What people call the family.
    points : float
        What they add together to the probability.
    language : {"zh", "en"}
        The language wanted.

    Examples
    --------
    >>> from winprob.features.families.timing import FAMILY
    >>> unrecorded_sentence(FAMILY.declared[:1], FAMILY.words, -0.012, "en")
    'Not recorded of timing: age – lowers the win probability by 1.2 points: fill these in.'
    """
    names = [feature.words.in_language(language) for feature in features[:MOST_NAMES]]
    more = len(features) - len(names)
    if language == "zh":
        rest = f"等{len(features)}项" if more else ""
        return f"{family.zh}未记录：{'、'.join(names)}{rest}，{effect(points, language)}，请补充记录。"
    rest = f" and {more} more" if more else ""
    return (
        f"Not recorded of {family.en}: {', '.join(names)}{rest} – {effect(points, language)}: fill these in."
    )


def effect(points: float, language: Language) -> str:
    """Say what a contribution does to the win probability.

    Parameters
    ----------
    points : float
        Difference of probability; 0.061 is 6.1 percentage points up.
    language : {"zh", "en"}
        The language wanted.

    Examples
    --------
    >>> effect(0.061, "en"), effect(0.0, "en")
    ('raises the win probability by 6.1 points', 'does not change the win probability')
    >>> effect(-0.0001, "en")
    'hardly changes the win probability'
    """
    size = f"{100 * abs(points):.1f}"
    if points == 0:
        words = Words(zh="对赢单概率没有影响", en="does not change the win probability")
    elif size == "0.0":
        words = Words(zh="对赢单概率几乎没有影响", en="hardly changes the win probability")
    elif points > 0:
        words = Words(zh=f"使赢单概率提高{size}个百分点", en=f"raises the win probability by {size} points")
    else:
        words = Words(zh=f"使赢单概率降低{size}个百分点", en=f"lowers the win probability by {size} points")
    return words.in_language(language)


def fact(feature: Feature, value: Value, language: Language) -> str:
    """Say what the row has for a feature.

    Parameters
    ----------
    feature : Feature
        The column of the matrix.
    value : float, str or None
        What the row has there; missing as None, NaN or pandas.NA.
    language : {"zh", "en"}
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
    name, text = feature.words.in_language(language), value_text(feature, value, language)
    if feature.kind == "number" and not pd.isna(value):
        past = float(value or 0) < 0
        phrase = _chinese(name, text, past) if language == "zh" else _english(name, text, past)
        if phrase:
            return phrase
    if language == "zh":
        return f"{name}：{text}"
    own_column = feature.words.zh == feature.words.en
    return f"{name if own_column else name[0].upper() + name[1:]}: {text}"


def value_text(feature: Feature, value: Value, language: Language) -> str:
    """Write a value as people read it.

    Parameters
    ----------
    feature : Feature
        The column of the matrix: its kind and unit say how a value reads.
    value : float, str or None
        What the row has there; missing as None, NaN or pandas.NA.
    language : {"zh", "en"}
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
        return value
    if feature.kind == "flag":
        return (YES if value else NO).in_language(language)
    if feature.kind == "share":
        return f"{round(100 * value)}%"
    return _measure(feature.unit, float(value)).in_language(language)


def _measure(unit: str, value: float) -> Words:
    """Write a number in its unit; a unit not known here is written behind it."""
    if unit == "days":
        days = _number(round(value, 0 if abs(value) >= 1 else 1))
        return Words(zh=f"{days}天", en=f"{days} {'day' if days in ('1', '-1') else 'days'}")
    if unit == "score":
        return Words(zh=f"{_number(value)}分（满分2分）", en=f"{_number(value)} of 2")
    if unit == "log ratio":
        text = f"{np.round(100 * np.expm1(value)) + 0.0:+,.0f}%"  # adding 0 takes the sign off -0
    elif unit == "log":
        text = _number(np.expm1(value))
    elif unit == "from 0":
        text = _number(value + 1)
    else:
        text = f"{_number(value)} {unit}".rstrip()
    return Words(zh=text, en=text)


def _number(value: float) -> str:
    """Write a number with three digits that count, and all digits before the point."""
    if abs(value) >= 100 or value == round(value):
        return f"{value + 0.0:,.0f}"  # adding 0 takes the sign off -0
    return f"{value:.3g}"


def _english(name: str, text: str, past: bool) -> str | None:
    if past and name.startswith("days to "):
        return f"{text.removeprefix('-')} past {name.removeprefix('days to ')}"
    return f"{text} {name.removeprefix('days ')}" if name.startswith("days ") else None


def _chinese(name: str, text: str, past: bool) -> str | None:
    if past and name.startswith("距") and name.endswith("天数"):
        return f"{name.removeprefix('距').removesuffix('天数')}已过{text.removeprefix('-')}"
    if name.endswith("天数"):
        return name.removesuffix("天数") + text
    return f"{name.removesuffix('次数')}{text}次" if name.endswith("次数") else None
