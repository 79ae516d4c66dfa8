"""What a seller's action changes: the levers of `winprob.models.coaching.levers`, done to deals by force."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.dice import happens
from winprob.training.simulation.people import identify
from winprob.training.simulation.vocabulary import AGAINST, NEUTRAL

NOBODY, BEST = -1, 2


def act(company: Company, deals: Deals, action: str, rng: np.random.Generator) -> Array | None:
    """Do something about deals at the beginning of a Monday, so that its record already shows it.

    An action with an effective contact (``contact``, ``reach_…``, ``find_coach``) leaves what
    `people.meet` would leave of one; a next contact still to come stays planned. Who is found is written down
    as `people.identify` does. Whatever else an action names is set: a stance, an answer, a check point, a
    date.

    Parameters
    ----------
    company : Company
        What the codes in the state mean.
    deals : Deals
        State of `n` deals on their Monday; changed in place.
    action : str
        Code of an action of `winprob.models.coaching.levers`, or ``contact``: an effective one with nobody in
        particular.
    rng : np.random.Generator
        The source of chance.

    Returns
    -------
    array of int (n,), or None
        With whom the effective contact is, a seat or -1 for nobody in particular; for `step`, so that it
        furthers the week as any contact does. None for an action without one.

    Raises
    ------
    ValueError
        If there is no such action here.

    Examples
    --------
    >>> from winprob.training.simulation.arrival import blank
    >>> deals = blank(Company(), 2)
    >>> act(Company(), deals, "find_coach", np.random.default_rng(0))
    array([4, 4])
    >>> deals.reached[4].tolist(), deals.weeks_since_contact.tolist()
    ([True, True], [0, 0])
    """
    kind, _, what = action.partition(".")
    role = kind.removeprefix("reach_")
    if action in PLAIN:
        return PLAIN[action](company, deals, rng)
    if role != kind and role in (seat.role for seat in company.seats):
        return _meet(company, deals, _most_influential(company, deals, role), rng)
    items = [question.item for question in company.questions]
    points = [checkpoint.code for checkpoint in company.checkpoints]
    if kind == "risk" and what in items:
        score = deals.scores[items.index(what)]
        score += (score >= 0) & (score < BEST)  # what is not answered stays so: nobody knows what to improve
    elif kind == "checkpoint" and what in points:
        deals.met[points.index(what)] = True
    else:
        raise ValueError(
            f"act: expected {', '.join(PLAIN)}, or reach_, risk. or checkpoint. with a role, a question or a "
            f"check point of the company, found {action!r}"
        )
    return None


def _contact(company: Company, deals: Deals, rng: np.random.Generator) -> Array:
    return _meet(company, deals, np.full(len(deals), NOBODY), rng)


def _find_coach(company: Company, deals: Deals, rng: np.random.Generator) -> Array:
    seat = _identify(company, deals, "coach", rng)
    return _meet(company, deals, seat, rng)


def _identify_decision_maker(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    _identify(company, deals, "decision_maker", rng)


def _win_over(_company: Company, deals: Deals, _rng: np.random.Generator) -> None:
    """Bring the most influential of those against us to neutral, by the influence that is written down."""
    against = deals.identified & (deals.stance == AGAINST)
    strongest = np.where(against, deals.influence, -1).argmax(axis=0)
    which = np.flatnonzero(against.any(axis=0))
    deals.stance[strongest[which], which] = NEUTRAL


Plain = Callable[[Company, Deals, np.random.Generator], Array | None]
PLAIN: dict[str, Plain] = {
    "contact": _contact,
    "identify_decision_maker": _identify_decision_maker,
    "find_coach": _find_coach,
    "win_over": _win_over,
}
"""Actions that need no name of a role, a question or a check point."""


def _meet(company: Company, deals: Deals, seat: Array, rng: np.random.Generator) -> Array:
    """Note an effective contact with the person of a seat."""
    (which,) = np.nonzero(seat != NOBODY)
    deals.reached[seat[which], which] = True
    deals.momentum += 1
    deals.weeks_since_contact[:] = 0
    to_come = deals.planned & (deals.weeks_to_next >= 0)
    deals.planned[:] = to_come | happens(np.full(len(deals), company.habits.call_back), rng)
    later = rng.integers(company.habits.call_back_weeks, size=len(deals))
    deals.weeks_to_next[~to_come] = later[~to_come]
    return seat


def _most_influential(company: Company, deals: Deals, role: str) -> Array:
    """Find whom of a role to reach; nobody where no one of it is identified."""
    known = deals.identified & np.array([[seat.role == role] for seat in company.seats])
    strongest = np.where(known, deals.influence, -1).argmax(axis=0)
    return np.where(known.any(axis=0), strongest, NOBODY)


def _identify(company: Company, deals: Deals, role: str, rng: np.random.Generator) -> Array:
    """Find the person of a role's seat, where nobody has yet."""
    place = [seat.role for seat in company.seats].index(role)
    seat = np.full(len(deals), place)
    identify(company, deals, seat, ~deals.identified[place], rng)
    return seat
