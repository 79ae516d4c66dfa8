"""Coaching: the few things that a seller can do that raise the win probability most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import expit

from winprob.features.document import Document
from winprob.features.message import Wording, message
from winprob.features.record import history_of, snapshots_of
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.coaching.action import Action
from winprob.models.coaching.levers import actions

CAUTION = message(
    "These are associations in past opportunities, found by scoring the record as it would be after the "
    "action, and shrunk; they are not promises."
)
"""What must be said wherever levers are shown."""


@dataclass(frozen=True)
class GainShrinkage:
    """How far what the model says of an action is believed; `benchmarks/levers.py` measures each part.

    Attributes
    ----------
    contact : float, default 0.5
        Share of what an effective contact with nobody in particular adds that an action with a contact is
        credited with. Sellers contact the deals that they believe in, and how much of a contact's association
        that makes cannot be told from a history: none of it to all of it in simulated companies.
    average : float, default 0.5
        Weight of what an action adds on average, in log-odds, beside what it adds to this deal. The
        difference of a deal from the average is noise to a large part.
    """

    contact: float = 0.5
    average: float = 0.5


SHRINKAGE = GainShrinkage()
"""What is served."""


@dataclass(frozen=True)
class Lever:
    """Something that a seller can do, and the probability after it.

    Attributes
    ----------
    code : str
        Stable, such as ``find_coach`` or ``risk.fit``.
    words : Wording
        What to do.
    probability : float
        The win probability after it: the present one and `gain`.
    gain : float
        What it adds to the win probability, above 0.
    """

    code: str
    words: Wording
    probability: float
    gain: float


def levers(
    bundle: Bundle, documents: Sequence[Document], top: int = 3, shrinkage: GainShrinkage = SHRINKAGE
) -> list[list[Lever]]:
    """Find what raises the win probability of each of many opportunities most, with one scoring for all.

    Each action of `winprob.models.coaching.levers` is written into a copy of the document, and the copy is
    scored. What comes out is an association: opportunities of which the record says so were won more often.
    It is not a promise that this one will be, see `CAUTION`; it is shrunk towards
    what the action adds on average over the open deals of the model's history.

    Parameters
    ----------
    bundle : Bundle
    documents : sequence of Document
        Read by `winprob.features.checking.read_document`.
    top : int
        At most how many for each.
    shrinkage : GainShrinkage

    Returns
    -------
    list of list of Lever
        For each document the largest gain first; only those that gain.
    """
    usual = bundle.manifest.levers
    found = []
    for now, own in log_odds_added(bundle, documents, shrinkage):
        before, possible = float(expit(now)), []
        for action, added in own:
            average = usual.get(action.code, added)
            shrunk = (1 - shrinkage.average) * added + shrinkage.average * average
            then = float(expit(now + shrunk))
            possible.append(Lever(action.code, action.words, then, then - before))
        best = sorted((lever for lever in possible if lever.gain > 0), key=lambda lever: -lever.gain)
        found.append(best[:top])
    return found


def log_odds_added(
    bundle: TrainedModel, documents: Sequence[Document], shrinkage: GainShrinkage = SHRINKAGE
) -> list[tuple[float, list[tuple[Action, float]]]]:
    """Find what each action adds to the log-odds of each opportunity, with one scoring for all.

    Parameters
    ----------
    bundle : TrainedModel
    documents : sequence of Document
        Read by `winprob.features.checking.read_document`.
    shrinkage : GainShrinkage

    Returns
    -------
    list of tuple
        For each document its log-odds now, and its actions with what each adds to them; of an effective
        contact with nobody in particular, which some need, the share `shrinkage.contact` is left in.
    """
    movable = {feature.name for feature in bundle.features if feature.lever}
    possible = [
        [action for action in actions(document, bundle.playbook) if action.feature in movable]
        for document in documents
    ]
    written = [
        [document, _control(document, own), *(action.document for action in own)]
        for document, own in zip(documents, possible, strict=True)
    ]
    found = []
    for own, (now, contacted, *after) in zip(possible, _log_odds(bundle, written), strict=True):
        left_out = (1 - shrinkage.contact) * (contacted - now)
        added = [
            then - now - (left_out if action.control else 0.0)
            for action, then in zip(own, after, strict=True)
        ]
        found.append((now, list(zip(own, added, strict=True))))
    return found


def _control(document: Document, own: Sequence[Action]) -> Document:
    """The document after an effective contact with nobody in particular, if an action takes a contact."""
    return next((action.control for action in own if action.control is not None), document)


def _log_odds(bundle: TrainedModel, batches: Sequence[Sequence[Document]]) -> list[list[float]]:
    """Score batches of documents as one."""
    documents = [document for batch in batches for document in batch]
    if not documents:
        return []
    history = history_of(documents, bundle.playbook, bundle.attributes)
    matrix = bundle.matrix(history, snapshots_of(documents))
    scored = iter(bundle.model.decision_function(matrix).tolist())
    return [[next(scored) for _ in batch] for batch in batches]
