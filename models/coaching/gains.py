"""Coaching: the few things that a seller can do that raise the win probability most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from winprob.features.document import Document
from winprob.features.message import Wording, message
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import Scores, evaluate_documents, scores_of
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.coaching.action import Action
from winprob.models.coaching.levers import actions
from winprob.models.measure.outcomes import Floats

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


def score_with_levers(
    bundle: Bundle, documents: Sequence[Document], top: int = 3, shrinkage: GainShrinkage = SHRINKAGE
) -> tuple[Scores, list[list[Lever]]]:
    """Score opportunities and find what raises the win probability of each most, in one pass.

    Each action of `winprob.models.coaching.levers` is written into a copy of the document, and the copy is
    scored. What comes out is an association: opportunities of which the record says so were won more often.
    It is not a promise that this one will be, see `CAUTION`; it is shrunk towards
    what the action adds on average over the open deals of the model's history.

    Parameters
    ----------
    bundle : Bundle
    documents : sequence of Document
        Read by `winprob.features.checking.read_document`; at least one.
    top : int
        At most how many for each.
    shrinkage : GainShrinkage

    Returns
    -------
    Scores
        Of the documents.
    list of list of Lever
        For each document the largest gain first; only those that gain.
    """
    possible, count = _possible(bundle, documents), len(documents)
    matrix, evaluation = evaluate_documents(bundle, [*documents, *_written(possible)])
    own_rows = np.arange(count)
    scores = scores_of(bundle, matrix.take(own_rows), evaluation.take(own_rows))
    usual = bundle.manifest.levers
    found = []
    for now, own in _added(possible, evaluation.log_odds, shrinkage):
        before, gains = float(expit(now)), []
        for action, added in own:
            average = usual.get(action.code, added)
            shrunk = (1 - shrinkage.average) * added + shrinkage.average * average
            then = float(expit(now + shrunk))
            gains.append(Lever(action.code, action.words, then, then - before))
        best = sorted((lever for lever in gains if lever.gain > 0), key=lambda lever: -lever.gain)
        found.append(best[:top])
    return scores, found


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
    if not documents:
        return []
    possible = _possible(bundle, documents)
    _, evaluation = evaluate_documents(bundle, [*documents, *_written(possible)])
    return _added(possible, evaluation.log_odds, shrinkage)


def _possible(bundle: TrainedModel, documents: Sequence[Document]) -> list[list[Action]]:
    movable = {feature.name for feature in bundle.features if feature.lever}
    return [
        [action for action in actions(document, bundle.playbook) if action.feature in movable]
        for document in documents
    ]


def _written(possible: Sequence[Sequence[Action]]) -> list[Document]:
    """For each opportunity the document after a contact, if an action takes one, and those after actions."""
    return [
        document for own in possible for document in (*_contacted(own), *(action.document for action in own))
    ]


def _contacted(own: Sequence[Action]) -> list[Document]:
    """The document after an effective contact with nobody in particular, if an action takes a contact."""
    return [action.control for action in own if action.control is not None][:1]


def _added(
    possible: Sequence[Sequence[Action]], log_odds: Floats, shrinkage: GainShrinkage
) -> list[tuple[float, list[tuple[Action, float]]]]:
    """What actions add, given the log-odds of the opportunities and then of `_written`."""
    before, scored = log_odds[: len(possible)].tolist(), iter(log_odds[len(possible) :].tolist())
    found = []
    for now, own in zip(before, possible, strict=True):
        contact = sum(next(scored) - now for _ in _contacted(own))
        left_out = (1 - shrinkage.contact) * contact
        added = [(action, next(scored) - now - (left_out if action.control else 0.0)) for action in own]
        found.append((now, added))
    return found
