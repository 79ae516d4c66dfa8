"""What is supposed of an open deal: fields of a document, as a CRM would send them, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import ValidationError

from winprob.features.checking import MOST_PROBLEMS
from winprob.features.contract import OPPORTUNITIES
from winprob.features.mistake import Mistake
from winprob.features.problem import Problem, problems_of
from winprob.features.wire_values import (
    AS_TEXT,
    Checkpoint,
    DocumentContext,
    Item,
    MaybeAmount,
    MaybeBuyerStage,
    MaybeFew,
    MaybeStage,
    MaybeTime,
    Part,
    Score,
    Text,
)
from winprob.models.forecast.pipeline import Pipeline

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
        Codes of the playbook, or their names.
    expected_close : datetime, optional
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

    outcome: Annotated[Literal["won", "lost"] | None, AS_TEXT] = None
    amount: MaybeAmount = None
    stage: MaybeStage = None
    buyer_stage: MaybeBuyerStage = None
    expected_close: MaybeTime = None
    competitor_count: MaybeFew = None
    competitors: list[Text] | None = None
    risk_scores: dict[Item, Score] | None = None
    checkpoints: list[Checkpoint] | None = None


class InvalidSupposition(Mistake):
    """Suppositions that cannot be made.

    Parameters
    ----------
    problems : sequence of Problem
        Everything that is wrong with them, `winprob.features.checking.MOST_PROBLEMS` at most.

    Examples
    --------
    >>> raise InvalidSupposition([Problem("changes.D-1.amount", "a number", "'much'", "correct the value")])
    Traceback (most recent call last):
    ...
    winprob.models.forecast.supposition.InvalidSupposition: changes.D-1.amount: expected a number...
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
    context = DocumentContext.of(pipeline.bundle.playbook, pipeline.at)
    for opportunity_id, fields in changes.items():
        place = f"{PLACE}.{opportunity_id}"
        if opportunity_id not in still_open:
            problems.append(_not_open(pipeline, opportunity_id, place))
            continue
        try:
            supposition = Supposition.model_validate(fields, context=context)
        except ValidationError as error:
            problems += [_within(place, each) for each in problems_of(error, Supposition)]
        else:
            found[opportunity_id] = supposition
            if supposition.competitors is not None and supposition.competitor_count is not None:
                either = "either competitors or competitor_count"
                problems.append(Problem(f"{place}.competitors", either, "both", "leave one of them out"))
    if problems:
        raise InvalidSupposition(problems[:MOST_PROBLEMS])
    return found


def _not_open(pipeline: Pipeline, opportunity_id: str, place: str) -> Problem:
    history = pipeline.history
    named = history.texts(OPPORTUNITIES, "opportunity_id").equal_to(opportunity_id)
    closed = history.tables[OPPORTUNITIES].keep(named).frame.to_dict("records")
    if closed:
        told = f"one that was {closed[0]['outcome']} on {pipeline.calendar.day(closed[0]['closed_at'])}"
        remedy = "leave it out, or forecast as of an earlier moment"
    else:
        told, remedy = "none of this id", "correct the opportunity_id"
    return Problem(place, f"an opportunity open at {pipeline.calendar.text(pipeline.at)}", told, remedy)


def _within(place: str, problem: Problem) -> Problem:
    key = place if problem.key == "document" else f"{place}.{problem.key}"
    return Problem(key, problem.expected, problem.found, problem.remedy)
