"""What a user can get wrong, as opposed to a fault of this software."""

from __future__ import annotations


class Mistake(ValueError):
    """Something that a user can mend: the message names the place, what was expected, found, and what to do.

    The command line and the HTTP service show it as it is; all else is a fault and keeps its traceback.

    Examples
    --------
    >>> raise Mistake("history/amounts.csv: expected a readable file, found a folder; remove it")
    Traceback (most recent call last):
    ...
    winprob.features.mistake.Mistake: history/amounts.csv: expected a readable file, found a folder; remove it
    """
