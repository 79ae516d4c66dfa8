"""The words of the pages."""

from __future__ import annotations

from winprob.features.message import in_context, message
from winprob.models.forecast.category import NAMES, OPEN

WORDS = {
    "title": message("Sales forecast"),
    "as_of": message("As of"),
    "own_name": in_context("this language", "English"),
    "model": message("Model"),
    "by": message("Periods"),
    "by_hint": message("a unit, or last days: 2026-12-31,2027-03-31"),
    "from": message("From"),
    "from_hint": message(
        "beside dates: the first day of the first period; the present fiscal quarter's if left out"
    ),
    "periods": message("How many"),
    "group": message("Group"),
    "no_group": message("none"),
    "since": message("Compare with"),
    "show": message("Show"),
    "ahead": message("What is ahead"),
    "beside": message("Beside the fixed percentages and the sellers"),
    "beside_note": message(
        "The same deals: fixed percentages are those of the stages times the amounts, the sellers' sum "
        "is the amounts that sellers expect to win in the period; each with what is already won."
    ),
    "made_of": message("What the forecast is made of"),
    "made_of_note": message(
        "Expected = won + open deals + deals not created yet. The categories are the present amounts of "
        "open deals, told by their chance to be won in the period."
    ),
    "period": message("Period"),
    "expected": in_context("of a forecast", "Expected"),
    "range_80": message("80 % range"),
    "rule": message("Fixed percentages"),
    "seller": message("Sellers' sum"),
    "won": message("Won"),
    "open": message("Open deals"),
    "new": message("Not created yet"),
    "deals": message("Deals"),
    "without_amount": message("Without amount"),
    "whole": in_context("sum of the columns", "all"),
    "not_recorded": message("not recorded"),
    "no_currency": message("no currency"),
    "explained": message("Why so much"),
    "explained_note": message(
        "The parts add up to what is expected: what is won, open deals at the base win rate, what each "
        "family of reasons adds, and deals not created yet. Each number opens down to the deals."
    ),
    "change": message("What has moved it since"),
    "change_note": message(
        "The parts add up to the whole change: of a win counts what it brought beyond what was expected "
        "of it, of a loss what was expected of it. Each number opens down to the deals."
    ),
    "before": message("Expected before"),
    "after": message("Expected now"),
    "look_at": message("Deals to look at"),
    "findings_note": message(
        "In each currency by the money at stake, with what it stands for below it: {deals} deals have "
        "findings, {without_amount} of them have no amount."
    ),
    "all_findings": message("Show all"),
    "not_judged": message("Could not be judged, which does not mean all is well:"),
    "deal": message("Deal"),
    "deal_class": message("Class"),
    "finding": message("Finding"),
    "at_stake": message("At stake"),
    "amount": message("Amount"),
    "probability": message("Win probability"),
    "evidence": message("Evidence, and what would change it"),
    "opened": message("Down to the deals"),
    "period_start": message("Period from"),
    "part": message("Part"),
    "left_out": message("Rows not listed:"),
    "back": message("Back to the forecast"),
    "by_group": message("By group"),
}
"""By what they are called in the templates."""

KINDS = {
    "visit": message("visit"),
    "call": message("call"),
    "meeting": message("meeting"),
    "demo": message("demonstration"),
    "negotiation": message("negotiation"),
    "message": in_context("a contact", "message"),
    "other": in_context("a contact", "other"),
}
"""Kinds of contacts, see `winprob.features.contract.ACTIVITY_KINDS`."""

NUMBERS = {
    "expected": in_context("of a forecast", "Expected"),
    "rule_expected": message("Fixed percentages"),
    "seller_expected": message("Sellers' sum"),
    **{name: NAMES[name] for name in OPEN},
}
"""Numbers of a forecast that a list of deals opens, by its column."""
