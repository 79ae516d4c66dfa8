from __future__ import annotations

from winprob.features.contract import ACTIVITY_KINDS, STANCES
from winprob.training.simulation.recording import STANCES as RECORDED
from winprob.training.simulation.vocabulary import (
    AGAINST,
    CONTACTS,
    FOR,
    NEGOTIATION,
    NEUTRAL,
    Option,
    position,
)


def test_contacts_are_the_kinds_of_the_contract() -> None:
    assert sorted(CONTACTS) == sorted(ACTIVITY_KINDS)
    assert CONTACTS[NEGOTIATION] == "negotiation"


def test_stances_are_recorded_in_the_contract_s_words() -> None:
    assert [RECORDED[code] for code in (FOR, NEUTRAL, AGAINST)] == list(STANCES)


def test_a_code_is_a_position_among_the_options() -> None:
    options = (Option("web", 0.5), Option("fair", 0.5))
    assert position(options, "fair") == 1
