"""What clients send: a document with the language of its answer, or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from features.document import Document
from features.playbook import Language
from features.problem import Problem

DOCUMENT_BYTES = 1 << 20
"""The largest document: 1 MiB of JSON."""

MOST_DOCUMENTS = 500
"""The most documents in a batch."""


class DocumentTooLarge(ValueError):
    """A document in a batch that would be too large by itself.

    Parameters
    ----------
    size : int
        Its bytes, written without spaces.
    """

    def __init__(self, size: int) -> None:
        expected, remedy = f"at most {DOCUMENT_BYTES} bytes", "leave out what is long past"
        self.problems = (Problem("document", expected, str(size), remedy),)
        super().__init__(str(self.problems[0]))


class InvalidBatch(ValueError):
    """A batch that cannot be taken apart into documents.

    Parameters
    ----------
    problems : sequence of Problem
        What is wrong with it.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ScoreRequest(Document):
    """A document to score, and the language of the answer.

    Attributes
    ----------
    language : {"zh", "en"}, optional
        As the header ``Accept-Language`` says if left out.
    """

    language: Language | None = None


Unread = Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/ScoreRequest"})]
"""A document that is still to be read."""


class BatchRequest(BaseModel):
    """Documents to score together.

    Attributes
    ----------
    documents : list
        500 at most. Each is read by itself.
    """

    model_config = ConfigDict(extra="forbid")

    documents: Annotated[list[Unread], Field(max_length=MOST_DOCUMENTS)]
