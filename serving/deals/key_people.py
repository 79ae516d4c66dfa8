"""The buying group of a deal: who, in which role, how influential, for or against us, reached or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from winprob.features.document import Document
from winprob.features.document_rows import Activity, KeyPerson
from winprob.features.message import Wording, message
from winprob.features.playbook import Playbook
from winprob.features.playbook_part import Role

STANCE_WORDS = {
    "for": message("for us"),
    "neutral": message("neutral"),
    "against": message("against us"),
}
"""By the codes of `winprob.features.contract.STANCES`."""


@dataclass(frozen=True)
class Person:
    """A key person as last described.

    Attributes
    ----------
    name : str
        The id under which the CRM has the person.
    role : Wording
    share : float
        Of the influence of all who are identified: influence within the role times the role's weight.
    stance : Wording, optional
        None where it is not recorded.
    reached : bool, optional
        Whether there was an effective contact; none where it is not recorded.
    last_contact : datetime.datetime, optional
        When the person was last met or called, effectively or not, UTC.
    """

    name: str
    role: Wording
    share: float
    stance: Wording | None
    reached: bool | None
    last_contact: datetime | None


@dataclass(frozen=True)
class KeyPeople:
    """The buying group.

    Attributes
    ----------
    people : tuple of Person
        The most influential first.
    coverage : float, optional
        The share of influence that belongs to those who were reached; none where nobody is identified or it
        is not recorded who was reached.
    missing : tuple of Wording
        What is to be found out or done, the most important first.
    """

    people: tuple[Person, ...]
    coverage: float | None
    missing: tuple[Wording, ...]


def key_people(document: Document, playbook: Playbook) -> KeyPeople | None:
    """Describe the buying group.

    Parameters
    ----------
    document : Document
        Its rows are in the order in which they count.
    playbook : Playbook
        Names the roles, and says how much each weighs.

    Returns
    -------
    KeyPeople or None
        None where key persons are not recorded.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> li = KeyPerson(person_id="Li", role="coach", reached=True, stance="for")
    >>> document = Document(as_of="2026-03-31", key_persons=[li])
    >>> found = key_people(document, load_playbook())
    >>> found.coverage, [words.en for words in found.missing]
    (1.0, ['Decision maker: not identified', 'Recommender: not identified'])
    """
    if document.key_persons is None:
        return None
    roles: dict[str, Role] = {role.code: role for role in playbook.roles}
    latest = {str(person.person_id): person for person in document.key_persons}
    influence = {name: _influence(person, roles) for name, person in latest.items()}
    whole = sum(influence.values())
    people = [
        Person(
            name,
            roles[person.role].name if person.role in roles else message("other"),
            influence[name] / whole,
            None if person.stance is None else STANCE_WORDS[person.stance],
            _reached(document, name, person),
            max((activity.at for activity in _contacts(document, name)), default=None),
        )
        for name, person in latest.items()
    ]
    people.sort(key=lambda person: -person.share)
    known = bool(people) and all(person.reached is not None for person in people)
    coverage = sum(person.share for person in people if person.reached) if known else None
    roles_of = {name: person.role for name, person in latest.items()}
    return KeyPeople(tuple(people), coverage, tuple(_missing(people, roles_of, playbook)))


def _influence(person: KeyPerson, roles: Mapping[str, Role]) -> float:
    weight = roles[person.role].weight if person.role in roles else 1.0
    return weight * (1.0 if person.influence is None else person.influence)


def _contacts(document: Document, name: str) -> list[Activity]:
    return [activity for activity in document.activities or () if activity.person_id == name]


def _reached(document: Document, name: str, person: KeyPerson) -> bool | None:
    if document.activities is None:
        return person.reached
    return any(activity.effective for activity in _contacts(document, name))


def _missing(people: list[Person], roles_of: Mapping[str, str], playbook: Playbook) -> Iterator[Wording]:
    """What is to be found out or done: a decision maker not reached is the first thing to say."""
    by_role: dict[str, list[Person]] = {}
    for person in people:
        by_role.setdefault(roles_of[person.name], []).append(person)
    for role in playbook.roles:
        own = by_role.get(role.code, [])
        if role.code in ("decision_maker", "recommender", "coach") and not own:
            yield message("{role}: not identified", role=role.name)
        elif own and role.code != "other" and not any(person.reached in (True, None) for person in own):
            yield message("{role}: not reached", role=role.name)
    unknown = [person.name for person in people if person.stance is None]
    if unknown:
        yield message("Stance not recorded: {names}", names=", ".join(unknown))
