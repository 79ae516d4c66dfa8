from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from bundles import simulated_history
from trainings import trained_model

from winprob.features.instant import instant
from winprob.training.learn.closing import check_closing_times, followed, learn_closing_times
from winprob.training.weekly.snapshots import Snapshots, weekly_snapshots
from winprob.training.weekly.splits import split

END = instant("2024-06-03")


@cache
def snapshots() -> Snapshots:
    return Snapshots.weekly(simulated_history())


def test_moments_are_followed_to_their_ending_or_to_the_end() -> None:
    history = simulated_history().until(END)
    rows = followed(snapshots(), END, most=10**6)
    rows = rows.reset_index(drop=True)
    own = history.opportunities.iloc[rows["opportunity"]].reset_index(drop=True)
    until = own["closed_at"].fillna(END)
    assert np.allclose(rows["days"], (until - rows["at"]) / pd.Timedelta(days=1))
    assert (rows["won"].isna() == own["outcome"].isna()).all()
    assert (rows["won"].eq(1.0) == own["outcome"].eq("won")).all()
    assert (rows["days"] >= 0).all()
    assert len(rows) == len(weekly_snapshots(history, END))


def test_fewer_moments_are_drawn_evenly_and_keep_the_say_of_their_opportunities() -> None:
    every, some = (followed(snapshots(), END, most=most) for most in (10**6, 500))
    assert 400 <= len(some) <= 500
    assert some["weight"].nunique() == 1
    assert some["weight"].sum() == some["opportunity"].nunique()
    gaps = some.groupby("opportunity")["at"].diff().dropna()
    assert gaps.nunique() == 1
    assert abs(some["days"].mean() / every["days"].mean() - 1) < 0.05


def test_of_each_opportunity_about_four_are_drawn() -> None:
    rows = followed(snapshots(), END)
    assert 3 < len(rows) / rows["opportunity"].nunique() < 4.5


def test_what_is_drawn_does_not_depend_on_what_comes_later() -> None:
    week = pd.Timedelta(weeks=1)
    first, later = (
        followed(snapshots(), end, most=10**6)[["opportunity", "at"]] for end in (END, END + week)
    )
    pd.testing.assert_frame_equal(later[later["at"] <= END], first)


def test_nothing_after_the_end_is_learned() -> None:
    then = Snapshots.weekly(simulated_history(), END)
    with_future, without = learn_closing_times(snapshots(), END), learn_closing_times(then)
    assert with_future is not None
    assert without is not None
    assert with_future.model_dump_json() == without.model_dump_json()


def test_the_manifest_tells_how_many_wins_of_the_test_came_in_the_close_window() -> None:
    trained = trained_model()
    found, times = trained.bundle.manifest.closing, trained.bundle.closing_times
    assert found is not None
    assert times is not None
    test = split(snapshots()).test
    won = (test.rows["won"] == 1.0).to_numpy()
    assert found.moments == won.sum()
    assert found.opportunities == test.rows["opportunity"][won].nunique()
    assert 0.5 < found.coverage <= 1
    lost_only = replace(test, places=test.places[~won], weight=test.weight[~won])
    assert check_closing_times(times, lost_only) is None


def test_before_anything_has_closed_nothing_is_known() -> None:
    first = simulated_history().opportunities["created_at"].min()
    assert learn_closing_times(snapshots(), first + pd.Timedelta(days=8)) is None


def test_amounts_compare_within_their_currency() -> None:
    times = learn_closing_times(snapshots())
    assert times is not None
    assert times.columns.relative["log_amount"].within == "currency"
    assert times.columns.relative["log_amount"].offsets.keys() == {"CNY", "EUR", "USD"}
