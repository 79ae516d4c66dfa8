"""One opportunity as a CRM sends it: the contract's tables as lists, and short forms for today's values."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from winprob.features.contract import OUTCOMES, column_names
from winprob.features.document_rows import (
    Activity,
    AmountChange,
    Assessment,
    BuyerStageChange,
    CheckpointMet,
    CloseDate,
    Competitor,
    Event,
    KeyPerson,
    StageChange,
    TrackRecord,
    TrackRecords,
)
from winprob.features.problem import Problem
from winprob.features.track_record import COLUMN_OF, Whose
from winprob.features.values import Unreadable, ValueReader
from winprob.features.wire_values import (
    AsOf,
    AttributeValue,
    DocumentContext,
    MaybeAmount,
    MaybeFew,
    MaybeId,
    MaybeRecorded,
    MaybeStage,
    MaybeText,
    MaybeTime,
    OpportunityId,
    Part,
    RiskScores,
)

CLOSED = "closed"
"""The type of error of a document whose opportunity has an outcome."""


def _problem(key: str, expected: str, found: str, remedy: str) -> PydanticCustomError:
    context = {"key": key, "expected": expected, "found": found, "remedy": remedy}
    return PydanticCustomError("problem", "{key}: expected {expected}, found {found}; {remedy}", context)


def _still_open(value: Any, info: ValidationInfo) -> None:
    reader = info.context.reader if isinstance(info.context, DocumentContext) else ValueReader()
    if info.field_name == "outcome" and not reader.is_missing(value) and value not in OUTCOMES:
        raise Unreadable(f"nothing, or {' or '.join(OUTCOMES)}", "leave it out of an open opportunity")
    if not reader.is_missing(value):
        expected, remedy = "nothing, as only an open opportunity is scored", "leave the opportunity out"
        raise PydanticCustomError(CLOSED, "{error}", {"error": Unreadable(expected, remedy)})


Nothing = Annotated[None, BeforeValidator(_still_open)]


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
        The moment to score at, in the company's time zone if it says none, a day meaning its end; now if left
        out.
    closed_at, outcome
        Empty: only an open opportunity is scored.
    attributes : dict of str to bool, int, float or str
        Columns of ``opportunities`` beyond the contract, as the model knows them.
    stage_changes, buyer_stage_changes, amounts, close_dates, activities, key_persons
        Tables of events, like the next three. Nothing in them may be recorded later than `as_of`.
    competitors, assessments, checkpoints
        Tables of events.
    events : dict of str to list
        Tables of events that the playbook declares, by the name under which it does.
    stage, amount, expected_close, last_contact_at, next_contact_at, competitor_count, risk_scores
        Short forms. What they do not say is missing, such as how often the customer was contacted. A last
        contact without a next one means that none is planned.
    track_records : TrackRecords
        Past opportunities of the customer, the seller and the team.

    Examples
    --------
    >>> document = Document.model_validate({"stage": "intent", "as_of": "2026-03-31", "competitor_count": 2})
    >>> document.as_of.isoformat(), document.stage, document.amounts is None
    ('2026-03-31T23:59:59.999999+00:00', 'intent', True)
    """

    opportunity_id: OpportunityId = "opportunity"
    as_of: AsOf = Field(default_factory=lambda: datetime.now(UTC))
    created_at: MaybeRecorded = None
    closed_at: Nothing = None
    outcome: Nothing = None
    customer_id: MaybeId = None
    owner_id: MaybeId = None
    team: MaybeText = None
    product: MaybeText = None
    industry: MaybeText = None
    region: MaybeText = None
    source: MaybeText = None
    currency: MaybeText = None
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)

    stage_changes: list[StageChange] | None = None
    buyer_stage_changes: list[BuyerStageChange] | None = None
    amounts: list[AmountChange] | None = None
    close_dates: list[CloseDate] | None = None
    activities: list[Activity] | None = None
    key_persons: list[KeyPerson] | None = None
    competitors: list[Competitor] | None = None
    assessments: list[Assessment] | None = None
    checkpoints: list[CheckpointMet] | None = None
    events: dict[str, list[Event] | None] = Field(default_factory=dict)

    stage: MaybeStage = None
    amount: MaybeAmount = None
    expected_close: MaybeTime = None
    last_contact_at: MaybeRecorded = None
    next_contact_at: MaybeTime = None
    competitor_count: MaybeFew = None
    risk_scores: RiskScores | None = None
    track_records: TrackRecords = TrackRecords()

    @model_validator(mode="before")
    @classmethod
    def _one_opportunity(cls, data: Any) -> Any:
        return flat(data)

    def contradictions(self) -> Iterator[Problem]:
        """Name the fields that cannot stand together.

        Examples
        --------
        >>> [problem.key for problem in Document(stage="intent", stage_changes=[]).contradictions()]
        ['stage']
        """
        for short, table in SHORT_FORMS.items():
            if getattr(self, short) is not None and getattr(self, table) is not None:
                yield Problem(short, f"either {short} or {table}", "both", "leave one of them out")
        for number, person in enumerate(self.key_persons or ()):
            if person.reached is not None and self.activities is not None:
                place = f"key_persons[{number}].reached"
                yield Problem(place, "either reached or activities", "both", "leave one of them out")

    def unstated_track_records(self) -> dict[Whose, str]:
        """Whose past opportunities the document does not count, although it names them.

        Returns
        -------
        dict of {"customer", "owner", "team"} to str
            The customer's id, the seller's id and the team.
        """
        named = {whose: getattr(self, column) for whose, column in COLUMN_OF.items()}
        return {
            whose: name
            for whose, name in named.items()
            if name is not None and getattr(self.track_records, whose) == TrackRecord()
        }

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing but the opportunity's name, the moment and the question."""
        further = {"attributes", "events"}
        fields = set(Document.model_fields) - {"opportunity_id", "as_of", "track_records", *further}
        present = any(getattr(self, name) is not None for name in fields)
        values = [*self.attributes.values(), *self.events.values()]
        return not present and all(value is None for value in values)


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


def flat(data: Any) -> Any:
    """Write ``opportunities: [row]`` as the same columns at the top level.

    Parameters
    ----------
    data : object
        A document as parsed from JSON.

    Returns
    -------
    object
        Anything else is as it was.

    Raises
    ------
    pydantic_core.PydanticCustomError
        If there is not one row, or a column stands in both places.

    Examples
    --------
    >>> flat({"opportunities": [{"team": "north", "size": 3}]})
    {'team': 'north', 'attributes': {'size': 3}}
    """
    if not isinstance(data, dict) or "opportunities" not in data:
        return data
    rows = data["opportunities"]
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
        expected = "a list with one row, the opportunity to score"
        raise _problem("opportunities", expected, reprlib.repr(rows), "send one opportunity in a document")
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
