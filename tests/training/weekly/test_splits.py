from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.timeline import Floats
from winprob.training.weekly.snapshots import Snapshots, outcomes, thinned, weekly_snapshots
from winprob.training.weekly.splits import CUTS, Side, Split, ending_weights, split

START = pd.Timestamp("2025-01-01", tz="UTC")
END = START + pd.Timedelta(days=400)


def company(seed: int, opportunities: int = 200) -> History:
    rng = np.random.default_rng(seed)
    created = START + pd.to_timedelta(rng.integers(0, 360, opportunities), "D")
    closed = created + pd.to_timedelta(rng.integers(1, 120, opportunities), "D")
    table = pd.DataFrame(
        {
            "opportunity_id": [f"O{number}" for number in range(opportunities)],
            "created_at": created,
            "closed_at": closed,
            "outcome": np.where(rng.random(opportunities) < 0.4, "won", "lost"),
        }
    )
    still_open = rng.random(opportunities) < 0.2
    table["closed_at"] = table["closed_at"].mask(still_open)
    table["outcome"] = table["outcome"].mask(still_open)
    return History.of(load_playbook(), {"opportunities": table})


def split_at(history: History, as_of: pd.Timestamp) -> Split:
    """Split snapshots without a matrix, which takes long to make."""
    known = history.until(as_of)
    moments = thinned(weekly_snapshots(known, as_of))
    rows = pd.concat([moments, outcomes(known, moments)], axis="columns")
    return split(Snapshots(known, as_of, rows, pd.DataFrame(index=rows.index)))


def unfinished(side: Side) -> pd.DataFrame:
    return side.snapshots.rows[["opportunity", "at"]].iloc[side.open_places]


def pairs(found: Split) -> list[tuple[Side, Side]]:
    """What is learned from, and what comes after it."""
    return [*((each.past, each.next) for each in found.rounds), (found.train, found.test)]


@given(st.integers(0, 10_000), st.integers(250, 400))
def test_no_opportunity_is_on_both_sides_and_the_sides_follow_each_other(seed: int, days: int) -> None:
    history, as_of = company(seed, 600), START + pd.Timedelta(days=days)
    found = split_at(history, as_of)
    for before, after in pairs(found):
        assert not set(before.rows["opportunity"]) & set(after.rows["opportunity"])
        assert before.start is None
        assert before.end == after.start
        assert before.rows["at"].max() <= before.end < after.rows["at"].min()
    for (_, earlier), (_, later) in pairwise(pairs(found)):
        assert earlier.end == later.start
        assert not set(earlier.rows["opportunity"]) & set(later.rows["opportunity"])
    assert found.test.end == as_of


@given(st.integers(0, 10_000))
def test_a_side_holds_what_ended_in_its_window_and_nothing_known_later(seed: int) -> None:
    history = company(seed, 600)
    found = split_at(history, END)
    known = history.until(END).opportunities
    for side in (side for pair in pairs(found) for side in pair):
        own = known.take(side.rows["opportunity"])
        assert (own["closed_at"] <= side.end).all()
        assert (own["closed_at"].to_numpy() == side.rows["closed_at"].to_numpy()).all()
        assert ((own["outcome"] == "won").to_numpy() == side.rows["won"].to_numpy()).all()
        assert side.start is None or (own["closed_at"] > side.start).all()
        assert side.rows["weight"].mean() == pytest.approx(1)
        rows = side.rows.groupby("opportunity")["sample_weight"].transform("size")
        of_weight = side.rows["sample_weight"] * rows / side.rows["weight"]
        assert of_weight.to_numpy() == pytest.approx(of_weight.iloc[0])
        assert side.rows["sample_weight"].sum() == pytest.approx(side.opportunities)
    first, last = known["created_at"].min(), END
    for (side, _), share in zip(pairs(found), CUTS, strict=True):
        assert (side.end - first) / (last - first) == pytest.approx(share)


def test_where_the_last_window_saw_no_closing_the_windows_end_with_the_last() -> None:
    history = company(0)
    closed = history.opportunities["closed_at"].max()
    found, later = (split_at(history, closed + pd.Timedelta(days=days)) for days in (0, 300))
    assert [before.end for before, _ in pairs(later)] == [before.end for before, _ in pairs(found)]
    assert later.test.end == closed + pd.Timedelta(days=300)
    assert later.test.opportunities == found.test.opportunities > 0


def test_a_wrong_date_long_before_all_others_leaves_the_windows_where_they_are() -> None:
    history, wrong = company(0), company(0)
    row = int(np.flatnonzero(wrong.opportunities["closed_at"].isna())[0])
    assert wrong.opportunities["created_at"][row] > wrong.span.first
    wrong.opportunities.loc[row, "created_at"] = pd.Timestamp("2023-01-02", tz="UTC")
    ends, expected = ([before.end for before, _ in pairs(split_at(each, END))] for each in (wrong, history))
    assert ends == expected


def test_what_is_known_holds_the_rows_of_every_side_and_earlier_moments_of_the_test() -> None:
    found = split_at(company(0), END)
    assert (found.known.start, found.known.end) == (None, END)
    assert set(found.known.rows["opportunity"]) >= set(found.test.rows["opportunity"])
    assert len(found.known.rows) > len(found.train.rows) + len(found.test.rows)
    for pair in pairs(found):
        for side in pair:
            same = found.known.rows.loc[side.rows.index]
            pd.testing.assert_frame_equal(same[["opportunity", "at"]], side.rows[["opportunity", "at"]])


