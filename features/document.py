"""One opportunity as a CRM sends it: the contract's tables as lists, and short forms for today's values."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from features.contract import TABLES, column_names


def _begins_with_a_date(value: Any) -> Any:
    """Refuse anything else: pydantic would take the text 20260331 for seconds since 1970."""
    if not isinstance(value, datetime) and not (
        isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value)
    ):
        raise ValueError("a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00")
    return value


def _utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time in the years 1 to 9999 of UTC") from error


def _still_open(value: Any) -> Any:
    if value is not None:
        raise ValueError("nothing, as only an open opportunity is scored")
    return value


def _problem(key: str, expected: str, found: str, remedy: str) -> PydanticCustomError:
    context = {"key": key, "expected": expected, "found": found, "remedy": remedy}
    return PydanticCustomError("problem", "{key}: expected {expected}, found {found}; {remedy}", context)


Time = Annotated[datetime, BeforeValidator(_begins_with_a_date), AfterValidator(_utc)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Amount = Annotated[float, Field(ge=0, le=1e15)]
Nothing = Annotated[None, BeforeValidator(_still_open)]


def _prose(schema: dict[str, Any]) -> None:
    """Describe a part to users of the service in words, without the sections for programmers."""
    schema["description"] = re.split(r"\n\n\w+\n---", schema["description"])[0]


class Part(BaseModel):
    """Anything in a document: unknown fields, NaN and infinities are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, json_schema_extra=_prose)


class StageChange(Part):
    """A row of ``stage_changes`` or ``buyer_stage_changes``.

    Examples
    --------
    >>> StageChange(at="2026-03-31", stage="intent").at.isoformat()
    '2026-03-31T00:00:00+00:00'
    """

    at: Time
    stage: Text


class AmountChange(Part):
    """A row of ``amounts``."""

    at: Time
    amount: Amount


class CloseDate(Part):
    """A row of ``close_dates``."""

    at: Time
    expected_close: Time


class Activity(Part):
    """A row of ``activities``."""

    at: Time
    kind: Literal["visit", "call", "meeting", "demo", "negotiation", "message", "other"] | None = None
    person_id: Text | None = None
    effective: bool | None = None
    next_at: Time | None = None


class KeyPerson(Part):
    """A row of ``key_persons``; a CRM that keeps no contacts says ``reached`` itself.

    Where neither contacts nor ``reached`` tell, it is not known whether the person was reached.

    Examples
    --------
    >>> KeyPerson(role="coach", reached=True).influence is None
    True
    """

    role: Literal["decision_maker", "recommender", "facilitator", "coach", "other"]
    person_id: Text | None = None
    identified_at: Time | None = None
    influence: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    stance: Literal["for", "neutral", "against"] | None = None
    reached: bool | None = None


class Competitor(Part):
    """A row of ``competitors``."""

    competitor: Text
    entered_at: Time
    left_at: Time | None = None


class Assessment(Part):
    """A row of ``assessments``."""

    at: Time
    item: Text
    score: Annotated[int, Field(ge=0, le=2)]


class CheckpointMet(Part):
    """A row of ``checkpoints``."""

    at: Time
    checkpoint: Text


class Standing(Part):
    """Past opportunities of the customer, the seller or the team, as the CRM counts them at ``as_of``."""

    won: Count | None = None
    lost: Count | None = None
    open: Count | None = None


class TrackRecords(Part):
    """Whose past opportunities a document counts."""

    customer: Standing = Standing()
    owner: Standing = Standing()
    team: Standing = Standing()


