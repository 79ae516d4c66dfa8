"""Whether a document can be scored: everything wrong with it is named, nothing is guessed."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isinf
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from winprob.features.attribute import Attribute
from winprob.features.column import DECLARE_COLUMN
from winprob.features.document import CLOSED, Document, flat
from winprob.features.document_events import event_problems
from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest
from winprob.features.playbook import Playbook
from winprob.features.problem import Problem, problems_of
from winprob.features.values import Unreadable, ValueReader
from winprob.features.wire_values import DocumentContext

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
    winprob.features.checking.InvalidDocument: amount: expected a number, found 'much'; correct the value
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ClosedOpportunity(InvalidDocument):
    """A document of an opportunity that is won or lost: there is nothing to score."""


Kind = TypeVar("Kind", bound=Document)


def read_document(
    data: Mapping[str, Any] | Document,
    playbook: Playbook,
    attributes: Sequence[Attribute] = (),
    kind: type[Kind] = Document,  # type: ignore[assignment]  # the default of a type variable
    unknown_stages: bool = False,
) -> Kind:
    """Read a document and check it against a playbook and the attributes that a model knows.

    Parameters
    ----------
    data : mapping or Document
        The document as parsed from JSON. Values may be written as in files, codes also as their names.
    playbook : Playbook
        Knows the codes, and how values are written.
    attributes : sequence of Attribute
        Columns of ``opportunities`` beyond the contract that the model was trained with.
    kind : type of Document
        What to make of it.
    unknown_stages : bool
        Whether a stage that the playbook does not have is taken as not recorded, instead of being refused.

    Returns
    -------
    Document
        Fit to be scored.

    Raises
    ------
    ClosedOpportunity
        If the opportunity has an outcome.
    InvalidDocument
        Naming every field that is unknown, missing or wrong, what was expected and what was found.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> read_document({"stage": "意向客户", "amount": "380000"}, load_playbook()).stage
    'intent'
    >>> read_document({"stage": "intent", "amonut": 5}, load_playbook())
    Traceback (most recent call last):
    ...
    winprob.features.checking.InvalidDocument: amonut: ...
    """
    if isinstance(data, Document):
        data = data.model_dump()
    context = DocumentContext.of(playbook, _get(data, "as_of"), unknown_stages)
    problems: list[Problem] = []
    cause: ValidationError | None = None
    try:
        document: Kind | None = kind.model_validate(data, context=context)
    except ValidationError as error:
        cause = error
        problems = problems_of(error, kind, MOST_PROBLEMS)
        if any(found["type"] == CLOSED for found in error.errors()):
            raise ClosedOpportunity(problems) from error
        document = _without_wrong_fields(data, error, kind, context)
    if document is not None:
        read = _read_attributes(document, attributes, context.reader)
        problems += [found for found in read.values() if isinstance(found, Problem)]
        problems += document.contradictions()
        problems += event_problems(document, playbook)
        document = document.model_copy(update={"attributes": read, **_currency(document, playbook)})
    if problems or document is None:
        raise InvalidDocument(problems[:MOST_PROBLEMS]) from cause
    return document


def _get(data: Any, name: str) -> Any:
    return data.get(name) if isinstance(data, Mapping) else None


def _without_wrong_fields(
    data: Any, error: ValidationError, kind: type[Kind], context: DocumentContext
) -> Kind | None:
    """Read what is left, so that what is wrong with it is said as well; None if that cannot be told."""
    if not isinstance(data, Mapping):
        return None
    with suppress(ValueError, PydanticCustomError):
        wrong = {found["loc"][0] for found in error.errors() if found["loc"]}
        rest = {name: value for name, value in flat(data).items() if name not in wrong}
        return kind.model_validate(rest, context=context)
    return None


def _read_attributes(
    document: Document, attributes: Sequence[Attribute], reader: ValueReader
) -> dict[str, float | str | Problem | None]:
    """Each attribute as the model knows it, or what is wrong with it."""
    kinds = {attribute.name: attribute.kind for attribute in attributes}
    read: dict[str, float | str | Problem | None] = {}
    for name, value in document.attributes.items():
        place = f"attributes.{name}"
        if name not in kinds:
            expected = f"an attribute that the model knows: {', '.join(kinds) or 'it has none'}"
            remedy = "rename or remove it"
            read[name] = Problem(place, expected + nearest(name, kinds), "an unknown attribute", remedy)
            continue
        try:
            read[name] = _finite(reader.number(value)) if kinds[name] == "number" else reader.text(value)
        except Unreadable as error:
            remedy = f"{error.remedy}, or train with {DECLARE_COLUMN.format(name=name)}"
            read[name] = Problem(place, error.expected, reprlib.repr(value), remedy)
    return read


def _finite(number: float | None) -> float | None:
    if number is not None and isinf(number):
        raise Unreadable("a finite number")
    return number


def _currency(document: Document, playbook: Playbook) -> dict[str, str]:
    meant = playbook.input.currencies.get(document.currency or "")
    return {} if meant is None else {"currency": meant}


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
    >>> from winprob.features.playbook import load_playbook
    >>> unknown_stages(Document(stage="verbal"), load_playbook())
    ['verbal']
    """
    found = [row.stage for row in document.stage_changes or ()]
    if document.stage is not None:
        found.append(document.stage)
    return [stage for stage in dict.fromkeys(found) if stage not in playbook.stage_codes]
