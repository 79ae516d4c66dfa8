"""From the record on a Monday to the chances of the week: strength, winning and losing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from winprob.training.simulation.company import Change, Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.measures import coverage, from_tender, influence, rivals, role_reached
from winprob.training.simulation.vocabulary import Option, position


class Chances(NamedTuple):
    """What a week may bring to each deal: P(won), P(lost); otherwise it stays open."""

    win: Array
    lose: Array


def chances(company: Company, deals: Deals) -> Chances:
    """Give the chances that the week ends each deal.

    Winning, losing and staying open have the odds ``exp(win) : exp(lose) : 1``.

    Parameters
    ----------
    company : Company
        What drives the deals.
    deals : Deals
        State on the Monday that begins the week, `n` deals.

    Returns
    -------
    Chances
        Two arrays (n,) of probabilities, together below 1.

    Examples
    --------
    >>> from winprob.training.simulation import simulate
    >>> simulated = simulate(opportunities=50, years=1)
    >>> win, lose = chances(simulated.company, simulated.states)
    >>> bool((win.mean() < 0.05) and (lose.mean() < 0.05))
    True
    """
    if company.change is not None:
        return Chances(*_by_week(chances, company, company.change, deals))
    for_us = strength(company, deals)
    win_odds = np.exp(
        np.array([stage.win for stage in company.stages])[deals.stage]
        + company.win_by_strength * for_us
        + company.hurry * ((deals.weeks_to_close >= 0) & (deals.weeks_to_close <= 3))
        + company.first_round * (deals.negotiations == 1)
        + company.long_talks * np.clip(deals.negotiations - 3, 0, 4)
        + company.buying.effect(deals.week)
    )
    lose_odds = np.exp(
        np.array([stage.lose for stage in company.stages])[deals.stage]
        + company.lose_by_strength * for_us
        + company.stalled * np.clip(deals.weeks_in_stage - 8, 0, 30)
        + company.hope * np.clip(1 - deals.age / company.hope_weeks, 0, 1)
    )
    total = 1 + win_odds + lose_odds
    return Chances(win_odds / total, lose_odds / total)


def strength(company: Company, deals: Deals) -> Array:
    """Sum up what speaks for us in each deal.

    Parameters
    ----------
    company : Company
        What drives the deals.
    deals : Deals
        State on a Monday, `n` deals.

    Returns
    -------
    array of float (n,)
        Log-odds.
    """
    if company.change is not None:
        return _by_week(strength, company, company.change, deals)
    total = np.zeros(len(deals))
    for part in (_customer, _people, _rivals, _risk, _rhythm):
        total += part(company, deals)
    return total


def _by_week(
    formula: Callable[[Company, Deals], Sequence[Array] | Array],
    company: Company,
    change: Change,
    deals: Deals,
) -> Array:
    """Give what a formula says before the market changes, and after it."""
    before, after = (np.asarray(formula(side, deals)) for side in (replace(company, change=None), change.to))
    found: Array = np.where(deals.week < change.week, before, after)
    return found


def _customer(company: Company, deals: Deals) -> Array:
    home = np.zeros((len(company.products), len(company.industries)))
    for product, industry in company.strongholds:
        home[position(company.products, product), position(company.industries, industry)] = company.stronghold
    effect: Array = (
        _effects(company.sources)[deals.source]
        + _effects(company.industries)[deals.industry]
        + _effects(company.products)[deals.product]
        + home[deals.product, deals.industry]
        + _effects(company.sizes)[deals.size]
        + np.array(company.acquaintance)[deals.acquaintance]
        + deals.seller
        + company.price * np.log(deals.amount / deals.typical_amount)
    )
    return effect


def _people(company: Company, deals: Deals) -> Array:
    reached = influence(company, deals) * deals.reached
    total = reached.sum(axis=0)
    decider = company.decider + company.decider_per_stage * deals.stage
    effect: Array = (
        company.coverage * coverage(company, deals)
        + decider * role_reached(company, deals, "decision_maker")
        + company.sympathy * (reached * deals.stance).sum(axis=0) / np.where(total > 0, total, 1.0)
    )
    return effect


def _rivals(company: Company, deals: Deals) -> Array:
    rivalry = company.rivalry * np.log2(1.0 + rivals(deals))
    rivalry *= np.where(from_tender(company, deals), company.rivalry_in_tender, 1.0)
    rivalry *= np.where(role_reached(company, deals, "coach"), company.rivalry_with_coach, 1.0)
    newcomer = (rivals(deals) > 0) & (deals.weeks_since_entry < company.newcomer_weeks)
    effect: Array = rivalry + company.newcomer * newcomer
    return effect


def _risk(company: Company, deals: Deals) -> Array:
    questions = company.questions
    by_score = np.array(
        [(0.0, question.worst - question.point, 0.0, question.point) for question in questions]
    )
    effect: Array = by_score[np.arange(len(questions))[:, None], deals.scores + 1].sum(axis=0)
    return effect


def _rhythm(company: Company, deals: Deals) -> Array:
    effect: Array = (
        company.momentum * deals.momentum
        + company.silence * np.clip(deals.weeks_since_contact - 3, 0, 10)
        + company.push * np.minimum(deals.pushes, 5)
        + company.overdue * (deals.weeks_to_close < 0)
        + company.setback * np.minimum(deals.setbacks, 3)
    )
    return effect


def _effects(options: tuple[Option, ...]) -> Array:
    return np.array([option.effect for option in options])
