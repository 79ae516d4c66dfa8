from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from winprob.features.contract import TIME_OF
from winprob.training.simulation import Simulated, simulate
from winprob.training.simulation.calendar import monday
from winprob.training.simulation.company import Change, Company
from winprob.training.simulation.habits import Habits


@pytest.fixture(scope="module")
def durations(simulated: Simulated) -> pd.DataFrame:
    created = simulated.tables["opportunities"]["created_at"]
    weeks = (simulated.outcomes["closed_at"] - created) / pd.Timedelta(weeks=1)
    return simulated.outcomes.assign(weeks=weeks)


def test_a_third_is_won(durations: pd.DataFrame) -> None:
    assert (durations["outcome"] == "won").mean() == pytest.approx(0.31, abs=0.05)


def test_deals_take_about_half_a_year(durations: pd.DataFrame) -> None:
    weeks = durations["weeks"]
    assert 17 < weeks.median() < 28
    assert (weeks < 8).mean() > 0.03
    assert (weeks > 52).mean() > 0.02


def test_losses_are_slower_than_wins(durations: pd.DataFrame) -> None:
    median = durations.groupby("outcome")["weeks"].median()
    assert median["lost"] > median["won"] + 2


def test_every_deal_ends_after_it_began(durations: pd.DataFrame) -> None:
    assert set(durations["outcome"]) == {"won", "lost"}
    assert (durations["weeks"] > 0).all()


def test_deals_that_end_after_the_history_are_open_in_it(simulated: Simulated) -> None:
    opportunities, outcomes = simulated.tables["opportunities"], simulated.outcomes
    later = outcomes["closed_at"] >= simulated.end
    assert 100 < later.sum() < len(later) / 2
    assert opportunities["outcome"].isna().equals(later)
    assert opportunities["closed_at"].isna().equals(later)
    pd.testing.assert_frame_equal(opportunities.loc[~later, list(outcomes)], outcomes[~later])


def test_nothing_is_recorded_before_creation_after_closing_or_after_the_end(simulated: Simulated) -> None:
    deals = simulated.tables["opportunities"].set_index("opportunity_id")
    last = deals["closed_at"].fillna(simulated.end)
    for name in simulated.tables.keys() - {"opportunities"}:
        table = simulated.tables[name]
        at, deal = table[TIME_OF[name]], table["opportunity_id"]
        assert (at >= deal.map(deals["created_at"])).all()
        assert (at < deal.map(last)).all()
    left = simulated.tables["competitors"].dropna()
    assert (left["left_at"] < left["opportunity_id"].map(last)).all()


def test_states_are_those_of_the_deals_open_on_each_monday(simulated: Simulated) -> None:
    created = simulated.tables["opportunities"]["created_at"]
    for week in (1, 40, 104):
        at = monday(week)
        still_open = (created < at) & (simulated.outcomes["closed_at"] >= at)
        found = simulated.states.number[simulated.states.week == week]
        assert found.tolist() == np.flatnonzero(still_open).tolist()
    assert simulated.states.week.max() == 104
    assert monday(104) == simulated.end


def test_a_good_customer_buys_more_easily(simulated: Simulated) -> None:
    first = pd.Series(simulated.states.acquaintance).groupby(simulated.states.number).first()
    won = simulated.outcomes["outcome"].eq("won")[first.index]
    by_acquaintance = won.groupby(first).mean()
    assert by_acquaintance.index.tolist() == [0, 1, 2]
    assert by_acquaintance[2] > by_acquaintance[0] > by_acquaintance[1]


def test_the_smallest_history() -> None:
    tiny = simulate(opportunities=1, years=1 / 52)
    assert tiny.end == monday(1)
    assert len(tiny.tables["opportunities"]) == len(tiny.outcomes) == 1


@pytest.mark.parametrize(("opportunities", "years"), [(0, 3), (10, 0), (10, 0.005)])
def test_nothing_to_simulate_is_refused(opportunities: int, years: float) -> None:
    with pytest.raises(ValueError, match=rf"found opportunities={opportunities} and years={years}"):
        simulate(opportunities, years)


def test_the_usual_company_has_always_recorded_the_same(tmp_path: Path) -> None:
    """Benchmarks of all versions are of the same histories; what was added since is off by default."""
    assert Company() == Company(habits=Habits(belief=0.0), unseen=0.0)
    simulate(opportunities=60, years=1, seed=7).write(tmp_path)
    written = sha256(b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir())))
    assert written.hexdigest() == "d51ef1f1be09989a06852fc80c4c08780c3baaa422d71ca4b06f3dfa0ff60284"


def test_belief_and_what_only_sellers_see_change_the_history(simulated: Simulated) -> None:
    for company in (Company(habits=Habits(belief=0.5)), Company(unseen=1.0)):
        other = simulate(opportunities=1500, years=2, seed=3, company=company)
        assert not other.outcomes.equals(simulated.outcomes)
        assert other.tables["opportunities"]["owner_id"].equals(simulated.tables["opportunities"]["owner_id"])


def test_until_its_market_changes_a_company_is_as_it_was() -> None:
    sides = (Company(), Company(change=Change(30, to=Company(rivalry=-3.0))))
    usual, changed = (simulate(300, 1.5, seed=4, company=side) for side in sides)
    early = usual.outcomes["closed_at"] < monday(30)
    assert 0 < early.sum() < len(early)
    pd.testing.assert_frame_equal(usual.outcomes[early], changed.outcomes[early])
    won = (each.outcomes["outcome"][~early].eq("won").mean() for each in (usual, changed))
    assert next(won) > next(won) + 0.05


def test_the_oracle_foresees_the_change() -> None:
    change = Change(30, to=Company(rivalry=-3.0))
    usual, changed = (simulate(300, 1, seed=4, company=Company(change=each)) for each in (None, change))
    at = monday(29)
    created, closed = usual.tables["opportunities"]["created_at"], usual.outcomes["closed_at"]
    still_open = usual.outcomes["opportunity_id"][(created < at) & (closed >= at)]
    told = (each.win_probability(still_open, at, rollouts=50).mean() for each in (usual, changed))
    assert next(told) > next(told) + 0.05