def test_rounds_that_tell_nothing_are_left_out() -> None:
    history = company(0)
    deals = history.opportunities
    early = deals["closed_at"] <= split_at(history, END).rounds[1].past.end
    told = history.with_table("opportunities", deals.assign(outcome=deals["outcome"].mask(early, "lost")))
    assert [each.past.end for each in split_at(told, END).rounds] == [
        each.past.end for each in split_at(company(0), END).rounds[2:]
    ]


def test_what_is_recorded_after_as_of_changes_nothing() -> None:
    history, as_of = company(0), START + pd.Timedelta(days=300)
    later = split_at(history, as_of)
    then = split_at(history.until(as_of), as_of)
    sides, same_sides = ([side for pair in pairs(found) for side in pair] for found in (later, then))
    for side, same in zip(sides, same_sides, strict=True):
        pd.testing.assert_frame_equal(side.rows, same.rows)
        pd.testing.assert_frame_equal(unfinished(side), unfinished(same))
        assert (side.start, side.end) == (same.start, same.end)


def test_moments_without_an_ending_yet_are_unfinished() -> None:
    history = company(0)
    moments, found = weekly_snapshots(history, END), split_at(history, END)
    for side in (side for pair in pairs(found) for side in (*pair, found.known)):
        closed = history.opportunities["closed_at"].take(unfinished(side)["opportunity"])
        assert len(unfinished(side)) > 0
        assert not (closed <= side.end).any()
        in_window = moments["at"].le(side.end) & (side.start is None or moments["at"] > side.start)
        assert len(side.rows) + len(unfinished(side)) == in_window.sum()
        same = moments.loc[unfinished(side).index]
        pd.testing.assert_frame_equal(same, unfinished(side))


def test_slow_endings_weigh_more() -> None:
    found = split_at(company(0), END)
    first = found.train.rows.merge(
        found.train.rows.groupby("opportunity")["at"].agg(["min", "size"]), on="opportunity"
    )
    slow, quick = first[first["size"] > 12]["weight"].mean(), first[first["size"] < 4]["weight"].mean()
    assert slow > quick


def test_a_history_without_endings_has_empty_sides() -> None:
    created = company(0).opportunities["created_at"].min()
    found = split_at(company(0).until(created), END)
    assert (found.rounds, found.train.opportunities, found.test.opportunities) == ((), 0, 0)
    assert found.known.opportunities == 0
    assert len(found.train.open_places) + len(found.test.open_places) > 0


WINDOW = 800.0
LOST_DAYS, WON_DAYS, WON_AT_FIRST = 190.0, 60.0, 0.6
TRUTH = WON_AT_FIRST * WON_DAYS / (WON_AT_FIRST * WON_DAYS + (1 - WON_AT_FIRST) * LOST_DAYS)
"""Share of open opportunities that will be won: those that take longer are open at more moments."""


def snapshots_of_a_company(seed: int, opportunities: int = 3000) -> tuple[Floats, Floats, Floats]:
    """Of moments in a window: won in the end, days to the (exponential) ending, days of follow-up."""
    rng = np.random.default_rng(seed)
    won = rng.random(opportunities) < WON_AT_FIRST
    lasting = rng.exponential(np.where(won, WON_DAYS, LOST_DAYS))
    created = rng.uniform(-2 * WINDOW, WINDOW, opportunities)
    mondays = np.arange(7.0, WINDOW, 7.0)[:, None]
    is_open = (created <= mondays) & (mondays < created + lasting)
    monday, opportunity = np.nonzero(is_open)
    at = mondays[monday, 0]
    return won[opportunity].astype(float), (created + lasting)[opportunity] - at, WINDOW - at


def test_weighted_share_of_wins_is_true_and_the_unweighted_one_is_not() -> None:
    unweighted, weighted = [], []
    for seed in range(40):
        won, days, follow_up = snapshots_of_a_company(seed)
        known = days <= follow_up
        weights = ending_weights(days[known], follow_up)
        unweighted.append(won[known].mean())
        weighted.append(np.average(won[known], weights=weights))
    noise = np.std(weighted) / np.sqrt(len(weighted))
    assert noise < 0.004
    assert np.mean(unweighted) > TRUTH + 0.03
    assert abs(np.mean(weighted) - TRUTH) < 3 * noise


@given(
    arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 400)),
    arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 400)),
    st.floats(0.01, 1.0),
)
def test_each_weight_is_the_inverse_of_the_share_that_could_see_the_ending(
    days: Floats, follow_up: Floats, least: float
) -> None:
    slow = np.array([1 / max(np.mean([seen >= day for seen in follow_up]), least) for day in days])
    weights = ending_weights(days, follow_up, least)
    assert weights == pytest.approx(slow / slow.mean(), rel=1e-12)
    assert weights.max() / weights.min() <= 1 / least + 1e-9


def test_all_weights_are_one_where_every_ending_could_be_seen() -> None:
    assert ending_weights(np.array([1.0, 5.0]), np.array([9.0, 7.0])).tolist() == [1.0, 1.0]


def test_of_fewer_snapshots_weights_add_up_to_the_opportunities_all_the_same() -> None:
    history = company(0, 600)
    whole = split(Snapshots.weekly(history, END)).known
    few = split(Snapshots.weekly(history, END, len(whole.snapshots) // 6)).known
    weeks = whole.rows.groupby("opportunity").size()
    assert weeks.min() < 6 < weeks.max()
    assert few.opportunities < whole.opportunities
    assert few.rows["sample_weight"].sum() == pytest.approx(whole.opportunities, rel=0.05)
    quick = weeks.index[weeks < 6]
    shares = [side.rows["sample_weight"][side.rows["opportunity"].isin(quick)].sum() for side in (whole, few)]
    assert shares[1] == pytest.approx(shares[0], rel=0.15)
