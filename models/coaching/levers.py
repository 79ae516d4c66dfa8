"""All that a seller can do about an opportunity, each with the document as it would be after it.

An action changes only what the document records: where contacts are not recorded none can be added, for that
would mix what was done with what was written down. Tables stay tables and short forms stay short forms, and
nothing recorded in a changed document is later than its ``as_of``.

No levers are: a contact with nobody in particular, the plan for the next one, and a new expected date. Done
to deals of simulated companies they moved the win probability by less than a point, whatever was promised
(``docs/results.md``, "What levers do").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from winprob.features.document import Document
from winprob.features.document_rows import Assessment, CheckpointMet
from winprob.features.message import message
from winprob.features.playbook import Playbook
from winprob.features.playbook_part import RiskItem, Stage
from winprob.features.record import with_rows_in_order
from winprob.models.coaching.action import Action, Situation
from winprob.models.coaching.key_person_levers import find_coach, identify_decision_maker, reach, win_over

FULL_SCORE = 2


def actions(document: Document, playbook: Playbook) -> Iterator[Action]:
    """List what the seller can do.

    Parameters
    ----------
    document : Document
        Read by `winprob.features.checking.read_document`.
    playbook : Playbook

    Yields
    ------
    Action
        Each with a document that `winprob.features.checking.read_document` takes as well.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> document = Document(as_of="2026-03-31", key_persons=[], risk_scores={"fit": 0})
    >>> for action in actions(document, load_playbook()):
    ...     print(f"{action.code}: {action.words.en}")
    identify_decision_maker: Find out who decides at the customer
    risk.fit: Improve from 0 to 1 on the risk form: Our product and service meet the need
    """
    situation = Situation(with_rows_in_order(document, playbook), playbook)
    for lever in LEVERS:
        yield from lever(situation)


def meet_checkpoint(situation: Situation) -> Iterator[Action]:
    """Meet the first open check point of the stage.

    Yields
    ------
    Action
        At most one; none where check points are not recorded or the stage is not known.
    """
    rows = situation.document.checkpoints
    if rows is None:
        return
    met = {row.checkpoint for row in rows}
    stage = _stage(situation, met)
    for checkpoint in stage.checkpoints if stage else ():
        if checkpoint.code not in met:
            row = CheckpointMet(at=situation.document.as_of, checkpoint=checkpoint.code)
            words = message("Meet the check point of this stage: {name}", name=checkpoint.name)
            after = situation.after(checkpoints=[*rows, row])
            yield Action(f"checkpoint.{checkpoint.code}", "checkpoints_met", words, after)
            return


def improve_risk_item(situation: Situation) -> Iterator[Action]:
    """Improve each item of the risk form that can be influenced and is not at its best, by one step.

    Yields
    ------
    Action
        None for items not answered: to answer them finds out how things are, it does not change them.
    """
    scores = dict(situation.document.risk_scores or {})
    for row in situation.document.assessments or ():
        scores[row.item] = row.score
    for item in situation.playbook.risk_items:
        score = scores.get(item.code)
        if item.influence and score is not None and score < FULL_SCORE:
            words = message(
                "Improve from {score} to {better} on the risk form: {name}",
                score=score,
                better=score + 1,
                name=item.name,
            )
            yield Action(f"risk.{item.code}", f"risk.{item.code}", words, _scored(situation, item, score + 1))


LEVERS: tuple[Callable[[Situation], Iterator[Action]], ...] = (
    reach,
    identify_decision_maker,
    find_coach,
    win_over,
    meet_checkpoint,
    improve_risk_item,
)
"""Each finds what it can do about a document."""


def _stage(situation: Situation, met: set[str]) -> Stage | None:
    """The stage as the seller recorded it last, else as the check points say."""
    rows = situation.document.stage_changes
    code = rows[-1].stage if rows else situation.document.stage
    known = {stage.code: stage for stage in situation.playbook.stages}
    return known.get(code if code in known else situation.playbook.stage_from_checkpoints(met) or "")


def _scored(situation: Situation, item: RiskItem, score: int) -> Document:
    document = situation.document
    if document.assessments is not None:
        row = Assessment(at=document.as_of, item=item.code, score=score)
        return situation.after(assessments=[*document.assessments, row])
    return situation.after(risk_scores={**(document.risk_scores or {}), item.code: score})
