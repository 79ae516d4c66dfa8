"""The language that a client reads best."""

from __future__ import annotations

import math
from typing import get_args

from features.playbook import Language

DEFAULT: Language = "en"


def preferred_language(accept_language: str | None) -> Language:
    """Choose between Chinese and English by an ``Accept-Language`` header (RFC 9110, 12.5.4).

    Parameters
    ----------
    accept_language : str, optional
        The header's value: languages with weights. Regions and scripts do not matter; what cannot be read is
        passed over.

    Returns
    -------
    {"zh", "en"}
        English if neither is wanted, or both as much.

    Examples
    --------
    >>> preferred_language("zh-CN,zh;q=0.9,en;q=0.8"), preferred_language("fr, zh;q=0.1")
    ('zh', 'zh')
    >>> preferred_language("zh;q=0.3, en-GB"), preferred_language(None)
    ('en', 'en')
    """
    weights: dict[str, float] = {}
    for entry in (accept_language or "").split(","):
        tag, _, parameter = entry.partition(";")
        code = tag.strip().lower().split("-")[0]
        weights[code] = max(_weight(parameter), weights.get(code, 0.0))
    anything = weights.get("*", 0.0)
    languages = sorted(get_args(Language), key=lambda language: language != DEFAULT)
    best = max(languages, key=lambda language: weights.get(language, anything))
    return best if weights.get(best, anything) > 0 else DEFAULT


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if math.isfinite(weight) else 0.0
