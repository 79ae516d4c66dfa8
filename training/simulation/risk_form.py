"""The risk form in a week: one question is asked, and answered as the record leans."""

from __future__ import annotations

import numpy as np

from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.dice import happens
from winprob.training.simulation.measures import coverage, from_tender, rivals

EDGES = ("edge_product", "edge_price", "edge_service")


def ask(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    """Ask one question of each deal's risk form, again if it has been answered.

    Parameters
    ----------
    company : Company
        The questions and how often they are answered.
    deals : Deals
        Changed in place.
    rng : np.random.Generator
        The source of chance.
    """
    habits = company.habits
    question = rng.integers(len(company.questions), size=len(deals))
    first = habits.answered + habits.answered_by_contact * deals.contact_effective.any(axis=0)
    unanswered = deals.scores[question, np.arange(len(deals))] < 0
    answer(company, deals, question, happens(np.where(unanswered, first, habits.answered_again), rng), rng)


def answer(
    company: Company, deals: Deals, question: Array, answered: Array, rng: np.random.Generator
) -> None:
    """Score a question of the risk form.

    Parameters
    ----------
    company : Company
        The questions.
    deals : Deals
        Changed in place.
    question, answered : array of int (n,), of bool (n,)
        Which question, and where it is scored now.
    rng : np.random.Generator
        The source of chance.
    """
    habits = company.habits
    dice = rng.random(len(deals)) + _lean(company, deals, question)
    score = (dice > habits.worst_answers).astype(np.int8) + (dice > 1 - habits.best_answers)
    (which,) = np.nonzero(answered)
    deals.scores[question[which], which] = score[which]


def _lean(company: Company, deals: Deals, question: Array) -> Array:
    """Say by how much the record speaks for a good answer, as a share of the answers."""
    items = np.array([question.item for question in company.questions])

    def about(*codes: str) -> Array:
        return np.isin(items, codes)[question]

    return np.select(
        [about("budget", "credit"), about("relationship"), about("entry_timing"), about(*EDGES)],
        [
            0.1 * deals.size - 0.15,  # bigger customers can pay
            0.4 * coverage(company, deals) - 0.2,
            np.where(from_tender(company, deals), -0.4, 0.05),  # we come late to a tender
            0.1 - 0.1 * rivals(deals),
        ],
        0.0,
    )
