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

from features.document import Text, Time
from models.forecast.period import UNITS, By
from serving.request import MOST_DATES

MOST_PERIODS = 53
"""The most periods in a forecast: a year of weeks."""

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


Moment = Annotated[Time, BeforeValidator(_plus_of_a_zone)]
UnitOrDates = Annotated[
    str | tuple[date, ...],
    BeforeValidator(_units_or_dates),
    WithJsonSchema({"type": "string", "examples": [*UNITS, "2026-12-31,2027-03-31"]}),
]


class ForecastQuestion(BaseModel):
    """Which forecast.

    Attributes
    ----------
    by : str or tuple of date
        Weeks, months or quarters, or the last days of periods.
    periods : int
        How many; dates tell it themselves.
    group : str, optional
        A column of ``opportunities``.
    as_of : datetime, optional
        In UTC.

    Examples
    --------
    >>> ForecastQuestion(by="2026-12-31,2027-03-31").by
    (datetime.date(2026, 12, 31), datetime.date(2027, 3, 31))
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: UnitOrDates = Field(
        default="quarter",
        description="`week`, `month` or `quarter`, the first being the one that `as_of` lies in; or the last "
        "days of periods, such as `2026-12-31,2027-03-31`, the first beginning on the day of `as_of`. "
        "Days are days in UTC.",
    )
    periods: int = Field(
        default=1,
        ge=1,
        le=MOST_PERIODS,
        description="How many weeks, months or quarters. Dates tell it themselves.",
    )
    group: Text | None = Field(
        default=None,
        description="A column of `opportunities`, such as `team`, `owner_id`, `product` or an attribute: "
        "adds rows for each group.",
    )
    as_of: Moment | None = Field(
        default=None,
        description="Nothing recorded later is known. ISO 8601, UTC unless it says a zone; the time of the "
        "last event in the history if left out.",
    )

    @field_validator("periods")
    @classmethod
    def _alone(cls, value: int, known: ValidationInfo) -> int:
        if not isinstance(known.data.get("by", ""), str):
            raise ValueError("nothing, as the dates in by tell it")
        return value
