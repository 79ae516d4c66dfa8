"""Lanes of work: what of it goes first, and how much of it may wait."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """Work that is equally urgent.

    Attributes
    ----------
    name : str
        What waits there, in the plural: said to whoever is refused.
    threads : int
        In how many threads it is done at the same time, at most.
    most_waiting : int
        How many may wait for a thread.
    patience : float
        Seconds after which what has waited is refused, and not done.
    retry_after : int
        Seconds that whoever is refused is told to wait.

    Examples
    --------
    >>> Lane("batches", threads=1, most_waiting=64, patience=60, retry_after=5).most_waiting
    64
    """

    name: str
    threads: int
    most_waiting: int
    patience: float
    retry_after: int


SCORES = Lane("scores", threads=2, most_waiting=256, patience=10, retry_after=1)
"""A score takes milliseconds: 256 are done within a few seconds. A page of a CRM does not wait longer."""

BATCHES = Lane("batches", threads=1, most_waiting=64, patience=60, retry_after=10)
"""A batch takes seconds, and is done beside scores, not in their place: one thread is always left to them."""

FORECASTS = Lane("forecasts", threads=2, most_waiting=16, patience=30, retry_after=10)
"""A new forecast takes seconds, and proxies give up after 60: what has not begun after 30 is in vain."""
