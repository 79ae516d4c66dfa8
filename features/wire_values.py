"""Values in a document from the wire, read as in files: what each field of a document is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from winprob.features.contract import Column
from winprob.features.nearest import nearest
from winprob.features.playbook import Playbook
from winprob.features.schema import known_codes, names_of, one_of, remedy_for
from winprob.features.time_text import parse_time
from winprob.features.values import Unreadable, ValueReader

FORGIVEN = timedelta(minutes=2)
"""How far a CRM's clock may be fast."""

CODED = {
    "stage": Column("stage", "stage"),
    "buyer_stage": Column("stage", "buyer_stage"),
    "item": Column("item", "item"),
    "checkpoint": Column("checkpoint", "checkpoint"),
}


@dataclass(frozen=True)
class DocumentContext:
    """What a document is read with: pydantic's context.

    Attributes
    ----------
    reader : ValueReader
        Reads values as the company writes them.
    as_of : datetime.datetime, optional
        Nothing in the document may be recorded later; None if that is not known.
    codes : mapping of str to tuple of str
        By kind (``stage``, ``buyer_stage``, ``item``, ``checkpoint``) the codes of the playbook. A kind
        that is not there is not checked.
    names : mapping of str to mapping of str to str
        By kind the code of each name in either language.
    unknown_stages : bool
        Whether a stage that the playbook does not have is taken as not recorded, instead of being refused.
    """

    reader: ValueReader = field(default_factory=ValueReader)
    as_of: datetime | None = None
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown_stages: bool = False

    @classmethod
    def of(cls, playbook: Playbook, as_of: Any = None, unknown_stages: bool = False) -> DocumentContext:
        """Make the context of a document.

        Parameters
        ----------
        playbook : Playbook
        as_of : object
            As it stands in the document; now if it says none.
        unknown_stages : bool
            As the attribute.
        """
        reader = playbook.reader
        moment: datetime | None = None
        with suppress(Unreadable):
            moment = reader.time(as_of, end_of_day=True) or datetime.now(UTC)
        codes = {kind: known_codes(column, playbook) or () for kind, column in CODED.items()}
        names = {kind: names_of(column, playbook) for kind, column in CODED.items()}
        return cls(reader, moment, codes, names, unknown_stages)

    @property
    def today(self) -> date | None:
        """The company's day of `as_of`."""
        return None if self.as_of is None else self.as_of.astimezone(self.reader.zone).date()


Read = Callable[[Any, DocumentContext], Any]


def _context(info: ValidationInfo) -> DocumentContext:
    return info.context if isinstance(info.context, DocumentContext) else DocumentContext()


def _optional(read: Read) -> BeforeValidator:
    def validate(value: Any, info: ValidationInfo) -> Any:
        return read(value, _context(info))

    return BeforeValidator(validate)


def _required(read: Read) -> BeforeValidator:
    def validate(value: Any, info: ValidationInfo) -> Any:
        found = read(value, _context(info))
        if found is None:
            raise Unreadable("a value", "send one, or leave it out")
        return found

    return BeforeValidator(validate)


def _text(value: Any, context: DocumentContext) -> str | None:
    return context.reader.text(value)


def _identifier(value: Any, context: DocumentContext) -> str | None:
    return context.reader.identifier(value)


def _number(value: Any, context: DocumentContext) -> float | None:
    return context.reader.number(value)


def _whole(value: Any, context: DocumentContext) -> int | None:
    number = context.reader.number(value)
    if number is None:
        return None
    if not number.is_integer():
        raise Unreadable("a whole number")
    return int(number)


def _flag(value: Any, context: DocumentContext) -> bool | None:
    return context.reader.flag(value)


def _plan(value: Any, context: DocumentContext) -> datetime | None:
    return context.reader.time(value)


def _moment(value: Any, context: DocumentContext) -> datetime | None:
    return context.reader.time(value, end_of_day=True)


def _as_of(value: Any, context: DocumentContext) -> datetime:
    return context.reader.time(value, end_of_day=True) or context.as_of or datetime.now(UTC)


def _recorded(value: Any, context: DocumentContext) -> datetime | None:
    """A time that is not after as_of; of a clock that is fast it is as_of itself."""
    moment = context.reader.time(value)
    if moment is None or context.as_of is None or moment <= context.as_of:
        return moment
    if moment <= context.as_of + FORGIVEN:
        return context.as_of
    remedy = "send what is recorded by as_of, and a planned contact as next_at"
    read = parse_time(value) if isinstance(value, str) else value
    if getattr(read, "tzinfo", None) is None:
        remedy += f"; it says no time zone and was read as {context.reader.zone}"
    raise Unreadable(f"a time not after as_of ({context.as_of.isoformat()})", remedy)


