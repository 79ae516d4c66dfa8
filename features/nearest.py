"""The known name nearest to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 80
"""Letters of a name that can still be a slip of the pen."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Point to the known name that was probably meant.

    Parameters
    ----------
    name : str
        The name that was found.
    known : iterable of str
        The names there are.

    Returns
    -------
    str
        ``" (did you mean 'x'?)"`` to put behind an expectation, or nothing if no known name is near.

    Examples
    --------
    >>> nearest("amonts", ["amounts", "activities"])
    " (did you mean 'amounts'?)"
    >>> nearest("weather", ["amounts", "activities"])
    ''
    """
    if len(name) > LONGEST:
        return ""
    by_lower_case = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), list(by_lower_case), n=1, cutoff=0.5)
    return f" (did you mean {by_lower_case[found[0]]!r}?)" if found else ""
