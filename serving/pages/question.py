"""What the form on the page asks."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from pydantic import Field, model_validator

from winprob.features.message import languages
from winprob.models.forecast.period import UNIT_NAMES, UNITS
from winprob.serving.forecast.question import MOST_PERIODS, ChangeQuestion, ForecastQuestion, Limit, Opening

CURRENCY = "currency"
"""What may be empty: that is where none is recorded."""


def _unit(text: Any) -> Any:
    """Understand a unit as the page names it, in any language."""
    named = {
        name.in_language(language): unit for unit, name in UNIT_NAMES.items() for language in languages()
    }
    return named.get(text, text) if isinstance(text, str) else text


class PageQuestion(ForecastQuestion, ChangeQuestion):
    """Which forecast and since when; fields of the form that are left empty are not asked.

    Attributes
    ----------
    periods : int
        How many; passed over where `by` are dates, as ``from`` is where they are not.

    Examples
    --------
    >>> PageQuestion.model_validate({"by": "2026-12-31", "periods": "2", "group": ""}).group is None
    True
    """

    periods: int = Field(default=2, ge=1, le=MOST_PERIODS, description="How many weeks, months or quarters.")

    @property
    def by_text(self) -> str:
        """The field `by` as it is filled in."""
        return self.by if isinstance(self.by, str) else ",".join(map(str, self.by))

    def query(self, **changed: str | date | None) -> str:
        """Write it as the query of an address.

        Parameters
        ----------
        **changed : str or date, optional
            What is to be asked instead; None: not at all.
        """
        asked = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        asked |= {"by": self.by_text} | changed
        return urlencode({name: value for name, value in asked.items() if value is not None})

    @model_validator(mode="before")
    @classmethod
    def _as_filled_in(cls, asked: Any) -> Any:
        given = {name: value for name, value in dict(asked).items() if value != "" or name == CURRENCY}
        if "by" in given:
            given["by"] = _unit(given["by"])
        given.pop("from" if given.get("by", UNITS[0]) in UNITS else "periods", None)
        return given


class OpenedQuestion(PageQuestion, Opening):
    """Which part of the page to open down to the deals."""


class FindingsPageQuestion(PageQuestion):
    """Which deals to look at.

    Attributes
    ----------
    limit : int
        How many findings of each currency.
    """

    limit: Limit = Field(
        default=100, description="How many findings of each currency, the most money at stake first."
    )
