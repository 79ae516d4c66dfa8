"""Progress: what a long job tells of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told before each step: what is being done, how many steps are done, and of how many."""


def silent(step: str, done: int, steps: int) -> None:
    """Tell nobody about progress.

    Parameters
    ----------
    step : str
        What is being done.
    done, steps : int
        How many steps are done, and of how many.

    Examples
    --------
    >>> silent("model", 1, 4)
    """
