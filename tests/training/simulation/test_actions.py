from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.record import document_of
from winprob.models.coaching.levers import actions
from winprob.training.simulation import Simulated
from winprob.training.simulation.actions import act
from winprob.training.simulation.arrival import blank
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.vocabulary import AGAINST, FOR, NEUTRAL

COMPANY = Company()
ROLES = [seat.role for seat in COMPANY.seats]
DICE = np.random.default_rng(0)
WITHOUT_CONTACT = {"identify_decision_maker", "win_over"}


def knowing(*seats: int, n: int = 3) -> Deals:
    """Deals that know the persons of some seats, each with more influence than the one before."""
    deals = blank(COMPANY, n)
    deals.stage[:] = 0
    for influence, seat in enumerate(seats, start=1):
        deals.identified[seat], deals.influence[seat] = True, influence
    return deals


def changed(before: Deals, after: Deals) -> set[str]:
    names = [field.name for field in fields(Deals)]
    return {
        name
        for name in names
        if not np.array_equal(getattr(before, name), getattr(after, name), equal_nan=True)
    }


def test_every_lever_of_a_document_can_be_done_and_changes_something(simulated: Simulated) -> None:
    history, end = History.of(load_playbook(), simulated.tables), simulated.end
    place = {name: row for row, name in enumerate(history.opportunities["opportunity_id"])}
    now = simulated.states.take(np.flatnonzero(simulated.states.week == simulated.states.week.max()))
    done = set()
    for row, number in enumerate(now.number[:60].tolist()):
        name = simulated.outcomes["opportunity_id"][number]
        for action in actions(document_of(history, place[name], end), history.playbook):
            deal = now.take(np.array([row]))
            contacted = act(COMPANY, deal, action.code, DICE)
            assert changed(now.take(np.array([row])), deal), action.code
            plain = action.code in WITHOUT_CONTACT or "." in action.code
            assert (contacted is None) == plain
            done.add(action.code.partition(".")[0])
    assert done == WITHOUT_CONTACT | {"find_coach", "checkpoint", "risk"} | {
        f"reach_{role}" for role in ("decision_maker", "recommender", "facilitator", "coach")
    }


def test_a_contact_reaches_nobody_in_particular() -> None:
    deals = knowing(0, n=2000)
    assert (act(COMPANY, deals, "contact", DICE) == -1).all()
    assert not deals.reached.any()
    assert (deals.weeks_since_contact == 0).all()
    assert (deals.momentum == 1).all()
    assert deals.planned.mean() == pytest.approx(COMPANY.habits.call_back, abs=0.04)
    assert set(deals.weeks_to_next) == set(range(COMPANY.habits.call_back_weeks))


def test_a_next_contact_stays_planned_if_it_is_still_to_come() -> None:
    deals = knowing(n=2000)
    deals.planned[:], deals.weeks_to_next[:1000], deals.weeks_to_next[1000:] = True, 9, -1
    act(COMPANY, deals, "contact", DICE)
    assert deals.planned[:1000].all()
    assert (deals.weeks_to_next[:1000] == 9).all()
    assert deals.planned[1000:].mean() == pytest.approx(COMPANY.habits.call_back, abs=0.05)


def test_the_most_influential_of_a_role_is_reached() -> None:
    first, second = (seat for seat, role in enumerate(ROLES) if role == "recommender")
    deals = knowing(first, second)
    assert (act(COMPANY, deals, "reach_recommender", DICE) == second).all()
    assert deals.reached[second].all()
    assert not deals.reached[first].any()


def test_nobody_is_reached_of_a_role_that_nobody_is_known_of() -> None:
    deals = knowing(1)
    assert (act(COMPANY, deals, "reach_decision_maker", DICE) == -1).all()
    assert not deals.reached.any()


def test_who_is_found_is_written_down_once() -> None:
    deals, again = knowing(), knowing(0)
    again.stance[0] = AGAINST
    for made in (deals, again):
        assert act(COMPANY, made, "identify_decision_maker", DICE) is None
    assert deals.identified[0].all()
    assert ((deals.influence[0] >= 1) & (deals.influence[0] <= COMPANY.influence)).all()
    assert not deals.reached.any()
    assert (again.stance[0] == AGAINST).all()


def test_a_coach_is_found_for_us_and_reached() -> None:
    deals, coach = knowing(), ROLES.index("coach")
    assert (act(COMPANY, deals, "find_coach", DICE) == coach).all()
    assert deals.reached[coach].all()
    assert (deals.stance[coach] == FOR).all()


def test_the_most_influential_of_those_against_us_becomes_neutral() -> None:
    deals = knowing(1, 2, 3)
    deals.stance[[1, 2]] = AGAINST
    deals.stance[3] = FOR
    act(COMPANY, deals, "win_over", DICE)
    assert deals.stance[1:4, 0].tolist() == [AGAINST, NEUTRAL, FOR]


def test_answers_get_better_by_one_where_there_is_one_to_better() -> None:
    deals = knowing(n=4)
    deals.scores[2] = [-1, 0, 1, 2]
    act(COMPANY, deals, f"risk.{COMPANY.questions[2].item}", DICE)
    assert deals.scores[2].tolist() == [-1, 1, 2, 2]


def test_a_check_point_is_met() -> None:
    deals = knowing()
    act(COMPANY, deals, f"checkpoint.{COMPANY.checkpoints[3].code}", DICE)
    assert deals.met[3].all()
    assert deals.met.sum() == len(deals)


@pytest.mark.parametrize("action", ["dance", "reach_nobody", "risk.weather", "checkpoint.none"])
def test_what_nobody_can_do_is_named(action: str) -> None:
    with pytest.raises(ValueError, match=f"of the company, found '{action}'"):
        act(COMPANY, knowing(), action, DICE)
