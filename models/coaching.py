"""Coaching: the few things that a seller can do that raise the win probability most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.build import build, catalogue
from features.document import Document
from features.playbook import Words
from features.record import history_of, moments_of
from models.action import Action
from models.knowledge import Knowledge
from models.levers import actions
from models.scoring import probability

CAUTION = Words(
    zh="以上建议来自历史商机中的统计关联：按行动之后的记录重新评分得出，并非承诺。",
    en=(
        "These are associations in past opportunities, found by scoring the record as it would be after the "
        "action; they are not promises."
    ),
)
"""What must be said wherever levers are shown."""


@dataclass(frozen=True)
class Lever:
    """Something that a seller can do, and the probability after it.

    Attributes
    ----------
    code : str
        Stable, such as ``contact`` or ``risk.fit``.
    words : Words
        What to do.
    probability : float
        The win probability of the opportunity as it would be recorded after it.
    gain : float
        That probability minus the present one, above 0.
    """

    code: str
    words: Words
    probability: float
    gain: float


def levers(bundle: Knowledge, document: Document, top: int = 3) -> list[Lever]:
    """Find what raises the win probability of an opportunity most.

    Each action of `models.levers` is written into a copy of the document, and the copy is scored. What comes
    out is an association: opportunities of which the record says so were won more often. It is not a promise
    that this one will be, see `CAUTION`.

    Parameters
    ----------
    bundle : Knowledge
    document : Document
        Read by `features.checking.read_document`.
    top : int
        At most how many.

    Returns
    -------
    list of Lever
        The largest gain first; only those that gain.
    """
    return levers_of_each(bundle, [document], top)[0]


def levers_of_each(bundle: Knowledge, documents: Sequence[Document], top: int = 3) -> list[list[Lever]]:
    """Find the levers of many opportunities, with one scoring for all.

    Parameters
    ----------
    bundle : Knowledge
    documents : sequence of Document
    top : int
        At most how many for each.

    Returns
    -------
    list of list of Lever
        For each document what `levers` finds for it alone.
    """
    movable = {feature.name for feature in catalogue(bundle.playbook, bundle.attributes) if feature.lever}
    possible = [
        [action for action in actions(document, bundle.playbook) if action.feature in movable]
        for document in documents
    ]
    now, *after = _probabilities(
        bundle, [documents, *([action.document for action in own] for own in possible)]
    )
    return [
        _best(own, before, reached, top) for own, before, reached in zip(possible, now, after, strict=True)
    ]


def _best(own: Sequence[Action], now: float, after: Sequence[float], top: int) -> list[Lever]:
    found = [
        Lever(action.code, action.words, then, then - now)
        for action, then in zip(own, after, strict=True)
        if then > now
    ]
    return sorted(found, key=lambda lever: -lever.gain)[:top]


def _probabilities(bundle: Knowledge, batches: Sequence[Sequence[Document]]) -> list[list[float]]:
    """Score batches of documents as one."""
    documents = [document for batch in batches for document in batch]
    if not documents:
        return [[] for _ in batches]
    history = history_of(documents, bundle.playbook, bundle.attributes)
    scored = iter(probability(bundle, build(history, moments=moments_of(documents))).tolist())
    return [[next(scored) for _ in batch] for batch in batches]
