from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.hidden_interest import Simulated, simulate
from winprob.features.contract import TIME_OF
from winprob.features.reading import read
from winprob.training.simulation.calendar import monday


def test_it_is_a_history_without_a_breach(simulated: Simulated, tmp_path: Path) -> None:
    for name, table in simulated.tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    history = read(tmp_path)
    assert len(history) == 1500
    assert sum(history.ignored.values()) == 0
    assert {attribute.name: attribute.kind for attribute in history.attributes} == {
        "company_size": "category",
        "campaign": "category",
        "catalogue_pages": "number",
    }


def test_deals_are_won_as_often_as_the_oracle_says(simulated: Simulated) -> None:
    """One Monday of each deal: at an age that does not depend on how it ends."""
    rows = simulated.future.probability.reset_index()
    created = simulated.tables["opportunities"].set_index("opportunity_id")["created_at"]
    age = (rows["at"] - rows["opportunity_id"].map(created)).dt.days // 7
    drawn = pd.Series(np.random.default_rng(0).integers(15, size=len(created)), created.index)
    rows = rows[age == rows["opportunity_id"].map(drawn)]
    won = simulated.outcomes.set_index("opportunity_id")["outcome"].eq("won").loc[rows["opportunity_id"]]
    rows = rows.assign(won=won.to_numpy())
    assert len(rows) > 800
    for _, alike in [("all", rows), *rows.groupby(pd.qcut(rows["probability"], 5))]:
        p = alike["probability"]
        assert abs(alike["won"].sum() - p.sum()) < 3.5 * np.sqrt((p * (1 - p)).sum())


def test_the_oracle_tells_deals_apart(simulated: Simulated) -> None:
    won = simulated.outcomes.set_index("opportunity_id")["outcome"].eq("won")
    by_outcome = simulated.future.probability.groupby(
        won.loc[simulated.future.probability.index.get_level_values(0)].to_numpy()
    )
    assert by_outcome.mean()[True] > by_outcome.mean()[False] + 0.1


def test_a_third_is_won_and_winning_is_quicker(simulated: Simulated) -> None:
    outcomes = simulated.outcomes
    assert outcomes["outcome"].eq("won").mean() == pytest.approx(0.30, abs=0.05)
    weeks = (outcomes["closed_at"] - simulated.tables["opportunities"]["created_at"]).dt.days / 7
    by_outcome = weeks.groupby(outcomes["outcome"]).median()
    assert by_outcome["won"] < by_outcome["lost"]


def test_deals_that_end_after_the_history_are_open_in_it(simulated: Simulated) -> None:
    opportunities, outcomes = simulated.tables["opportunities"], simulated.outcomes
    later = outcomes["closed_at"] >= simulated.end
    assert 100 < later.sum() < len(later) / 2
    assert opportunities["outcome"].isna().equals(later)
    pd.testing.assert_frame_equal(opportunities.loc[~later, list(outcomes)], outcomes[~later])


def test_nothing_is_recorded_before_creation_or_after_closing(simulated: Simulated) -> None:
    deals = simulated.tables["opportunities"].set_index("opportunity_id")
    last = deals["closed_at"].fillna(simulated.end)
    assert set(simulated.tables) - {"opportunities"} == set(TIME_OF) - {"buyer_stage_changes"}
    for name in simulated.tables.keys() - {"opportunities"}:
        table = simulated.tables[name]
        at, deal = table[TIME_OF[name]], table["opportunity_id"]
        assert (at >= deal.map(deals["created_at"])).all()
        assert (at < deal.map(last)).all()


def test_beliefs_are_of_the_deals_open_on_each_monday(simulated: Simulated) -> None:
    created = simulated.tables["opportunities"]["created_at"]
    for week in (1, 40, 104):
        at = monday(week)
        still_open = (created < at) & (simulated.outcomes["closed_at"] >= at)
        believed = simulated.future.probability.xs(at, level="at").index
        assert sorted(believed) == simulated.outcomes.loc[still_open, "opportunity_id"].tolist()
    assert monday(104) == simulated.end


def test_the_same_seed_gives_the_same_history() -> None:
    once, again, other = (simulate(opportunities=60, years=1, seed=seed) for seed in (7, 7, 8))
    for name, table in once.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    pd.testing.assert_series_equal(once.future.probability, again.future.probability)
    assert not once.tables["activities"].equals(other.tables["activities"])


@pytest.mark.parametrize(("opportunities", "years"), [(0, 3), (10, 0), (10, 0.005)])
def test_nothing_to_simulate_is_refused(opportunities: int, years: float) -> None:
    with pytest.raises(ValueError, match=rf"found opportunities={opportunities} and years={years}"):
        simulate(opportunities, years)


def test_the_smallest_history() -> None:
    tiny = simulate(opportunities=1, years=1 / 52)
    assert len(tiny.tables["opportunities"]) == len(tiny.outcomes) == len(tiny.future.probability) == 1