class Document(Part):
    """One open opportunity at one moment.

    The columns of the contract's ``opportunities`` stand at the top level, or as ``opportunities`` with one
    row (whose further columns are attributes). The other tables are lists of rows without
    ``opportunity_id``. A table left out is not recorded; an empty list is recorded as having nothing.
    A CRM that keeps only today's values sends short forms, such as ``stage`` or ``last_contact_at``, instead
    of their tables.

    Attributes
    ----------
    opportunity_id, created_at, customer_id, owner_id, team, product, industry, region, source, currency
        The columns of ``opportunities``.
    as_of : datetime
        The moment to score at, UTC if it says no zone; now if left out.
    closed_at, outcome
        Empty: only an open opportunity is scored.
    attributes : dict of str to float or str
        Columns of ``opportunities`` beyond the contract, as the model knows them.
    stage_changes, buyer_stage_changes, amounts, close_dates, activities, key_persons
        Tables of events, like the next three. Nothing in them may be recorded later than `as_of`.
    competitors, assessments, checkpoints
        Tables of events.
    stage, amount, expected_close, last_contact_at, next_contact_at, competitor_count, risk_scores
        Short forms. What they do not say is missing, such as how often the customer was contacted. A last
        contact without a next one means that none is planned.
    track_records : TrackRecords
        Past opportunities of the customer, the seller and the team.

    Examples
    --------
    >>> document = Document.model_validate({"stage": "intent", "as_of": "2026-03-31", "competitor_count": 2})
    >>> document.as_of.isoformat(), document.stage, document.amounts is None
    ('2026-03-31T00:00:00+00:00', 'intent', True)
    """

    opportunity_id: Text = "opportunity"
    as_of: Time = Field(default_factory=lambda: datetime.now(UTC))
    created_at: Time | None = None
    closed_at: Nothing = None
    outcome: Nothing = None
    customer_id: Text | None = None
    owner_id: Text | None = None
    team: Text | None = None
    product: Text | None = None
    industry: Text | None = None
    region: Text | None = None
    source: Text | None = None
    currency: Text | None = None
    attributes: dict[str, float | Text | None] = {}

    stage_changes: list[StageChange] | None = None
    buyer_stage_changes: list[StageChange] | None = None
    amounts: list[AmountChange] | None = None
    close_dates: list[CloseDate] | None = None
    activities: list[Activity] | None = None
    key_persons: list[KeyPerson] | None = None
    competitors: list[Competitor] | None = None
    assessments: list[Assessment] | None = None
    checkpoints: list[CheckpointMet] | None = None

    stage: Text | None = None
    amount: Amount | None = None
    expected_close: Time | None = None
    last_contact_at: Time | None = None
    next_contact_at: Time | None = None
    competitor_count: Annotated[int, Field(ge=0, le=1000)] | None = None
    risk_scores: dict[str, Annotated[int, Field(ge=0, le=2)]] | None = None
    track_records: TrackRecords = TrackRecords()

    @model_validator(mode="before")
    @classmethod
    def _one_opportunity(cls, data: Any) -> Any:
        """Read ``opportunities: [row]`` as the same columns at the top level."""
        if not isinstance(data, dict) or "opportunities" not in data:
            return data
        rows = data["opportunities"]
        if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
            expected = "a list with one row, the opportunity to score"
            raise _problem(
                "opportunities", expected, reprlib.repr(rows), "send one opportunity in a document"
            )
        rest = {name: value for name, value in data.items() if name != "opportunities"}
        attributes = rest.get("attributes", {})
        readable = isinstance(attributes, dict)
        twice = [name for name in rows[0] if name in rest]
        twice += [f"attributes.{name}" for name in rows[0] if readable and name in attributes]
        if twice:
            expected = "a place at the top level or in opportunities"
            raise _problem(", ".join(twice), expected, "both", "leave one of them out")
        known = {name: value for name, value in rows[0].items() if name in column_names("opportunities")}
        further = {name: value for name, value in rows[0].items() if name not in known}
        return rest | known | ({"attributes": attributes | further} if readable else {})

    def recorded_times(self) -> Iterator[tuple[str, datetime]]:
        """When the parts of the document became known.

        Yields
        ------
        tuple of str and datetime
            The field's place, such as ``activities[2].at``, and the time in UTC. Plans (expected close, next
            contact) are not among them.

        Examples
        --------
        >>> list(Document(last_contact_at="2026-03-30", next_contact_at="2026-04-02").recorded_times())
        [('last_contact_at', datetime.datetime(2026, 3, 30, 0, 0, tzinfo=datetime.timezone.utc))]
        """
        for field in ("created_at", "last_contact_at"):
            if getattr(self, field) is not None:
                yield field, getattr(self, field)
        for table in TABLES:
            for number, row in enumerate(getattr(self, table, None) or ()):
                for column in ("at", "identified_at", "entered_at", "left_at"):
                    if getattr(row, column, None) is not None:
                        yield f"{table}[{number}].{column}", getattr(row, column)


SHORT_FORMS = {
    "stage": "stage_changes",
    "amount": "amounts",
    "expected_close": "close_dates",
    "last_contact_at": "activities",
    "next_contact_at": "activities",
    "competitor_count": "competitors",
    "risk_scores": "assessments",
}
"""Each short form and the table that it stands for."""
