from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from winprob.features.playbook import load_playbook
from winprob.training.simulation import simulate
from winprob.training.simulation.calendar import monday
from winprob.training.simulation.chances import chances
from winprob.training.simulation.company import SHAPE, Buying, Company
from winprob.training.simulation.oracle import ended_within
from winprob.training.simulation.step import step

COMPANY = Company()
STRONG = Company(buying=Buying(strength=1.5))
PLAYBOOK = load_playbook("customer-grades")


def test_stages_and_check_points_are_those_of_the_playbook() -> None:
    assert tuple(stage.code for stage in COMPANY.stages) == PLAYBOOK.stage_codes
    assert {point.code: COMPANY.stages[point.stage].code for point in COMPANY.checkpoints} == {
        point.code: stage.code for stage in PLAYBOOK.stages for point in stage.checkpoints
    }


def test_risk_form_is_that_of_the_playbook_and_its_vetoes_hurt() -> None:
    assert [question.item for question in COMPANY.questions] == [item.code for item in PLAYBOOK.risk_items]
    assert {question.item for question in COMPANY.questions if question.worst < 0} == {
        item.code for item in PLAYBOOK.risk_items if item.veto
    }


def test_roles_weigh_as_in_the_playbook() -> None:
    weights = {role.code: role.weight for role in PLAYBOOK.roles}
    assert {seat.role for seat in COMPANY.seats} == set(weights)
    assert all(seat.weight == weights[seat.role] for seat in COMPANY.seats)


@pytest.mark.parametrize("options", ["sources", "industries", "products", "sizes"])
def test_shares_add_up_to_one(options: str) -> None:
    assert sum(option.share for option in getattr(COMPANY, options)) == pytest.approx(1)


def test_shares_of_contacts_add_up_to_one() -> None:
    assert [sum(stage.personal) for stage in COMPANY.stages] == pytest.approx([1] * len(COMPANY.stages))


def test_strongholds_name_a_product_and_an_industry() -> None:
    products, industries = zip(*COMPANY.strongholds, strict=True)
    assert set(products) <= {option.name for option in COMPANY.products}
    assert set(industries) <= {option.name for option in COMPANY.industries}


def weeks_left(week: int, last_months: set[int]) -> int:
    """Whole weeks from the Friday of a week to the last day of the quarter, day by day."""
    friday = date(2023, 1, 2) + timedelta(days=7 * week + 4)
    day = friday
    while not (day.month in last_months and (day + timedelta(days=1)).day == 1):
        day += timedelta(days=1)
    return min((day - friday).days // 7, 12)


@pytest.mark.parametrize(
    ("starts", "last_months"), [(1, {3, 6, 9, 12}), (2, {1, 4, 7, 10}), (4, {3, 6, 9, 12})]
)
def test_the_effect_is_that_of_the_weeks_left_in_the_fiscal_quarter(
    starts: int, last_months: set[int]
) -> None:
    weeks = np.arange(160)
    expected = [2.0 * SHAPE.get(weeks_left(week, last_months), 0.0) for week in weeks.tolist()]
    assert Buying(strength=2.0, fiscal_year_starts=starts).effect(weeks).tolist() == expected


def test_without_a_calendar_no_week_is_like_no_other() -> None:
    assert (Buying().effect(np.arange(100)) == 0).all()


def test_a_fiscal_year_may_move() -> None:
    moves = Buying(strength=1.0, moves_in=60, moves_to=2).effect(np.arange(120))
    assert (moves[:60] == Buying(strength=1.0).effect(np.arange(60))).all()
    assert (moves[60:] == Buying(strength=1.0, fiscal_year_starts=2).effect(np.arange(60, 120))).all()


def test_more_is_won_at_the_end_of_quarters_by_companies_with_a_calendar() -> None:
    def share(company: Company) -> float:
        won = simulate(800, 2, seed=5, company=company).outcomes.query("outcome == 'won'")
        week = (won["closed_at"] - monday(0)).dt.days // 7
        return float((STRONG.buying.effect(week.to_numpy()) > 0).mean())

    assert share(STRONG) > 1.8 * share(Company())


def test_the_oracle_knows_the_calendar() -> None:
    """Its chances are those of a count of plain futures."""
    simulated = simulate(500, 2, seed=3, company=STRONG)
    late = simulated.states.stage == len(STRONG.stages) - 2
    row = np.flatnonzero(late & (simulated.states.week == 73))[:1]
    deal, futures, rng = simulated.states.take(row), 3000, np.random.default_rng(0)
    assert deal.week.tolist() == [73]
    told = ended_within(STRONG, deal, [2, 4, 6], rollouts=2000, rng=rng)[0, :, 0]
    playing, won, counted = deal.take(np.zeros(futures, int)), 0, []
    for _ in range(6):
        win, lose = chances(STRONG, playing)
        dice = rng.random(len(playing))
        won += int((dice < win).sum())
        counted.append(won / futures)
        playing = step(STRONG, playing, rng).take(np.flatnonzero((dice >= win) & (dice < 1 - lose)))
    assert np.array(counted)[[1, 3, 5]] == pytest.approx(told, abs=0.035)
    assert told[2] - told[1] > 1.5 * told[0] > 0  # week 77 ends the quarter
