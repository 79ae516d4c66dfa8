"""What the record lets one expect is what comes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.hidden_interest import Simulated, simulate
from winprob.training.simulation.company import Buying

STRONG = Buying(strength=1.5)


@pytest.fixture(scope="module")
def company() -> Simulated:
    return simulate(3000, 2, seed=4, buying=STRONG)


def looks(company: Simulated, week: int) -> tuple[pd.Index, pd.Timestamp]:
    """Deals open on a Monday."""
    at = pd.Timestamp("2023-01-02", tz="UTC") + pd.Timedelta(weeks=week)
    return company.future.probability.xs(at, level="at").index, at


@pytest.mark.parametrize("week", [60, 76, 90])
def test_as_many_are_won_and_lost_within_weeks_as_it_says(company: Simulated, week: int) -> None:
    ids, at = looks(company, week)
    told = company.ended_within([2, 6, 13], ids, at)
    own = company.outcomes.set_index("opportunity_id").loc[ids]
    for ending, name in enumerate(("won", "lost")):
        for place, weeks in enumerate((2, 6, 13)):
            came = ((own["outcome"] == name) & (own["closed_at"] < at + pd.Timedelta(weeks=weeks))).sum()
            chance = told[ending, place]
            assert abs(came - chance.sum()) < 4 * np.sqrt((chance * (1 - chance)).sum())


def test_in_the_long_run_it_is_the_chance_to_win_in_the_end(company: Simulated) -> None:
    ids, at = looks(company, 60)
    won, lost = company.ended_within([600], ids, at)
    assert won[0] == pytest.approx(company.win_probability(ids, at), abs=1e-6)
    assert won[0] + lost[0] == pytest.approx(np.ones(len(ids)), abs=1e-6)


def test_moments_may_differ(company: Simulated) -> None:
    first, second = looks(company, 60), looks(company, 64)
    both = [first[0][0], second[0][1]]
    together = company.ended_within([4], both, [first[1], second[1]])
    for place, (name, at) in enumerate(zip(both, (first[1], second[1]), strict=True)):
        assert together[:, 0, place] == pytest.approx(company.ended_within([4], [name], at)[:, 0, 0])


def test_more_is_won_at_the_end_of_quarters(company: Simulated) -> None:
    plain = simulate(3000, 2, seed=4)
    shares = []
    for simulated in (company, plain):
        won = simulated.outcomes.query("outcome == 'won'")
        week = (won["closed_at"] - pd.Timestamp("2023-01-02", tz="UTC")).dt.days // 7
        shares.append((STRONG.effect(week.to_numpy()) > 0).mean())
    assert shares[0] > 1.5 * shares[1]
