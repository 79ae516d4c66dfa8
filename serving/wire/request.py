"""What clients send: a document with the language of its answer, or many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from winprob.features.document import Document
from winprob.features.playbook import Language
from winprob.features.problem import Problem
from winprob.features.time_text import parse_time
from winprob.features.values import Unreadable
from winprob.features.wire_values import DocumentContext

DOCUMENT_BYTES = 1 << 20
"""The largest document: 1 MiB of JSON."""

MOST_DOCUMENTS = 500
"""The most documents in a batch."""

MOST_DATES = 50
"""The most dates that a document asks about."""


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


def _day_ahead(value: Any, info: ValidationInfo) -> date:
    """A date alone that does not lie before the company's day of as_of."""
    try:
        read = parse_time(value) if isinstance(value, str) else value
    except ValueError as error:
        raise Unreadable(f"a date such as 2026-12-31 ({error})") from error
    if not isinstance(read, date) or isinstance(read, datetime):
        raise Unreadable("a date such as 2026-12-31")
    today = info.context.today if isinstance(info.context, DocumentContext) else None
    if today is not None and read < today:
        raise Unreadable(f"a date not before as_of ({today})", "ask for a later date")
    return read


Day = Annotated[date, BeforeValidator(_day_ahead)]


class ScoreRequest(Document):
    """A document to score, the dates to answer for, and the language of the answer.

    Attributes
    ----------
    win_by : list of date
        Dates, 50 at most and none before `as_of`, for which the answer says what has become of the
        opportunity by then, beside the ends of the next 12 months.
    language : str, optional
        As the header ``Accept-Language`` says if left out.
    """

    win_by: list[Day] = Field(default=[], max_length=MOST_DATES)
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
