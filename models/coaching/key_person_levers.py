"""Levers of the buying group: find and reach its key persons, and win over who is against us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from winprob.features.document import Document
from winprob.features.document_rows import Activity, KeyPerson
from winprob.features.message import message
from winprob.models.coaching.action import Action, Situation

REACH = {
    "decision_maker": message("Reach the decision maker with an effective contact"),
    "recommender": message("Reach the recommender with an effective contact"),
    "facilitator": message("Reach the facilitator with an effective contact"),
    "coach": message("Reach the coach inside with an effective contact"),
}
"""What to do about a role of which somebody is identified, but nobody reached."""

IDENTIFY_DECISION_MAKER = message("Find out who decides at the customer")
FIND_COACH = message("Find a coach inside the customer")
WIN_OVER = message("Win over the key person against us, to neutral at least")


@dataclass(frozen=True)
class _Member:
    """A member of the buying group as last described."""

    row: int
    name: str
    person: KeyPerson
    reached: bool

    @property
    def influence(self) -> float:
        return 1.0 if self.person.influence is None else self.person.influence


def reach(situation: Situation) -> Iterator[Action]:
    """Reach the most influential person identified, for each role of which nobody is reached.

    Yields
    ------
    Action
        None where it is not recorded who was reached.
    """
    document = situation.document
    if not _reach_recorded(document):
        return
    members = _members(document)
    for role, words in REACH.items():
        known = [member for member in members if member.person.role == role]
        if known and not any(member.reached for member in known):
            after = _reached(document, max(known, key=lambda member: member.influence))
            yield Action(f"reach_{role}", f"{role}_reached", words, after, _contacted(document))


def identify_decision_maker(situation: Situation) -> Iterator[Action]:
    """Find out who decides, where nobody is known to.

    Yields
    ------
    Action
        At most one; none where key persons are not recorded.
    """
    document = situation.document
    if document.key_persons is not None and not _has(document, "decision_maker"):
        after, _ = _with_new(document, "decision_maker")
        yield Action("identify_decision_maker", "decision_maker_identified", IDENTIFY_DECISION_MAKER, after)


def find_coach(situation: Situation) -> Iterator[Action]:
    """Find a coach inside the customer, where there is none.

    Yields
    ------
    Action
        At most one; none where it is not recorded who was reached.
    """
    document = situation.document
    if _reach_recorded(document) and not _has(document, "coach"):
        after, coach = _with_new(document, "coach")
        after = _reached(after, coach)
        yield Action("find_coach", "coach_reached", FIND_COACH, after, _contacted(document))


def win_over(situation: Situation) -> Iterator[Action]:
    """Win over the most influential person whose stance is against us.

    Yields
    ------
    Action
        At most one; none where nobody is against us.
    """
    against = [member for member in _members(situation.document) if member.person.stance == "against"]
    if against:
        strongest = max(against, key=lambda member: member.influence)
        after = _changed(situation.document, strongest, stance="neutral")
        yield Action("win_over", "key_persons_against", WIN_OVER, after)


def _members(document: Document) -> list[_Member]:
    """The buying group: of several rows on one person the last described."""
    persons = document.key_persons or []
    effective = {activity.person_id for activity in document.activities or () if activity.effective}
    effective |= {person.person_id for person in persons if person.reached}
    latest = {str(person.person_id): (row, person) for row, person in enumerate(persons)}
    return [_Member(row, name, person, name in effective) for name, (row, person) in latest.items()]


def _has(document: Document, role: str) -> bool:
    return any(member.person.role == role for member in _members(document))


def _reach_recorded(document: Document) -> bool:
    """Whether it is known who was reached: by the contacts, or by word of the CRM."""
    if document.key_persons is None:
        return False
    said = (person.reached for person in document.key_persons)
    return document.activities is not None or any(reached is not None for reached in said)


def _reached(document: Document, member: _Member) -> Document:
    """The document after an effective contact with a member."""
    if document.activities is not None:
        return _contacted(document, member.name)
    return _contacted(_changed(document, member, reached=True))


def _contacted(document: Document, person_id: str | None = None) -> Document:
    """The document after an effective contact at its moment, with somebody or nobody in particular.

    A next contact that is still to come stays planned. Where contacts are not recorded nothing changes.
    """
    planned = document.next_contact_at
    if document.activities:
        planned = document.activities[-1].next_at
    if planned is not None and planned < document.as_of:
        planned = None
    if document.activities is not None:
        now = Activity(at=document.as_of, person_id=person_id, effective=True, next_at=planned)
        return document.model_copy(update={"activities": [*document.activities, now]})
    if document.last_contact_at is None and document.next_contact_at is None:
        return document
    return document.model_copy(update={"last_contact_at": document.as_of, "next_contact_at": planned})


def _changed(document: Document, member: _Member, **update: object) -> Document:
    persons = list(document.key_persons or ())
    persons[member.row] = member.person.model_copy(update=update)
    return document.model_copy(update={"key_persons": persons})


def _with_new(document: Document, role: str) -> tuple[Document, _Member]:
    """The document with one more person, identified at its moment."""
    persons = list(document.key_persons or ())
    taken = {person.person_id for person in persons}
    name = next(name for name in (f"{role} {number}" for number in count(1)) if name not in taken)
    says_reached = any(person.reached is not None for person in persons)
    person = KeyPerson(
        role=role, person_id=name, identified_at=document.as_of, reached=False if says_reached else None
    )
    after = document.model_copy(update={"key_persons": [*persons, person]})
    return after, _Member(len(persons), name, person, reached=False)
