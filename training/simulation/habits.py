"""How often things happen in a week that do not end a deal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """Chances per week (0 to 1) and spans in weeks, unless said otherwise.

    None of these says how a deal ends: they only move what is recorded, and `Company` reads the ending's
    chances off the record.

    Examples
    --------
    >>> Habits().contact_due > Habits().contact_planned_later
    True
    """

    # -- Contact. A plan is mostly kept; a seller without a plan calls now and then; silence feeds itself.
    contact_due: float = 0.65  # a contact is planned for this week or overdue
    contact_planned_later: float = 0.15
    contact_unplanned: float = 0.30
    forgotten: float = 0.5  # factor, after `forgotten_weeks` without contact
    forgotten_weeks: int = 8
    belief: float = 0.0  # per unit of strength, log of a factor: sellers work on what they believe in
    remote: float = 0.25  # a call or message, besides
    remote_effective: float = 0.30  # of what a personal contact would be
    nobody_in_particular: float = 0.45  # a contact reaches its purpose though nobody is identified
    hostile: float = 0.6  # factor on the purpose being reached, with somebody who is against us
    call_back: float = 0.75  # a contact ends with the next one planned …
    call_back_weeks: int = 4  # … for one of so many following weeks
    momentum_kept: float = 0.7  # from week to week, of the effect of a contact

    # -- Buying group. One seat a week is asked after.
    easier_to_find: float = 0.25  # more, in a week with an effective contact
    for_us_at_first: float = 0.25
    against_us_at_first: float = 0.15
    against_us_per_rival: float = 0.05
    won_over: float = 0.20  # by an effective contact
    cooled_off: float = 0.01  # anybody identified, per rival

    # -- Rivals. One of them a week considers the deal.
    rivals_at_first: tuple[float, ...] = (0.45, 0.30, 0.15, 0.10)  # shares of deals with none, one, two …
    rivals_in_tender: int = 1  # more of them at first
    rival_enters: tuple[float, ...] = (0.04, 0.06, 0.06, 0.03, 0.02)  # by stage: offers are collected early
    rival_leaves: tuple[float, ...] = (0.04, 0.06, 0.15, 0.20, 0.20)  # by stage: lists get shorter

    # -- Risk form. One question a week is looked at.
    answered: float = 0.50
    answered_by_contact: float = 0.25  # more, in a week with an effective contact
    answered_again: float = 0.10
    answered_at_first: float = 0.15  # of each question, when the deal is created
    worst_answers: float = 0.20  # shares of the scores 0 and 2 where nothing leans either way
    best_answers: float = 0.40

    # -- Check points and stages (stages in log-odds, beside `Stage.advance` and the strength).
    checkpoint: float = 0.07  # each one of the stage or of an earlier one
    checkpoint_by_contact: float = 0.12  # more, in a week with an effective contact
    checkpoint_early: float = 0.02  # each one of the next stage
    advance_by_checkpoints: float = 1.4  # from none of the stage's check points met to all
    advance_by_contact: float = 0.7
    back: float = -4.4
    back_by_newcomer: float = 0.9
    two_stages_at_once: float = 0.05  # of the moves forward

    # -- Amount and expected date. Sellers are optimists: they promise too early and push late.
    amount_changes: float = 0.03
    amount_changes_in_talks: float = 0.15  # more, in a week with a negotiation
    amount_drift: float = -0.04  # of the logarithm, per change
    amount_spread: float = 0.15
    amount_spread_at_first: float = 0.6  # among customers of the same size
    amount_by_employees: float = 0.3  # elasticity
    first_promise: tuple[int, int] = (8, 22)  # weeks from creation to the first expected date
    promise_pushed: float = 0.40  # once the date is due or overdue
    promise_reviewed: float = 0.015  # pushed though not due yet
    push_weeks: tuple[int, int] = (3, 13)
    pulled_forward: float = 0.20  # by a move forward, to three fifths of the way
