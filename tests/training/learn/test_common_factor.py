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

from winprob.features.build import build
from winprob.features.history import History
from winprob.models.bundle.common_factor import CommonFactor
from winprob.training.learn.common_factor import (
    AHEAD,
    EVERY,
    learn_common_factor,
    likely_spread,
    snapshots_of,
)
from winprob.training.learn.rolling_origin import Past
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import Round, Side


def past() -> Past:
    """A model of what was known when two fifths of the time had passed."""
    return trained_model().past[1]


def seen_by(known: Past, history: History) -> Past:
    """The same model, and what another history tells of the window after it."""
    snapshots = Snapshots.weekly(history)
    sides = (Side.of(snapshots, side.start, side.end) for side in (known.round.past, known.round.next))
    return replace(known, round=Round(*sides))


def test_a_look_adds_up_what_was_said_of_every_open_deal_and_what_was_won() -> None:
    history, known = simulated_history(), past()
    looks = snapshots_of(known)
    assert looks is not None
    times = known.closing_times
    assert times is not None
    deals = history.opportunities
    for at, look in looks.iterrows():
        rows = history.open_at(at)
        snapshots = pd.DataFrame({"opportunity": rows, "at": [at] * len(rows)})
        X = build(history, snapshots=snapshots)
        within = times.outlook(X, snapshots["at"]).shares_within([AHEAD])[0][:, 0]
        chance = known.model.predict_proba(X)[:, 1] * within
        own = deals.iloc[rows]
        won = (own["outcome"] == "won") & (own["closed_at"] <= at + pd.Timedelta(days=AHEAD))
        assert look["surplus"] == pytest.approx(won.sum() - chance.sum())
        assert look["variance"] == pytest.approx((chance * (1 - chance)).sum())


def test_looks_are_four_weeks_apart_and_what_they_see_is_over() -> None:
    history, known = simulated_history(), past()
    looks = snapshots_of(known)
    assert looks is not None
    assert pd.Timedelta(0) <= looks.index[0] - known.round.past.end < pd.Timedelta(days=7)
    assert (np.diff(looks.index) == pd.Timedelta(days=EVERY)).all()
    assert looks.index[-1] <= known.round.next.end
    soon = snapshots_of(seen_by(known, history.until(looks.index[1] + pd.Timedelta(days=AHEAD - 1))))
    assert soon is not None
    assert len(soon) == 1


def test_what_is_said_rests_on_nothing_that_came_later() -> None:
    history, known = simulated_history(), past()
    deals = history.opportunities
    found = snapshots_of(known)
    assert found is not None
    later = deals["closed_at"] > found.index[0]
    swapped = deals["outcome"].mask(later, deals["outcome"].map({"won": "lost", "lost": "won"}))
    retold = history.with_table("opportunities", deals.assign(outcome=swapped))
    other = snapshots_of(seen_by(known, retold))
    assert other is not None
    # Wins and losses with the same customer are features, so only the first look cannot see the change.
    assert found["variance"].iloc[0] == other["variance"].iloc[0]
    assert found["surplus"].iloc[0] != other["surplus"].iloc[0]


def test_nothing_known_of_the_past_leaves_what_is_expected() -> None:
    history, known = simulated_history(), past()
    assert learn_common_factor([]) == CommonFactor()
    assert learn_common_factor([seen_by(known, history.until(known.round.past.end))]) == CommonFactor()
    nothing = replace(known.round.next, places=known.round.next.places[:0])
    assert learn_common_factor([replace(known, round=replace(known.round, next=nothing))]) == CommonFactor()


def test_models_that_knew_much_less_are_passed_over() -> None:
    known = past()
    side = known.round.past
    fewer = side.rows["opportunity"].unique()[: int(0.3 * side.opportunities)]
    some = side.rows["opportunity"].isin(fewer).to_numpy()
    little = replace(known.round, past=replace(side, places=side.places[some], weight=side.weight[some]))
    assert little.tells
    ignorant = replace(known, round=little)
    assert learn_common_factor([known]) != CommonFactor()
    assert learn_common_factor([ignorant, known]) == learn_common_factor([known])


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
    density = gamma(2, scale=CommonFactor().spread).logpdf(grid)
    for off in surplus:
        density += norm(0, np.sqrt(variance + (grid * variance) ** 2)).logpdf(off) * EVERY / AHEAD
    found = likely_spread(np.array(surplus), np.full(len(surplus), variance))
    assert found == pytest.approx(grid[density.argmax()], abs=0.005)
