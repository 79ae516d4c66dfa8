"""How much deals move together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import gamma, norm
from trainings import trained_model

from features.build import build
from models.forecast.movement import Movement
from training.closing import learn_closing_times
from training.movement import AHEAD, EVERY, MOST_MOMENTS, learn_movement, likely_spread, looks_of
from training.rolling_origin import Past


def past() -> Past:
    """A model of what was known when two fifths of the time had passed."""
    return trained_model().past[1]


def test_a_look_adds_up_what_was_said_of_every_open_deal_and_what_was_won() -> None:
    history, known = simulated_history(), past()
    looks = looks_of(history, known)
    assert looks is not None
    times = learn_closing_times(history, known.round.past.end, MOST_MOMENTS)
    assert times is not None
    deals = history.opportunities
    for at, look in looks.iterrows():
        rows = history.open_at(at)
        moments = pd.DataFrame({"opportunity": rows, "at": [at] * len(rows)})
        X = build(history, moments=moments)
        within = times.outlook(X, moments["at"]).shares_within([AHEAD])[0][:, 0]
        chance = known.model.predict_proba(X)[:, 1] * within
        own = deals.iloc[rows]
        won = (own["outcome"] == "won") & (own["closed_at"] <= at + pd.Timedelta(days=AHEAD))
        assert look["surplus"] == pytest.approx(won.sum() - chance.sum())
        assert look["variance"] == pytest.approx((chance * (1 - chance)).sum())


def test_looks_are_four_weeks_apart_and_what_they_see_is_over() -> None:
    history, known = simulated_history(), past()
    looks = looks_of(history, known)
    assert looks is not None
    assert looks.index[0] == known.round.past.end
    assert (np.diff(looks.index) == pd.Timedelta(days=EVERY)).all()
    assert looks.index[-1] <= known.round.next.end
    soon = looks_of(history.until(looks.index[1] + pd.Timedelta(days=AHEAD - 1)), known)
    assert soon is not None
    assert len(soon) == 1


def test_what_is_said_rests_on_nothing_that_came_later() -> None:
    history, known = simulated_history(), past()
    deals = history.opportunities
    later = deals["closed_at"] > known.round.past.end
    swapped = deals["outcome"].mask(later, deals["outcome"].map({"won": "lost", "lost": "won"}))
    retold = replace(history, opportunities=deals.assign(outcome=swapped))
    found, other = looks_of(history, known), looks_of(retold, known)
    assert found is not None
    assert other is not None
    # Wins and losses with the same customer are features, so only the first look cannot see the change.
    assert found["variance"].iloc[0] == other["variance"].iloc[0]
    assert found["surplus"].iloc[0] != other["surplus"].iloc[0]


def test_nothing_known_of_the_past_leaves_what_is_expected() -> None:
    history, known = simulated_history(), past()
    assert learn_movement(history, []) == Movement()
    assert learn_movement(history.until(known.round.past.end), [known]) == Movement()
    untold = known._replace(
        round=replace(known.round, next=replace(known.round.next, moments=known.round.next.moments[:0]))
    )
    assert learn_movement(history, [untold]) == Movement()


def test_models_that_knew_much_less_are_passed_over() -> None:
    history, known = simulated_history(), past()
    fewer = known.round.past.moments["opportunity"].unique()[: int(0.3 * known.round.past.opportunities)]
    rows = known.round.past.moments
    little = replace(known.round.past, moments=rows[rows["opportunity"].isin(fewer)])
    assert replace(known.round, past=little).tells
    ignorant = known._replace(round=replace(known.round, past=little))
    assert learn_movement(history, [known]) != Movement()
    assert learn_movement(history, [ignorant, known]) == learn_movement(history, [known])


@pytest.mark.parametrize("spread", [0.1, 0.4, 0.8])
def test_the_spread_of_simulated_deals_is_found(spread: float) -> None:
    random = np.random.default_rng(0)
    chance = random.uniform(0.05, 0.6, 300)
    periods = 400
    shared = spread * random.standard_normal(periods)
    won = random.random((periods, 300)) < expit(logit(chance) + shared[:, np.newaxis])
    variance = np.full(periods, (chance * (1 - chance)).sum())
    assert likely_spread(won.sum(axis=1) - chance.sum(), variance) == pytest.approx(spread, rel=0.2)


@given(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=30), st.floats(0.5, 200.0), st.floats(1.0, 3.0))
def test_the_farther_off_the_more_they_move_together(
    surplus: list[float], variance: float, times: float
) -> None:
    said = np.full(len(surplus), variance)
    found, more = (likely_spread(np.array(surplus) * factor, said) for factor in (1.0, times))
    assert found <= more + 1e-4


@given(st.lists(st.floats(-50.0, 50.0), min_size=1, max_size=10), st.floats(1.0, 200.0))
def test_it_is_the_most_likely_spread(surplus: list[float], variance: float) -> None:
    """Against the posterior density of a fine grid, written with the distributions' own names."""
    grid = np.linspace(0.002, 2.998, 1500)
    density = gamma(2, scale=Movement().spread).logpdf(grid)
    for off in surplus:
        density += norm(0, np.sqrt(variance + (grid * variance) ** 2)).logpdf(off) * EVERY / AHEAD
    found = likely_spread(np.array(surplus), np.full(len(surplus), variance))
    assert found == pytest.approx(grid[density.argmax()], abs=0.005)
