"""What clients ask about forecasts: the parameters of a query."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from winprob.features.day_or_time import DayOrTime
from winprob.features.playbook import Language
from winprob.features.wire_values import Text
from winprob.models.forecast.period import UNITS, By
from winprob.serving.wire.request import MOST_DATES, Day

MOST_PERIODS = 53
"""The most periods in a forecast: a year of weeks."""

MOST_CHANGES = 500
"""The most deals that something is supposed of at once."""

MOST_ROWS = 10_000
"""The most rows of each currency in a list of deals."""

AS_OF = (
    "Nothing recorded later is known. ISO 8601; a date is the end of that day, and a time without zone is in "
    "the company's time zone. The time of the last event in the history if left out."
)
LANGUAGE = "Of names and sentences: `zh` or `en`; as the header `Accept-Language` says if left out."
EXPECTED = f"{', '.join(UNITS)} or dates such as 2026-12-31,2027-03-31"


def _units_or_dates(value: Any) -> By:
    if value in UNITS:
        return str(value)
    parts = str(value).split(",")
    if not all(re.fullmatch(r"\d{4}-\d\d-\d\d", part.strip()) for part in parts):
        raise ValueError(EXPECTED)
    if len(parts) > MOST_DATES:
        raise ValueError(f"at most {MOST_DATES} dates")
    try:
        return tuple(date.fromisoformat(part.strip()) for part in parts)
    except ValueError as error:
        raise ValueError(f"{EXPECTED} ({error})") from error


def _plus_of_a_zone(value: Any) -> Any:
    """Write it again: in a query ``+`` that is not escaped stands for a space."""
    return re.sub(r"(T.*) (\d\d:?\d\d)$", r"\1+\2", value) if isinstance(value, str) else value


Supposed = Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Supposition"})]
"""What is supposed of a deal, as it is sent: whether it can be depends on the deal."""
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Moment = Annotated[DayOrTime, BeforeValidator(_plus_of_a_zone)]
"""A day, or a time on it: `winprob.features.calendar.Calendar.until` tells which moment it is."""
UnitOrDates = Annotated[
    Any,  # `By`: of a query FastAPI makes lists where a type has a sequence in it, and this is one text
    BeforeValidator(_units_or_dates),
    WithJsonSchema({"type": "string", "examples": [*UNITS, "2026-12-31,2027-03-31"]}),
]


class PeriodsQuestion(BaseModel):
    """Which periods, seen from when.

    Attributes
    ----------
    by : str or tuple of date
        Weeks, months or quarters, or the last days of periods.
    periods : int
        How many; dates tell it themselves.
    begin : date, optional
        The first day of the first period, sent as ``from``; only beside dates.
    as_of : date or datetime, optional
        A day is its end.

    Examples
    --------
    >>> PeriodsQuestion(by="2026-12-31,2027-03-31").by
    (datetime.date(2026, 12, 31), datetime.date(2027, 3, 31))
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: UnitOrDates = Field(
        default="quarter",
        description="`week`, `month` or `quarter` (of the fiscal year), the first being the one that `as_of` "
        "lies in; or the last days of periods, such as `2026-12-31,2027-03-31`: the first begins with the "
        "fiscal quarter that `as_of` lies in or where `from` says, each other on the day after the one "
        "before. Days are those of the company's time zone.",
    )
    periods: int = Field(
        default=1,
        ge=1,
        le=MOST_PERIODS,
        description="How many weeks, months or quarters. Dates tell it themselves.",
    )
    begin: Day | None = Field(
        default=None,
        alias="from",
        description="The first day of the first period, beside dates in `by`; the beginning of the fiscal "
        "quarter that `as_of` lies in if left out.",
    )
    as_of: Moment | None = Field(default=None, description=AS_OF)

    @field_validator("begin")
    @classmethod
    def _of_dates(cls, value: date | None, known: ValidationInfo) -> date | None:
        if value is not None and isinstance(unit := known.data.get("by", ()), str):
            raise ValueError(f"nothing, as a {unit} tells where it begins")
        return value

    @field_validator("periods")
    @classmethod
    def _alone(cls, value: int, known: ValidationInfo) -> int:
        if not isinstance(known.data.get("by", ""), str):
            raise ValueError("nothing, as the dates in by tell it")
        return value


class ForecastQuestion(PeriodsQuestion):
    """Which forecast.

    Attributes
    ----------
    group : str, optional
        A column of ``opportunities``.
    """

    group: Text | None = Field(
        default=None,
        description="A column of `opportunities`, such as `team`, `owner_id`, `product` or an attribute: "
        "adds rows for each group.",
    )


class ExplainedQuestion(ForecastQuestion):
    """Which forecast to explain, and in which language.

    Attributes
    ----------
    language : str, optional
        As the header ``Accept-Language`` says if left out.
    """

    language: Language | None = Field(default=None, description=LANGUAGE)


class ChangeQuestion(PeriodsQuestion):
    """Since when, and in which language, the change of a forecast is to be explained.

    Attributes
    ----------
    since : date or datetime, optional
        A day is its end; four weeks before `as_of` if left out.
    language : str, optional
        As the header ``Accept-Language`` says if left out.
    """

    since: Moment | None = Field(
        default=None, description="The earlier moment, like `as_of`; four weeks before it if left out."
    )
    language: Language | None = Field(default=None, description=LANGUAGE)


class Opening(BaseModel):
    """Which part to open down to the deals.

    Attributes
    ----------
    part, currency : str, optional
        All if left out.
    period_start : date, optional
        All periods if left out.
    limit : int
        How many rows of each period and currency.
    """

    part: Text | None = Field(
        default=None, description="The code of a part, such as `stage`; all if left out."
    )
    currency: str | None = Field(
        default=None, max_length=200, description="All if left out; empty: those of which none is recorded."
    )
    period_start: Day | None = Field(default=None, description="The first day of a period; all if left out.")
    limit: Limit = Field(
        default=100, description="How many rows of each period and currency, the largest amounts first."
    )


class ExplainedDealsQuestion(ExplainedQuestion, Opening):
    """What of a forecast to open down to the deals."""


class ChangeDealsQuestion(ChangeQuestion, Opening):
    """What of a change to open down to the deals."""


class FindingsQuestion(BaseModel):
    """Which deals to look at.

    Attributes
    ----------
    as_of : date or datetime, optional
        A day is its end.
    limit : int
        How many findings of each currency.
    language : str, optional
        As the header ``Accept-Language`` says if left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: Moment | None = Field(default=None, description=AS_OF)
    limit: Limit = Field(
        default=100, description="How many findings of each currency, the most money at stake first."
    )
    language: Language | None = Field(default=None, description=LANGUAGE)


class WhatIfQuestion(ExplainedQuestion):
    """What is supposed of open deals.

    Attributes
    ----------
    changes : dict of str to dict
        By opportunity_id what else is supposed to be recorded, 500 at most, see `Supposition`.
    without_biggest : bool
        Instead: that the biggest open deal of each currency is lost.

    Examples
    --------
    >>> WhatIfQuestion(changes={"D-1042": {"outcome": "lost"}}).periods
    1
    """

    changes: dict[str, Supposed] = Field(
        default={},
        max_length=MOST_CHANGES,
        description="By `opportunity_id` of an open deal what else is supposed to be recorded of it.",
    )
    without_biggest: bool = Field(
        default=False,
        description="Instead: that the open deal of which most is expected is lost, in each currency.",
    )

    @field_validator("without_biggest")
    @classmethod
    def _instead(cls, value: bool, known: ValidationInfo) -> bool:
        if value and known.data.get("changes"):
            raise ValueError("either changes or without_biggest")
        return value
