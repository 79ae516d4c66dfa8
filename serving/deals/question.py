"""What is asked of a deal: when it is looked at, and what is supposed to be recorded of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from winprob.features.nearest import nearest
from winprob.features.playbook import Language
from winprob.features.problem import Problem
from winprob.serving.forecast.question import AS_OF, LANGUAGE, Moment
from winprob.serving.wire.query import InvalidQuery

RISK, CHECKPOINT = "risk.", "checkpoint."
"""How the names of fields begin that are about an item of the risk form, or a check point."""

NUMBERS = ("amount", "competitor_count")
"""Fields of a `winprob.models.forecast.supposition.Supposition` that are numbers."""

PLAIN = ("stage", "buyer_stage", "amount", "expected_close", "competitor_count")
"""All that the form has besides; the code of a stage is a text, also where it is written in digits."""


class DealQuestion(BaseModel):
    """When a deal is looked at, and in which language.

    Attributes
    ----------
    as_of : date or datetime, optional
        A day is its end.
    language : str, optional
        As the header ``Accept-Language`` says if left out.
    """

    model_config = ConfigDict(frozen=True)

    as_of: Moment | None = Field(default=None, description=AS_OF)
    language: Language | None = Field(default=None, description=LANGUAGE)


def supposed_fields(query: Mapping[str, str]) -> dict[str, Any]:
    """Read from a query what is supposed of a deal; fields that are left empty stay as they are.

    Parameters
    ----------
    query : mapping of str to str
        As the form on the page sends it.

    Returns
    -------
    dict
        Fields of a `winprob.models.forecast.supposition.Supposition`, still to be read.

    Raises
    ------
    winprob.serving.wire.query.InvalidQuery
        Naming every parameter that a deal's page does not have.

    Examples
    --------
    >>> supposed_fields({"stage": "intent", "amount": "", "risk.fit": "2", "checkpoint.coach_inside": "on"})
    {'stage': 'intent', 'risk_scores': {'fit': 2}, 'checkpoints': ['coach_inside']}
    """
    known = (*DealQuestion.model_fields, *PLAIN)
    if unknown := [name for name in query if name not in known and not name.startswith((RISK, CHECKPOINT))]:
        expected = f"one of {', '.join((*known, f'{RISK}<item>', f'{CHECKPOINT}<code>'))}"
        remedy = "correct the name, or leave it out"
        raise InvalidQuery(
            [Problem(name, expected, f"{name}{nearest(name, known)}", remedy) for name in unknown]
        )
    given = {name: value for name, value in query.items() if value.strip()}
    fields: dict[str, Any] = {
        name: _number(given[name]) if name in NUMBERS else given[name] for name in PLAIN if name in given
    }
    scores = {
        name.removeprefix(RISK): _number(value) for name, value in given.items() if name.startswith(RISK)
    }
    checks = [name.removeprefix(CHECKPOINT) for name in given if name.startswith(CHECKPOINT)]
    return fields | ({"risk_scores": scores} if scores else {}) | ({"checkpoints": checks} if checks else {})


def _number(text: str) -> Any:
    """A number where it is one: a form sends texts alone."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text
