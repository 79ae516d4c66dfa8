from __future__ import annotations

from copy import deepcopy
from dataclasses import fields

import numpy as np
import pytest

from winprob.training.simulation import Simulated
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.step import rounded, step

COMPANY = Company()


@pytest.fixture(scope="module")
def week(simulated: Simulated) -> tuple[Deals, Deals]:
    return simulated.states, step(COMPANY, simulated.states, np.random.default_rng(0))


def test_a_step_leaves_the_monday_as_it_was(simulated: Simulated) -> None:
    kept = deepcopy(simulated.states)
    step(COMPANY, simulated.states, np.random.default_rng(0))
    for field in fields(Deals):
        np.testing.assert_array_equal(getattr(simulated.states, field.name), getattr(kept, field.name))


def test_the_same_dice_make_the_same_week(week: tuple[Deals, Deals]) -> None:
    again = step(COMPANY, week[0], np.random.default_rng(0))
    for field in fields(Deals):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(week[1], field.name))


def test_facts_do_not_change(week: tuple[Deals, Deals]) -> None:
    for fact in ("number", "seller", "source", "industry", "product", "size", "acquaintance"):
        np.testing.assert_array_equal(*(getattr(deals, fact) for deals in week))


def test_what_is_found_out_stays_known(week: tuple[Deals, Deals]) -> None:
    before, after = week
    for fact in ("identified", "reached", "met"):
        assert (getattr(after, fact) >= getattr(before, fact)).all()
    assert ((after.scores >= 0) >= (before.scores >= 0)).all()


def test_states_make_sense(week: tuple[Deals, Deals]) -> None:
    for deals in week:
        assert (deals.reached <= deals.identified).all()
        assert ((deals.influence > 0) == deals.identified).all()
        assert (deals.weeks_in_stage <= deals.age).all()
        assert (deals.stage >= 0).all()
        assert (deals.stage < len(COMPANY.stages)).all()
        assert (deals.amount % 1000 == 0).all()


def test_clocks_go_on(week: tuple[Deals, Deals]) -> None:
    before, after = week
    np.testing.assert_array_equal(after.age, before.age + 1)
    still = after.stage == before.stage
    np.testing.assert_array_equal(after.weeks_in_stage[still], before.weeks_in_stage[still] + 1)
    assert (after.weeks_in_stage[~still] == 0).all()
    silent = (after.contact_kind < 0).all(axis=0)
    np.testing.assert_array_equal(
        after.weeks_since_contact, np.where(silent, before.weeks_since_contact + 1, 0)
    )


def test_moves_back_are_counted(week: tuple[Deals, Deals]) -> None:
    before, after = week
    np.testing.assert_array_equal(after.setbacks - before.setbacks, after.stage < before.stage)
    assert (after.setbacks > before.setbacks).any()


def test_pushes_are_moves_to_a_later_week(week: tuple[Deals, Deals]) -> None:
    before, after = week
    later = after.weeks_to_close > before.weeks_to_close - 1
    np.testing.assert_array_equal(after.pushes - before.pushes, later)
    due = before.weeks_to_close <= 1
    assert later[due].mean() == pytest.approx(COMPANY.habits.promise_pushed, abs=0.03)


def test_rivals_enter_and_leave_as_the_habits_say(simulated: Simulated) -> None:
    habits, n = COMPANY.habits, 20_000
    deals = simulated.states.take(np.zeros(n, int))
    deals.stage[:] = 2
    for present, chance in ((False, habits.rival_enters[2]), (True, habits.rival_leaves[2])):
        deals.competing[:] = present
        changed = step(COMPANY, deals, np.random.default_rng(0)).competing != present
        assert changed.sum(axis=0).max() == 1
        assert changed.any(axis=0).mean() == pytest.approx(chance, abs=0.01)


def test_amounts_are_full_thousands_and_never_nothing() -> None:
    assert rounded(np.array([3.0, 1_499.0, 129_501.0])).tolist() == [1000, 1000, 130_000]


def test_a_contact_that_opened_the_week_furthers_it(simulated: Simulated) -> None:
    deals = simulated.states
    usual = step(COMPANY, deals, np.random.default_rng(0))
    somebody = deals.identified.argmax(axis=0)
    met = np.where(deals.identified.any(axis=0), somebody, -1)
    furthered = step(COMPANY, deals, np.random.default_rng(0), met)
    for fact in ("met", "stage"):
        assert (getattr(furthered, fact) >= getattr(usual, fact)).all()
        assert getattr(furthered, fact).mean() > 1.002 * getattr(usual, fact).mean()
    won_over = furthered.stance.sum(axis=0) - usual.stance.sum(axis=0)
    assert won_over[met >= 0].mean() > 0.02
