"""What is recorded of a deal at a moment, and what the model answers to it: as a CRM would be answered."""

from __future__ import annotations

from dataclasses import dataclass

from winprob.features.history import History
from winprob.features.playbook import Language
from winprob.features.record import document_of
from winprob.serving.deals.found_deal import FoundDeal
from winprob.serving.scores.answer import Answer
from winprob.serving.scores.scorer import Scorer
from winprob.serving.wire.request import ScoreRequest


@dataclass(frozen=True)
class KnownAnswer:
    """A document and its answer.

    Attributes
    ----------
    document : ScoreRequest
        In tables, with the track records counted.
    answer : Answer
        In full.
    """

    document: ScoreRequest
    answer: Answer

    @property
    def amount(self) -> float | None:
        """The last amount recorded."""
        amounts = self.document.amounts
        return amounts[-1].amount if amounts else None

    @property
    def competitors(self) -> list[str] | None:
        """Who is in the deal; none where competitors are not recorded."""
        rows = self.document.competitors
        return None if rows is None else [row.competitor for row in rows if row.left_at is None]


def known_answer(scorer: Scorer, history: History, deal: FoundDeal, language: Language) -> KnownAnswer:
    """Ask the model about a deal as it was known.

    Parameters
    ----------
    scorer : Scorer
    history : History
    deal : FoundDeal
    language : str
    """
    document = document_of(history, deal.number, deal.at)
    request = ScoreRequest.model_construct(**dict(document), win_by=[], language=None)
    (answer,) = scorer.answer([request], language)
    return KnownAnswer(request, answer)