def _left(value: Any, context: DocumentContext) -> datetime | None:
    """A day is meant to its end, as far as it has passed."""
    begin = _recorded(value, context)
    end = context.reader.time(value, end_of_day=True)
    return end if begin is None or end is None or context.as_of is None else min(end, context.as_of)


def _code(kind: str) -> Read:
    def read(value: Any, context: DocumentContext) -> str | None:
        text = context.reader.text(value)
        code = context.names.get(kind, {}).get(text, text) if text is not None else None
        known = context.codes.get(kind)
        if code is None or known is None or code in known:
            return code
        remedy = remedy_for(CODED[kind], code)
        if kind == "stage" and context.unknown_stages and not remedy:
            return code
        near = "" if remedy else nearest(code, known)
        expected = f"{one_of(known)}{near}" if known else "none, as the playbook has none"
        raise Unreadable(expected, remedy or "correct the code, or use its name in the playbook")

    return read


def _each_once(value: Any, info: ValidationInfo) -> Any:
    """An item under its code and again under its name: one of the two scores would be lost."""
    names = _context(info).names.get("item", {})
    if isinstance(value, Mapping) and len({names.get(item, item) for item in value}) < len(value):
        raise Unreadable("each risk item once", "leave out the code or the name")
    return value


def _opportunity(value: Any, context: DocumentContext) -> str:
    return context.reader.identifier(value) or "opportunity"


AS_TEXT = _optional(_text)
ShortText = Annotated[str, Field(max_length=200)]
Nonnegative = Annotated[float, Field(ge=0, le=1e15)]

Text = Annotated[str, _required(_text), Field(min_length=1, max_length=200)]
MaybeText = Annotated[ShortText | None, AS_TEXT]
MaybeId = Annotated[ShortText | None, _optional(_identifier)]
OpportunityId = Annotated[ShortText, _optional(_opportunity)]
Recorded = Annotated[datetime, _required(_recorded)]
MaybeRecorded = Annotated[datetime | None, _optional(_recorded)]
MaybeLeft = Annotated[datetime | None, _optional(_left)]
Time = Annotated[datetime, _required(_plan)]
MaybeTime = Annotated[datetime | None, _optional(_plan)]
AsOf = Annotated[datetime, _optional(_as_of)]
MaybeMoment = Annotated[datetime | None, _optional(_moment)]
Amount = Annotated[Nonnegative, _required(_number)]
MaybeAmount = Annotated[Nonnegative | None, _optional(_number)]
MaybeNumber = Annotated[float | None, _optional(_number)]
MaybeInfluence = Annotated[Annotated[float, Field(gt=0, le=1_000_000)] | None, _optional(_number)]
Score = Annotated[int, _required(_whole), Field(ge=0, le=2)]
MaybeCount = Annotated[Annotated[int, Field(ge=0, le=1_000_000)] | None, _optional(_whole)]
MaybeFew = Annotated[Annotated[int, Field(ge=0, le=1000)] | None, _optional(_whole)]
MaybeFlag = Annotated[bool | None, _optional(_flag)]
Stage = Annotated[ShortText, _required(_code("stage"))]
MaybeStage = Annotated[ShortText | None, _optional(_code("stage"))]
BuyerStage = Annotated[ShortText, _required(_code("buyer_stage"))]
MaybeBuyerStage = Annotated[ShortText | None, _optional(_code("buyer_stage"))]
Item = Annotated[ShortText, _required(_code("item"))]
Checkpoint = Annotated[ShortText, _required(_code("checkpoint"))]
RiskScores = Annotated[dict[Item, Score], BeforeValidator(_each_once)]
# Read by `winprob.features.checking`, which knows what the model takes it for.
AttributeValue = Annotated[Any, WithJsonSchema({"type": ["boolean", "number", "string", "null"]})]


def _prose(schema: dict[str, Any]) -> None:
    """Describe a part to users of the service in words, without the sections for programmers."""
    schema["description"] = re.split(r"\n\n\w+\n---", schema["description"])[0]


class Part(BaseModel):
    """Anything in a document: unknown fields and infinities are refused, NaN is nothing recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, json_schema_extra=_prose)
