from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.hidden_interest import Simulated


def test_probabilities_come_in_the_order_asked(simulated: Simulated) -> None:
    some = simulated.future.probability.sample(50, random_state=0)
    ids, at = some.index.get_level_values(0), some.index.get_level_values(1)
    assert (simulated.win_probability(ids, at) == some.to_numpy()).all()
    assert (simulated.win_probability(list(ids[::-1]), list(at[::-1])) == some.to_numpy()[::-1]).all()


def test_one_moment_serves_for_all(simulated: Simulated) -> None:
    still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
    found = simulated.win_probability(still_open, simulated.end)
    assert len(found) == len(still_open) > 100
    assert ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize("what", ["unknown", "closed", "no Monday", "after the end"])
def test_moments_that_cannot_be_looked_at_are_named(simulated: Simulated, what: str) -> None:
    opportunities = simulated.tables["opportunities"]
    good, at = opportunities.query("outcome.isna()")["opportunity_id"].iloc[0], simulated.end
    deal = good
    if what == "unknown":
        deal = "nobody"
    elif what == "closed":
        deal = opportunities.query("outcome == 'won'")["opportunity_id"].iloc[0]
    else:
        at += pd.Timedelta(days=1 if what == "no Monday" else 7)
    with pytest.raises(ValueError, match=rf"found 1 of 2 that are not, the first is {deal} at {at:%Y-%m-%d}"):
        simulated.win_probability([good, deal], [simulated.end, at])


@pytest.mark.parametrize("action", ["reach_decision_maker", "contact", "risk.fit"])
def test_a_sign_made_by_force_changes_nothing(simulated: Simulated, action: str) -> None:
    still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
    without, done = simulated.forced(action, still_open, simulated.end, rollouts=5, seed=1)
    assert (without == done).all()
    assert (without == simulated.win_probability(still_open, simulated.end)).all()
