"""The path under which a proxy offers the service, such as ``/winprob``; empty where there is none."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Collection
from typing import Annotated, cast

from fastapi import Depends, Request

from winprob.features.problem import Problem
from winprob.serving.wire.refusal import InvalidPrefix

# Only what stands for itself in a path, in HTML and in a header; neither "//host" nor "/..".
SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"
PREFIX = re.compile(rf"(?:/{SEGMENT})*/?")


def checked_prefix(text: str, place: str, taken: Collection[str] = ()) -> str:
    """Check a prefix.

    Parameters
    ----------
    text : str
        The prefix as it was given, with or without a slash at the end.
    place : str
        Where it was given.
    taken : collection of str
        First segments of the service's own paths. A prefix that begins with one could not be told from them
        where a proxy takes it off.

    Returns
    -------
    str
        Without a slash at the end.

    Raises
    ------
    InvalidPrefix
        If it is not the beginning of a path.

    Examples
    --------
    >>> checked_prefix("/winprob/", "--root-path"), checked_prefix("/", "--root-path")
    ('/winprob', '')
    >>> checked_prefix("//other.example", "--root-path")
    Traceback (most recent call last):
    ...
    winprob.serving.wire.refusal.InvalidPrefix: --root-path: expected a path such as /sales/winprob...
    """
    if not PREFIX.fullmatch(text):
        expected = "a path such as /sales/winprob of letters, digits and . _ ~ -"
        raise InvalidPrefix(Problem(place, expected, reprlib.repr(text), "correct the path"))
    prefix = text.rstrip("/")
    if prefix and prefix.split("/")[1] in taken:
        expected = f"a path that begins with none of the service's own: {', '.join(sorted(taken))}"
        raise InvalidPrefix(Problem(place, expected, repr(prefix), "choose another path"))
    return prefix


def _root(request: Request) -> str:
    return cast(str, request.scope["root_path"])


Root = Annotated[str, Depends(_root)]
"""The prefix of this request, as an endpoint takes it: every link of a page begins with it."""
