"""Which deals are asked for: filters, a search, an order and a page, as the address of the list says them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from winprob.features.nearest import nearest
from winprob.features.playbook import Language
from winprob.features.problem import Problem
from winprob.models.forecast.category import OPEN
from winprob.serving.forecast.question import AS_OF, LANGUAGE, Moment
from winprob.serving.wire.query import InvalidQuery

CURRENCY = "currency"
"""What may be empty: that is where none is recorded."""

Order = Literal["gain", "expected", "amount", "probability"]
Number = Literal["expected", "rule_expected", "seller_expected", "commit", "best_case", "pipeline", "omitted"]
"""Columns of a forecast that a list of deals opens."""


class ListQuestion(BaseModel):
    """Which open deals to list.

    Further parameters are columns of ``opportunities`` that forecasts can be grouped by, such as ``team``:
    only deals that have this value there are listed; empty means all.

    Attributes
    ----------
    as_of : date or datetime, optional
        A day is its end.
    by : {"week", "month", "quarter"}
        What the period is.
    period : date, optional
        The first day of the period; if left out, the present one, or the next if this one is nearly over.
    of : str
        Which number of the forecast the list opens. A category lists the deals that are in it.
    currency, stage, deal_class, finding : str, optional
        Only deals of this currency, in this stage (its code), of this class (A to D), with this finding (its
        code). An empty currency is one that is not recorded.
    q : str
        Only deals in whose id or names it occurs, in any case.
    order : {"gain", "expected", "amount", "probability"}
        The largest first.
    page : int
        From 1, with 50 deals each.
    language : str, optional
        As the header ``Accept-Language`` says if left out.

    Examples
    --------
    >>> question = ListQuestion.model_validate({"team": "north", "q": ""})
    >>> question.columns, question.query(page=2)
    ({'team': 'north'}, '?team=north&page=2')
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, str]

    as_of: Moment | None = Field(default=None, description=AS_OF)
    by: Literal["week", "month", "quarter"] = "quarter"
    period: date | None = None
    of: Number = "expected"
    currency: str | None = None
    stage: str | None = None
    deal_class: Literal["A", "B", "C", "D"] | None = None
    finding: str | None = None
    q: str = ""
    order: Order = "gain"
    page: int = Field(default=1, ge=1)
    language: Language | None = Field(default=None, description=LANGUAGE)

    @property
    def columns(self) -> dict[str, str]:
        """By column of ``opportunities`` the value that deals are to have."""
        return dict(self.__pydantic_extra__)

    @property
    def category(self) -> str | None:
        """The category that deals are to be in."""
        return self.of if self.of in OPEN else None

    def __hash__(self) -> int:
        """Hash by the address."""
        return hash(self.query())

    def query(self, **changed: Any) -> str:
        """Write it as the query of an address, with other values in some places; None leaves one out."""
        asked = self.model_dump(mode="json", exclude_unset=True) | changed
        kept = {name: value for name, value in asked.items() if value is not None}
        return f"?{urlencode(kept)}" if kept else ""

    def check(self, columns: Collection[str], stages: Collection[str], findings: Collection[str]) -> None:
        """Refuse what a company does not have.

        Parameters
        ----------
        columns : collection of str
            Of ``opportunities`` that forecasts can be grouped by.
        stages, findings : collection of str
            Codes.

        Raises
        ------
        InvalidQuery
            Naming every parameter that is unknown, and every code.
        """
        names = [*ListQuestion.model_fields, *columns]
        problems = [
            Problem(
                name,
                f"one of {', '.join(names)}{nearest(name, names)}",
                name,
                "correct the name, or leave it out",
            )
            for name in self.columns
            if name not in columns
        ]
        for name, value, known in (("stage", self.stage, stages), ("finding", self.finding, findings)):
            if value is not None and value not in known:
                expected = f"one of {', '.join(known)}{nearest(value, list(known))}"
                problems.append(Problem(name, expected, repr(value), "choose one, or leave it out"))
        if problems:
            raise InvalidQuery(problems)

    @model_validator(mode="before")
    @classmethod
    def _as_filled_in(cls, asked: Any) -> Any:
        """Fields of the form that are left empty are not asked."""
        return {name: value for name, value in dict(asked).items() if value != "" or name == CURRENCY}
