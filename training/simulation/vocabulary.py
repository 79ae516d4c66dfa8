"""What the parameters of a company are made of, and the codes that the state of its deals uses."""

from __future__ import annotations

from typing import NamedTuple

PERSONAL = ("visit", "meeting", "demo", "negotiation")
REMOTE = ("call", "message", "other")
CONTACTS = (*PERSONAL, *REMOTE)
"""Kinds of contact; a code is a position here."""
NEGOTIATION = CONTACTS.index("negotiation")

NEW_CUSTOMER, LOST_BEFORE, WON_BEFORE = range(3)
AGAINST, NEUTRAL, FOR = -1, 0, 1


class Option(NamedTuple):
    """A recorded value.

    Examples
    --------
    >>> Option("referral", share=0.15, effect=+1.2)
    Option(name='referral', share=0.15, effect=1.2)
    """

    name: str
    share: float  # of the deals
    effect: float = 0.0  # log-odds added to the strength


class Stage(NamedTuple):
    """A stage with the log-odds, per week, of a deal in which nothing speaks for or against us."""

    code: str
    win: float
    lose: float
    advance: float
    personal: tuple[float, ...]  # shares of visit, meeting, demo and negotiation among personal contacts


class Seat(NamedTuple):
    """A place in the customer's buying group; chances are 0 to 1."""

    role: str
    known_at_first: float
    found: float  # in a week that asks after it
    effective: float  # a personal contact with this person reaches its purpose
    weight: float  # the share of influence that the playbook gives to the role


class Question(NamedTuple):
    """A question of the risk form; effects are log-odds added to the strength."""

    item: str
    point: float  # per point above the middle answer, 1
    worst: float = 0.0  # more, for the answer 0


class Checkpoint(NamedTuple):
    """A check point and the position of the stage that it belongs to."""

    code: str
    stage: int


def position(options: tuple[Option, ...], name: str) -> int:
    """Find the code of a recorded value.

    Parameters
    ----------
    options : tuple of Option
        All values.
    name : str
        One of them.

    Examples
    --------
    >>> position((Option("referral", 0.2), Option("tender", 0.8)), "tender")
    1
    """
    return [option.name for option in options].index(name)
