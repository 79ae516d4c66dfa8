"""What clients send: a document with the language of its answer, or many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from features.calendar import DAYS_OF_UTC, Calendar
from features.document import Document
from features.playbook import Language
from features.problem import Problem

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


def _day_alone(value: Any) -> Any:
    """Refuse anything else: pydantic would take a number for seconds since 1970."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("a date such as 2026-12-31")
    return value


Day = Annotated[date, BeforeValidator(_day_alone)]


class ScoreRequest(Document):
    """A document to score, the dates to answer for, and the language of the answer.

    Attributes
    ----------
    win_by : list of date
        Dates, 50 at most and none before `as_of`, for which the answer says what has become of the
        opportunity by then, beside the ends of the next 12 months.
    language : {"zh", "en"}, optional
        As the header ``Accept-Language`` says if left out.
    """

    win_by: list[Day] = Field(default=[], max_length=MOST_DATES)
    language: Language | None = None

    def past_dates(self, calendar: Calendar = DAYS_OF_UTC) -> Iterator[Problem]:
        """Name the dates in `win_by` that lie before the day of `as_of`.

        Parameters
        ----------
        calendar : Calendar
            Whose days they are.

        Yields
        ------
        Problem

        Examples
        --------
        >>> [problem.key for problem in ScoreRequest(as_of="2026-03-31", win_by=["2026-03-30"]).past_dates()]
        ['win_by[0]']
        """
        today = calendar.day(self.as_of)
        for place, day in enumerate(self.win_by):
            if day < today:
                expected = f"a date not before as_of ({today})"
                yield Problem(f"win_by[{place}]", expected, str(day), "ask for a later date")


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
