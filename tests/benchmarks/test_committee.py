from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.committee import Simulated, simulate
from benchmarks.committee.future import futures
from winprob.features.contract import TIME_OF
from winprob.features.history import History
from winprob.features.playbook import load_playbook

WEEK = pd.Timedelta(weeks=1)


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    return simulate(opportunities=1500, years=3, seed=5)


def moments(simulated: Simulated, n: int) -> tuple[pd.Index, pd.Series]:
    rows = np.random.default_rng(0).choice(len(simulated.rows), n, replace=False)
    drawn = simulated.rows[rows]
    return drawn.get_level_values("opportunity_id"), pd.Series(drawn.get_level_values("at"))


def won(simulated: Simulated, ids: pd.Index) -> np.ndarray:
    return simulated.outcomes.set_index("opportunity_id").loc[ids, "outcome"].eq("won").to_numpy(bool)


def test_the_same_seed_gives_the_same_tables() -> None:
    first, again, other = (simulate(opportunities=60, years=1, seed=seed) for seed in (3, 3, 4))
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert not first.tables["activities"].equals(other.tables["activities"])


def test_the_tables_keep_the_contract_and_hold_every_part_of_it(simulated: Simulated) -> None:
    history = History.of(load_playbook(), simulated.tables)
    assert len(history.opportunities) == 1500
    assert set(simulated.tables) == {"opportunities", *TIME_OF} - {"buyer_stage_changes"}


def test_the_company_is_like_a_company(simulated: Simulated) -> None:
    table = simulated.tables["opportunities"]
    assert 0.3 < table["outcome"].dropna().eq("won").mean() < 0.4
    assert 0.1 < table["outcome"].isna().mean() < 0.35
    weeks = (simulated.outcomes["closed_at"] - table["created_at"]) / WEEK
    assert 15 < weeks.median() < 30
    created = table["created_at"]
    assert (created > simulated.end - 52 * WEEK).sum() > 1.5 * (created < created.min() + 52 * WEEK).sum()


def test_the_table_shows_the_outcomes_up_to_the_end_and_no_other(simulated: Simulated) -> None:
    table, outcomes = simulated.tables["opportunities"], simulated.outcomes
    assert table["opportunity_id"].equals(outcomes["opportunity_id"])
    assert outcomes["outcome"].isin(["won", "lost"]).all()
    closed = outcomes["closed_at"] < simulated.end
    for column in ("outcome", "closed_at"):
        pd.testing.assert_series_equal(table.loc[closed, column], outcomes.loc[closed, column])
        assert table.loc[~closed, column].isna().all()


def test_nothing_is_recorded_outside_the_life_of_a_deal(simulated: Simulated) -> None:
    table = simulated.tables["opportunities"].set_index("opportunity_id")
    for name, events in simulated.tables.items():
        if name != "opportunities":
            life = table.loc[events["opportunity_id"]].reset_index()
            until = life["closed_at"].fillna(simulated.end)
            assert ((events[TIME_OF[name]] >= life["created_at"]) & (events[TIME_OF[name]] < until)).all()
    rivals = simulated.tables["competitors"].dropna(subset="left_at")
    assert (
        rivals["left_at"].to_numpy() < table.loc[rivals["opportunity_id"], "closed_at"].fillna(simulated.end)
    ).all()


def test_the_probability_is_what_happens(simulated: Simulated) -> None:
    ids, at = moments(simulated, 1500)
    p, happened = simulated.win_probability(ids, at, rollouts=20), won(simulated, ids)
    bins = np.array_split(np.argsort(p), 6)
    # some moments are of the same deal and share its outcome, hence not much closer
    np.testing.assert_allclose(
        [p[each].mean() for each in bins], [happened[each].mean() for each in bins], atol=0.1
    )
    assert p.mean() == pytest.approx(happened.mean(), abs=0.03)


def test_the_probability_within_some_weeks_is_what_happens_within_them(simulated: Simulated) -> None:
    ids, at = moments(simulated, 1200)
    found = simulated.ended_within([1, 6, 500], ids, at, rollouts=20, seed=1)
    ending = simulated.outcomes.set_index("opportunity_id").loc[ids]
    after = (ending["closed_at"].to_numpy() - at.to_numpy()) / WEEK
    for place, outcome in enumerate(("won", "lost")):
        seen = [(ending["outcome"].eq(outcome).to_numpy() & (after < weeks)).mean() for weeks in (1, 6, 500)]
        np.testing.assert_allclose(found[place].mean(axis=1), seen, atol=0.03)
    np.testing.assert_allclose(found[:, -1].sum(axis=0), 1)
    np.testing.assert_array_equal(found[0, -1], simulated.win_probability(ids, at, rollouts=20, seed=1))


def test_a_decided_deal_that_nobody_has_closed_cannot_be_won(simulated: Simulated) -> None:
    decided = np.flatnonzero(~simulated.states.undecided)
    ids, at = (simulated.rows[decided].get_level_values(level) for level in (0, 1))
    assert len(decided) > 100
    assert not won(simulated, ids).any()
    assert simulated.win_probability(ids, at, rollouts=2).max() == 0


def test_reaching_the_decision_maker_and_a_contact_help(simulated: Simulated) -> None:
    ids, at = moments(simulated, 400)
    asked = {"opportunity_ids": ids, "at": at, "rollouts": 40, "seed": 2}
    (as_it_is, reached), (same, contact) = (
        simulated.forced(action, **asked) for action in ("reach_decision_maker", "contact")
    )
    np.testing.assert_array_equal(as_it_is, simulated.win_probability(**asked))
    np.testing.assert_array_equal(as_it_is, same)
    assert reached.mean() > as_it_is.mean() + 0.05
    assert contact.mean() > as_it_is.mean() + 0.005
    assert (reached >= as_it_is - 0.05).all()


def test_an_action_changes_no_date(simulated: Simulated) -> None:
    deals = simulated.states.take(simulated.states.undecided).take(np.arange(50))
    first, forced = (
        futures(deals, 0.0, 20, np.random.default_rng(1), action) for action in (None, "contact")
    )
    same = first[0] == forced[0]
    assert 0.5 < same.mean() < 1
    np.testing.assert_array_equal(first[1][same], forced[1][same])


def test_what_is_unknown_is_refused(simulated: Simulated) -> None:
    still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
    with pytest.raises(ValueError, match=r"found 1 of 1 that are not, the first is nobody"):
        simulated.win_probability(["nobody"], simulated.end)
    with pytest.raises(ValueError, match="on which it is open"):
        simulated.win_probability(still_open, simulated.end + pd.Timedelta(days=1))
    with pytest.raises(ValueError, match="found 'pray'"):
        simulated.forced("pray", still_open, simulated.end)
    with pytest.raises(ValueError, match="found opportunities=0"):
        simulate(opportunities=0)


def test_sellers_who_follow_their_belief_go_where_support_is() -> None:
    assert lead_of_contacted(belief=1.5) > lead_of_contacted(belief=0.0) + 0.1


def lead_of_contacted(belief: float) -> float:
    """How much more support deals have on Mondays of weeks with a contact than on others."""
    simulated = simulate(opportunities=500, years=2, seed=6, belief=belief)
    contacts = simulated.tables["activities"]
    day = contacts["at"].dt.normalize()
    monday = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    contacted = simulated.rows.isin(pd.MultiIndex.from_arrays([contacts["opportunity_id"], monday]))
    undecided, support = simulated.states.undecided, simulated.states.support
    return float(support[contacted & undecided].mean() - support[~contacted & undecided].mean())
