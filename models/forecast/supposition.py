"""What is supposed of an open deal: fields of a document, as a CRM would send them, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from features.checking import MOST_PROBLEMS
from features.day_or_time import DayOrTime
from features.document import Amount, Part, Text
from features.mistake import Mistake
from features.nearest import nearest
from features.playbook import Playbook
from features.problem import Problem, problems_of
from models.forecast.pipeline import Pipeline

PLACE = "changes"


class Supposition(Part):
    """What else is supposed to be recorded of an open deal; what is left out stays as it is.

    Attributes
    ----------
    outcome : {"won", "lost"}, optional
        How it ends, at once.
    amount : float, optional
        In the deal's currency.
    stage, buyer_stage : str, optional
        Codes of the playbook.
    expected_close : date or datetime, optional
        The expected win date, in the company's time zone if it says no zone.
    competitor_count : int, optional
        Competitors in the deal. The last to come are the first to leave.
    competitors : list of str, optional
        The same by name: those named are in the deal, all others have left it.
    risk_scores : dict of str to int, optional
        Items of the risk form and their scores 0, 1 or 2.
    checkpoints : list of str, optional
        Check points that are met now, besides those that were met already.

    Examples
    --------
    >>> Supposition(expected_close="2026-12-31", competitor_count=0).competitor_count
    0
    """

    outcome: Literal["won", "lost"] | None = None
    amount: Amount | None = None
    stage: Text | None = None
    buyer_stage: Text | None = None
    expected_close: DayOrTime | None = None
    competitor_count: Annotated[int, Field(ge=0, le=1000)] | None = None
    competitors: list[Text] | None = None
    risk_scores: dict[str, Annotated[int, Field(ge=0, le=2)]] | None = None
    checkpoints: list[Text] | None = None


class InvalidSupposition(Mistake):
    """Suppositions that cannot be made.

    Parameters
    ----------
    problems : sequence of Problem
        Everything that is wrong with them, `features.checking.MOST_PROBLEMS` at most.

    Examples
    --------
    >>> raise InvalidSupposition([Problem("changes.D-1.amount", "a number", "'much'", "correct the value")])
    Traceback (most recent call last):
    ...
    models.forecast.supposition.InvalidSupposition: changes.D-1.amount: expected a number, found 'much'; ...
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_suppositions(
    pipeline: Pipeline, changes: Mapping[str, Mapping[str, Any] | Supposition]
) -> dict[str, Supposition]:
    """Read what is supposed of open deals and check that it can be.

    Parameters
    ----------
    pipeline : Pipeline
        The open deals.
    changes : mapping of str to mapping or Supposition
        By opportunity_id the fields of a `Supposition`.

    Returns
    -------
    dict of str to Supposition
        By opportunity_id.

    Raises
    ------
    InvalidSupposition
        Naming every opportunity that is not open or not known, and every field that is unknown or wrong.

    Examples
    --------
    ``read_suppositions(pipeline, {"D-1042": {"outcome": "lost"}, "D-1044": {"amount": 80000}})``
    """
    still_open = set(pipeline.deals["opportunity_id"])
    found: dict[str, Supposition] = {}
    problems: list[Problem] = []
    for opportunity_id, fields in changes.items():
        place = f"{PLACE}.{opportunity_id}"
        if opportunity_id not in still_open:
            problems.append(_not_open(pipeline, opportunity_id, place))
            continue
        try:
            supposition = Supposition.model_validate(fields)
        except ValidationError as error:
            problems += [_within(place, each) for each in problems_of(error, Supposition)]
        else:
            problems += _problems(supposition, pipeline.bundle.playbook, place)
            found[opportunity_id] = supposition
    if problems:
        raise InvalidSupposition(problems[:MOST_PROBLEMS])
    return found


def _not_open(pipeline: Pipeline, opportunity_id: str, place: str) -> Problem:
    known = pipeline.history.opportunities
    closed = known[known["opportunity_id"] == opportunity_id].to_dict("records")
    if closed:
        told = f"one that was {closed[0]['outcome']} on {pipeline.calendar.day(closed[0]['closed_at'])}"
        remedy = "leave it out, or forecast as of an earlier moment"
    else:
        told, remedy = "none of this id", "correct the opportunity_id"
    return Problem(place, f"an opportunity open at {pipeline.calendar.text(pipeline.at)}", told, remedy)


def _within(place: str, problem: Problem) -> Problem:
    key = place if problem.key == "document" else f"{place}.{problem.key}"
    return Problem(key, problem.expected, problem.found, problem.remedy)


def _problems(supposition: Supposition, playbook: Playbook, place: str) -> Iterator[Problem]:
    if supposition.competitors is not None and supposition.competitor_count is not None:
        either = "either competitors or competitor_count"
        yield Problem(f"{place}.competitors", either, "both", "leave one of them out")
    items = [item.code for item in playbook.risk_items]
    buyer = [stage.code for stage in playbook.buyer_stages]
    given: tuple[tuple[str, Sequence[str | None], Sequence[str], str], ...] = (
        ("stage", [supposition.stage], playbook.stage_codes, "stage"),
        ("buyer_stage", [supposition.buyer_stage], buyer, "buyer's stage"),
        ("risk_scores", list(supposition.risk_scores or ()), items, "risk item"),
        ("checkpoints", supposition.checkpoints or (), playbook.checkpoint_codes, "check point"),
    )
    for field, codes, known, what in given:
        for code in codes:
            if code is not None and code not in known:
                listed = ", ".join(known) or "it has none"
                expected = f"a {what} of the playbook: {listed}{nearest(code, known)}"
                yield Problem(f"{place}.{field}", expected, repr(code), "correct the code")
