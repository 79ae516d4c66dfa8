"""The language that a client reads best."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from winprob.features.message import SOURCE, Language, languages
from winprob.serving.wire.preference import preferences

DEFAULT: Language = SOURCE


def preferred_language(accept_language: str | None) -> Language:
    """Choose a language by an ``Accept-Language`` header (RFC 9110, 12.5.4).

    Parameters
    ----------
    accept_language : str, optional
        The header's value: languages with weights. Regions and scripts do not matter; what cannot be read is
        passed over.

    Returns
    -------
    str
        English if none is wanted, or it is wanted as much as another.

    Examples
    --------
    >>> preferred_language("zh-CN,zh;q=0.9,en;q=0.8"), preferred_language("fr, zh;q=0.1")
    ('zh', 'zh')
    >>> preferred_language("zh;q=0.3, en-GB"), preferred_language(None)
    ('en', 'en')
    """
    weights: dict[str, float] = {}
    for tag, weight in preferences(accept_language):
        code = tag.split("-")[0]
        weights[code] = max(weight, weights.get(code, 0.0))
    anything = weights.get("*", 0.0)
    offered = sorted(languages(), key=lambda language: language != DEFAULT)
    best = max(offered, key=lambda language: weights.get(language, anything))
    return best if weights.get(best, anything) > 0 else DEFAULT


def _language(request: Request) -> Language:
    return preferred_language(request.headers.get("accept-language"))


AcceptedLanguage = Annotated[Language, Depends(_language)]
"""The language of an answer, as an endpoint takes it."""
