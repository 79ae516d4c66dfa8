from __future__ import annotations

import numpy as np
import pytest

from winprob.training.simulation.arrival import blank
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.measures import (
    checkpoint_share,
    coverage,
    from_tender,
    influence,
    rivals,
    role_reached,
)

COMPANY = Company()
ROLES = [seat.role for seat in COMPANY.seats]


@pytest.fixture
def deals() -> Deals:
    """Of the first deal nothing is known; in the second two of three persons are reached."""
    made = blank(COMPANY, 2)
    made.stage[:] = 1
    made.source[:] = [0, [source.name for source in COMPANY.sources].index("tender")]
    for role, weight, reached in (("decision_maker", 2, False), ("recommender", 3, True), ("coach", 1, True)):
        seat = ROLES.index(role)
        made.identified[seat, 1], made.influence[seat, 1], made.reached[seat, 1] = True, weight, reached
    return made


def test_influence_is_weighed_by_role(deals: Deals) -> None:
    weighed = influence(COMPANY, deals)
    assert not weighed[:, 0].any()
    assert weighed[ROLES.index("recommender"), 1] == pytest.approx(3 * 0.25)


def test_coverage_is_the_influence_reached(deals: Deals) -> None:
    reached, decider = 3 * 0.25 + 1 * 0.15, 2 * 0.40
    assert coverage(COMPANY, deals) == pytest.approx([0, reached / (reached + decider)])


def test_roles_are_reached_with_any_of_their_persons(deals: Deals) -> None:
    assert role_reached(COMPANY, deals, "recommender").tolist() == [False, True]
    assert role_reached(COMPANY, deals, "decision_maker").tolist() == [False, False]


def test_check_points_are_those_of_the_present_stage(deals: Deals) -> None:
    of_stage = np.array([point.stage == 1 for point in COMPANY.checkpoints])
    deals.met[of_stage.argmax(), 1] = True
    deals.met[~of_stage, 0] = True
    assert checkpoint_share(COMPANY, deals) == pytest.approx([0, 1 / of_stage.sum()])


def test_a_stage_without_check_points_has_none_met(deals: Deals) -> None:
    deals.stage[:] = len(COMPANY.stages) - 1
    deals.met[:] = True
    assert checkpoint_share(COMPANY, deals).tolist() == [0, 0]


def test_rivals_and_tenders_are_seen(deals: Deals) -> None:
    deals.competing[:3, 1] = True
    assert rivals(deals).tolist() == [0, 3]
    assert from_tender(COMPANY, deals).tolist() == [False, True]
