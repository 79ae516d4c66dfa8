"""Whether a document can be scored: everything wrong with it is named, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from pydantic import ValidationError

from features.document import SHORT_FORMS, Document
from features.history import Attribute
from features.mistake import Mistake
from features.nearest import nearest
from features.playbook import Playbook
from features.problem import Problem, problems_of

MOST_PROBLEMS = 100
"""After so many problems of a document the rest is not looked for."""


class InvalidDocument(Mistake):
    """A document that cannot be scored.

    Parameters
    ----------
    problems : sequence of Problem
        Everything that is wrong with it, `MOST_PROBLEMS` at most.

    Examples
    --------
    >>> raise InvalidDocument([Problem("amount", "a number", "'much'", "correct the value")])
    Traceback (most recent call last):
    ...
    features.checking.InvalidDocument: amount: expected a number, found 'much'; correct the value
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_document(
    data: Mapping[str, Any] | Document, playbook: Playbook, attributes: Sequence[Attribute] = ()
) -> Document:
    """Read a document and check it against a playbook and the attributes that a model knows.

    Parameters
    ----------
    data : mapping or Document
        The document as parsed from JSON.
    playbook : Playbook
        Knows the codes.
    attributes : sequence of Attribute
        Columns of ``opportunities`` beyond the contract that the model was trained with.

    Returns
    -------
    Document
        Fit to be scored.

    Raises
    ------
    InvalidDocument
        Naming every field that is unknown, missing or wrong, what was expected and what was found.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> read_document({"stage": "intent", "amonut": 5}, load_playbook())
    Traceback (most recent call last):
    ...
    features.checking.InvalidDocument: amonut: ...
    """
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        raise InvalidDocument(problems_of(error, Document, MOST_PROBLEMS)) from error
    check_document(document, playbook, attributes)
    return document


def check_document(document: Document, playbook: Playbook, attributes: Sequence[Attribute] = ()) -> None:
    """Check that what a document says can be, and that the playbook and the model know its codes.

    Parameters
    ----------
    document : Document
        What a CRM sent.
    playbook : Playbook
        Knows the codes.
    attributes : sequence of Attribute
        Columns of ``opportunities`` beyond the contract that the model was trained with.

    Raises
    ------
    InvalidDocument
        Naming every field that is wrong, what was expected and what was found.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> check_document(Document(as_of="2026-03-31", created_at="2026-04-01"), load_playbook())
    Traceback (most recent call last):
    ...
    features.checking.InvalidDocument: created_at: expected a time not after as_of...
    """
    problems = chain(
        _times(document), _forms(document), _codes(document, playbook), _attributes(document, attributes)
    )
    listed = tuple(islice(problems, MOST_PROBLEMS))
    if listed:
        raise InvalidDocument(listed)


def _times(document: Document) -> Iterator[Problem]:
    as_of = document.as_of.isoformat()
    for place, time in document.recorded_times():
        if time > document.as_of:
            yield Problem(
                place, f"a time not after as_of ({as_of})", time.isoformat(), "send what is recorded by as_of"
            )


def _forms(document: Document) -> Iterator[Problem]:
    for short, table in SHORT_FORMS.items():
        if getattr(document, short) is not None and getattr(document, table) is not None:
            yield Problem(short, f"either {short} or {table}", "both", "leave one of them out")
    for number, person in enumerate(document.key_persons or ()):
        if person.reached is not None and document.activities is not None:
            place = f"key_persons[{number}].reached"
            yield Problem(place, "either reached or activities", "both", "leave one of them out")


def _codes(document: Document, playbook: Playbook) -> Iterator[Problem]:
    items = [item.code for item in playbook.risk_items]
    scored = {f"risk_scores.{item}": item for item in document.risk_scores or ()}
    scored |= {f"assessments[{n}].item": row.item for n, row in enumerate(document.assessments or ())}
    met = {f"checkpoints[{n}].checkpoint": row.checkpoint for n, row in enumerate(document.checkpoints or ())}
    buyer = {
        f"buyer_stage_changes[{n}].stage": row.stage
        for n, row in enumerate(document.buyer_stage_changes or ())
    }
    yield from _unknown(scored, items, "risk item")
    yield from _unknown(met, playbook.checkpoint_codes, "check point")
    yield from _unknown(buyer, [stage.code for stage in playbook.buyer_stages], "buyer's stage")


def _unknown(found: Mapping[str, str], known: Sequence[str], what: str) -> Iterator[Problem]:
    for place, code in found.items():
        if code not in known:
            expected = f"a {what} of the playbook: {', '.join(known) or 'it has none'}{nearest(code, known)}"
            yield Problem(place, expected, repr(code), "correct the code")


def _attributes(document: Document, attributes: Sequence[Attribute]) -> Iterator[Problem]:
    kinds = {attribute.name: attribute.kind for attribute in attributes}
    for name, value in document.attributes.items():
        place = f"attributes.{name}"
        if name not in kinds:
            expected = f"an attribute that the model knows: {', '.join(kinds) or 'it has none'}"
            yield Problem(
                place, expected + nearest(name, kinds), "an unknown attribute", "rename or remove it"
            )
        elif value is not None and isinstance(value, str) != (kinds[name] == "category"):
            expected = "a number" if kinds[name] == "number" else "text"
            yield Problem(place, expected, repr(value), "correct the value")


def unknown_stages(document: Document, playbook: Playbook) -> list[str]:
    """List the stages in a document that the playbook does not have: they count as not recorded.

    Parameters
    ----------
    document : Document
        What a CRM sent.
    playbook : Playbook
        Knows the stages.

    Returns
    -------
    list of str
        Without repetition, in the document's order.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> unknown_stages(Document(stage="verbal"), load_playbook())
    ['verbal']
    """
    found = [row.stage for row in document.stage_changes or ()]
    if document.stage is not None:
        found.append(document.stage)
    return [stage for stage in dict.fromkeys(found) if stage not in playbook.stage_codes]
