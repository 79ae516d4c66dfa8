"""Work that is done once for all who ask for it, also at the same time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import ParamSpec, TypeVar

from cachetools import LRUCache, cached

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def once(most: int, work: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Do the same work once, also if it is asked for while under way; keep the latest results.

    Parameters
    ----------
    most : int
        How many results are kept.
    work : callable
        Its arguments can be hashed.

    Examples
    --------
    >>> calls = []
    >>> work = once(2, lambda number: calls.append(number) or 2 * number)
    >>> work(3), work(3), calls
    (6, 6, [3])
    """
    remembering: Callable[Parameters, Result] = cached(LRUCache(most), condition=Condition())(work)
    return remembering
