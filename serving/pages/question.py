"""What the form on the page asks."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from features.playbook import Language
from models.forecast.period import UNITS
from serving.forecast.question import MOST_PERIODS, ForecastQuestion


class PageQuestion(ForecastQuestion):
    """Which forecast, and in which language; fields of the form that are left empty are not asked.

    Attributes
    ----------
    periods : int
        How many; passed over where `by` are dates.
    language : {"zh", "en"}, optional
        As the header ``Accept-Language`` says if left out.

    Examples
    --------
    >>> PageQuestion.model_validate({"by": "2026-12-31", "periods": "2", "group": ""}).group is None
    True
    """

    periods: int = Field(default=2, ge=1, le=MOST_PERIODS, description="How many weeks, months or quarters.")
    language: Language | None = Field(
        default=None, description="`zh` or `en`; as the header `Accept-Language` says if left out."
    )

    @model_validator(mode="before")
    @classmethod
    def _as_filled_in(cls, asked: Any) -> Any:
        given = {name: value for name, value in dict(asked).items() if value != ""}
        if given.get("by", UNITS[0]) not in UNITS:
            given.pop("periods", None)
        return given
