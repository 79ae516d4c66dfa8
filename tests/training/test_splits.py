from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.history import History
from features.playbook import load_playbook
from training.splits import Split, TooLittleHistory, split

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


def ids(history: History, found: Split) -> list[set[str]]:
    names = history.opportunities["opportunity_id"]
    return [set(names.take(side.moments["opportunity"])) for side in found.sides]


@given(st.integers(0, 10_000), st.integers(250, 400))
def test_no_opportunity_is_on_two_sides_and_the_sides_follow_each_other(seed: int, days: int) -> None:
    history, as_of = company(seed), START + pd.Timedelta(days=days)
    found = split(history, as_of)
    train, calibrate, test = ids(history.until(as_of), found)
    assert not train & calibrate
    assert not test & (train | calibrate)
    assert found.train.end == found.calibrate.start < found.calibrate.end == found.test.start < found.test.end
    assert found.test.end == as_of
    for before, after in zip(found.sides[:-1], found.sides[1:], strict=True):
        assert before.moments["at"].max() <= before.end < after.moments["at"].min()


@given(st.integers(0, 10_000))
def test_a_side_holds_what_ended_in_its_window_and_nothing_known_later(seed: int) -> None:
    history = company(seed)
    found = split(history, END)
    known = history.until(END).opportunities
    for side in found.sides:
        own = known.take(side.moments["opportunity"])
        assert (own["closed_at"] <= side.end).all()
        assert ((own["outcome"] == "won").to_numpy() == side.moments["won"].to_numpy()).all()
        assert side.start is None or (own["closed_at"] > side.start).all()
        assert side.moments["weight"].mean() == pytest.approx(1)
        rows = side.moments.groupby("opportunity")["say"].transform("size")
        assert (side.moments["say"] * rows).to_numpy() == pytest.approx(side.moments["weight"].to_numpy())
    first = known["created_at"].min()
    for side, share in ((found.train, 0.7), (found.calibrate, 0.85)):
        assert (side.end - first) / (END - first) == pytest.approx(share)
    assert found.open == known["closed_at"].isna().sum()


def test_what_is_recorded_after_as_of_changes_nothing() -> None:
    history, as_of = company(0), START + pd.Timedelta(days=300)
    later = split(history, as_of)
    then = split(history.until(as_of), as_of)
    for side, same in zip(later.sides, then.sides, strict=True):
        pd.testing.assert_frame_equal(side.moments, same.moments)
        assert (side.start, side.end, side.unknown) == (same.start, same.end, same.unknown)


def test_unknown_moments_are_counted_and_slow_endings_weigh_more() -> None:
    found = split(company(0), END)
    assert found.train.unknown > 0
    first = found.train.moments.merge(
        found.train.moments.groupby("opportunity")["at"].agg(["min", "size"]), on="opportunity"
    )
    slow, quick = first[first["size"] > 12]["weight"].mean(), first[first["size"] < 4]["weight"].mean()
    assert slow > quick


def test_a_history_without_endings_is_refused() -> None:
    created = company(0).opportunities["created_at"].min()
    history = company(0).until(created)
    with pytest.raises(
        TooLittleHistory, match=r"found 1 opportunities and none closed by 2026-02-05; add won"
    ):
        split(history, END)


def test_a_side_without_wins_is_refused_by_name() -> None:
    history = company(0)
    late = history.opportunities["closed_at"] > split(history, END).calibrate.end
    history.opportunities["outcome"] = history.opportunities["outcome"].mask(late, "lost")
    expected = r"test: expected won opportunities .* after 2025-12-07 and by 2026-02-05, found none \(23 opp"
    with pytest.raises(TooLittleHistory, match=expected):
        split(history, END)
