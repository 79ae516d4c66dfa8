"""Each week is what was known then, and what moved it adds up."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from deals import AS_OF, NOW, deal_of, found, open_ids
from histories import histories, times
from hypothesis import given, settings
from hypothesis import strategies as st

from winprob.features.build import build
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.models.bundle.scoring import score
from winprob.serving.deals import weeks as module
from winprob.serving.deals.weeks import SMALL, WEEK, WEEKS, four_weeks_ago, weeks_of, with_events_of
from winprob.serving.scores.scored_row import ScoredRow, rows_of

YOUNG, OLD = open_ids()[-1], open_ids()[0]


def then(number: int, at: pd.Timestamp) -> ScoredRow:
    """What is said of a deal by a history that ends at a moment."""
    snapshot = pd.DataFrame({"opportunity": [number], "at": pd.Series([at], dtype=TIME)})
    return rows_of(score(trained_bundle(), simulated_history().until(at), snapshot))[0]


@pytest.mark.parametrize("opportunity_id", open_ids()[::24])
def test_a_week_knows_nothing_that_came_later(opportunity_id: str) -> None:
    deal = found(opportunity_id)
    for week in deal_of(opportunity_id).weeks[::3]:
        assert week.row == then(deal.number, week.at)


def test_the_last_week_is_the_answer() -> None:
    for opportunity_id in open_ids():
        deal = deal_of(opportunity_id)
        last, answer = deal.weeks[-1], deal.known.answer
        assert (last.at, last.row.probability, last.row.log_odds) == (
            NOW,
            answer.probability,
            answer.log_odds,
        )
        assert (last.row.low, last.row.high) == (answer.range.low, answer.range.high)


def test_weeks_go_back_to_the_creation_or_half_a_year() -> None:
    for opportunity_id in open_ids():
        deal, weeks = found(opportunity_id), deal_of(opportunity_id).weeks
        assert [later.at - earlier.at for earlier, later in pairwise(weeks)] == ([WEEK] * (len(weeks) - 1))
        assert deal.created_at <= weeks[0].at
        assert len(weeks) == WEEKS + 1 or weeks[0].at - WEEK < deal.created_at
    assert len(deal_of(OLD).weeks) == WEEKS + 1
    assert len(deal_of(YOUNG).weeks) < 4


@pytest.mark.parametrize("opportunity_id", open_ids()[::12])
def test_all_that_moved_it_adds_up_to_the_change(
    opportunity_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SMALL", 0.0)
    weeks = weeks_of(trained_bundle(), simulated_history(), found(opportunity_id))
    assert weeks[0].change == 0
    for before, now in pairwise(weeks):
        change = now.row.probability - before.row.probability
        assert now.change == pytest.approx(change, abs=1e-12)
        assert sum(now.moved.values()) == now.change


def test_what_hardly_moved_it_is_left_out_and_the_largest_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = deal_of(OLD).weeks
    monkeypatch.setattr(module, "SMALL", 0.0)
    whole = weeks_of(trained_bundle(), simulated_history(), found(OLD))
    left_out = 0
    for short, full in zip(told, whole, strict=True):
        assert short.moved == {name: by for name, by in full.moved.items() if abs(by) >= SMALL}
        assert list(full.moved.values()) == sorted(full.moved.values(), key=abs, reverse=True)
        left_out += len(full.moved) - len(short.moved)
    assert left_out > 0
    assert any(week.moved for week in told)


def test_four_weeks_ago_is_four_weeks_ago() -> None:
    weeks = deal_of(OLD).weeks
    before = four_weeks_ago(weeks)
    assert before is not None
    assert before.at == NOW - pd.Timedelta(days=28)
    assert four_weeks_ago(weeks[-5:]) is before
    assert four_weeks_ago(weeks[-4:]) is None
    assert deal_of(OLD).before is before


@given(histories(), st.data())
def test_events_of_others_have_no_say_in_a_feature(history: History, data: st.DataObject) -> None:
    numbers = data.draw(st.sets(st.integers(0, len(history) - 1), min_size=1))
    moments = data.draw(st.lists(times, min_size=1, max_size=5))
    rows = [(number, at) for number in sorted(numbers) for at in moments]
    snapshots = pd.DataFrame(
        {
            "opportunity": [number for number, _ in rows],
            "at": pd.Series([at for _, at in rows], dtype=TIME),
        }
    )
    own = with_events_of(history, snapshots["opportunity"].unique())
    pd.testing.assert_frame_equal(build(own, snapshots=snapshots), build(history, snapshots=snapshots))


@settings(max_examples=10)
@given(st.sampled_from(open_ids()), st.sampled_from(open_ids()))
def test_events_of_others_are_left_out(one: str, other: str) -> None:
    history, numbers = simulated_history(), [found(one).number, found(other).number]
    own = with_events_of(history, pd.Series(numbers).to_numpy())
    for name, rows in history.events.items():
        kept = rows[rows["opportunity"].isin(numbers)].reset_index(drop=True)
        pd.testing.assert_frame_equal(own.events[name].reset_index(drop=True), kept)
    assert len(own) == len(history)


def test_a_closed_deal_ends_just_before_its_closing() -> None:
    rows = simulated_history().opportunities
    row = rows[rows["closed_at"] <= pd.Timestamp(AS_OF)].iloc[-1]
    weeks = deal_of(row["opportunity_id"]).weeks
    assert weeks[-1].at == row["closed_at"] - pd.Timedelta(microseconds=1)
