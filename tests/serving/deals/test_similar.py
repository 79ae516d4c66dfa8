"""Closed deals like a deal: in its stage for as long then, the nearest by what the model sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from deals import NOW, deal_of, found, open_ids

from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.models.bundle.scoring import score
from winprob.serving.deals import similar as module
from winprob.serving.deals.similar import LEAST, NEAREST, Similar, similar_deals

DAY = pd.Timedelta(days=1)


def stays(rows: pd.DataFrame, closed: Any) -> list[tuple[str, pd.Timestamp, Any]]:
    """Stages of one opportunity: which, from when and until when; recorded twice in a row it is one stay."""
    found: list[tuple[str, pd.Timestamp, Any]] = []
    for row in rows.to_dict("records"):
        if found and found[-1][0] == row["stage"]:
            continue
        if found:
            found[-1] = (*found[-1][:2], row["at"])
        found.append((row["stage"], row["at"], closed))
    return found


def candidates(history: History, number: int, now: pd.Timestamp) -> dict[int, pd.Timestamp]:
    """One opportunity after the other: who had been in the stage for as long, and when that was."""
    changes, own = history.events["stage_changes"], history.opportunities
    mine = changes[(changes["opportunity"] == number) & (changes["at"] <= now)]
    stage, entered, _ = stays(mine, pd.NaT)[-1]
    chosen = {}
    for other, row in own.iterrows():
        if other == number or pd.isna(row["closed_at"]) or row["closed_at"] > now:
            continue
        for there, since, left in stays(changes[changes["opportunity"] == other], row["closed_at"]):
            moment = since + (now - entered)
            if there == stage and moment < left:
                chosen[int(other)] = moment
    return chosen


def ids(similar: Similar | None) -> set[str]:
    assert similar is not None
    return {deal.opportunity_id for deal in similar.deals}


@pytest.fixture
def all_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEAREST", 10_000)
    monkeypatch.setattr(module, "LEAST", 1)


@pytest.mark.usefixtures("all_candidates")
def test_candidates_had_been_in_the_stage_for_as_long_were_open_and_have_closed() -> None:
    history, counts = simulated_history(), []
    for opportunity_id in open_ids()[::3]:
        deal = found(opportunity_id)
        expected = candidates(history, deal.number, deal.at)
        similar = similar_deals(trained_bundle(), history, deal)
        assert (set() if similar is None else ids(similar)) == set(history.ids(list(expected)))
        counts.append(len(expected))
    assert min(counts) < LEAST < max(counts)


def test_fewer_than_thirty_say_nothing() -> None:
    history, told = simulated_history(), set()
    for opportunity_id in open_ids():
        deal, similar = found(opportunity_id), deal_of(opportunity_id).similar
        count = len(candidates(history, deal.number, deal.at))
        assert (similar is None) == (count < 30)
        if similar is not None:
            assert len(similar.deals) == min(count, 50)
        told.add(similar is None)
    assert told == {True, False}


def test_they_are_told_as_they_ended() -> None:
    rows = simulated_history().opportunities.set_index("opportunity_id")
    for opportunity_id in open_ids()[::9]:
        similar = deal_of(opportunity_id).similar
        if similar is None:
            continue
        ends = [rows.loc[deal.opportunity_id] for deal in similar.deals]
        assert [deal.won for deal in similar.deals] == [row["outcome"] == "won" for row in ends]
        assert [deal.closed_at for deal in similar.deals] == [row["closed_at"] for row in ends]
        assert max(deal.closed_at for deal in similar.deals) <= NOW
        assert similar.won == np.mean([deal.won for deal in similar.deals])
        assert opportunity_id not in ids(similar)


def test_the_nearest_are_taken_by_what_each_family_adds() -> None:
    history, bundle = simulated_history(), trained_bundle()
    family_of = {feature.name: feature.family for feature in bundle.features}

    def added(number: int, at: pd.Timestamp) -> pd.Series:
        snapshot = pd.DataFrame({"opportunity": [number], "at": pd.Series([at], dtype=TIME)})
        return score(bundle, history, snapshot).explanation.by_family(family_of).contributions.iloc[0]

    opportunity_id = next(each for each in open_ids()[::-1] if len(chosen(each)) > NEAREST + 5)
    deal, similar = found(opportunity_id), deal_of(opportunity_id).similar
    assert similar is not None
    own = added(deal.number, deal.at)
    far = {
        history.ids([other])[0]: float((added(other, at) - own).abs().sum())
        for other, at in chosen(opportunity_id).items()
    }
    told = [far.pop(each.opportunity_id) for each in similar.deals]
    assert told == sorted(told)
    assert min(far.values()) >= told[-1] - 1e-9


def chosen(opportunity_id: str) -> dict[int, pd.Timestamp]:
    deal = found(opportunity_id)
    return candidates(simulated_history(), deal.number, deal.at)


@pytest.mark.usefixtures("all_candidates")
def test_how_they_ended_has_no_say_in_who_is_a_candidate() -> None:
    history = simulated_history()
    own = history.opportunities
    turned = own.assign(outcome=own["outcome"].map({"won": "lost", "lost": "won"}))
    events = {
        name: rows.assign(opportunity_id=own["opportunity_id"].to_numpy()[rows["opportunity"]]).drop(
            columns="opportunity"
        )
        for name, rows in history.events.items()
    }
    other = History.of(history.playbook, {"opportunities": turned, **events})
    for opportunity_id in open_ids()[::9]:
        deal = found(opportunity_id)
        before, after = (similar_deals(trained_bundle(), each, deal) for each in (history, other))
        assert ids(before) == ids(after)
        assert before is not None
        assert after is not None
        assert before.won == pytest.approx(1 - after.won)


def test_days_are_those_in_the_stage() -> None:
    changes = simulated_history().events["stage_changes"]
    for opportunity_id in open_ids()[::9]:
        similar = deal_of(opportunity_id).similar
        mine = changes[(changes["opportunity"] == found(opportunity_id).number) & (changes["at"] <= NOW)]
        if similar is not None:
            assert similar.days == (NOW - mine["at"].iloc[-1]) // DAY


@pytest.mark.usefixtures("all_candidates")
def test_a_stage_that_is_recorded_again_is_no_new_one() -> None:
    history = simulated_history()
    opportunity_id = next(each for each in open_ids() if deal_of(each).similar)
    deal, changes = found(opportunity_id), history.events["stage_changes"]
    own = history.opportunities
    closed = own["closed_at"].iloc[changes["opportunity"]].reset_index(drop=True).fillna(NOW)
    following = changes["at"].shift(-1).where(changes["opportunity"].eq(changes["opportunity"].shift(-1)))
    again = changes.assign(at=changes["at"] + 3 * DAY)
    again = again[again["at"] < following.fillna(closed)]
    assert deal.number in set(again["opportunity"])

    def recorded(rows: pd.DataFrame) -> History:
        ids = own["opportunity_id"].to_numpy()[rows["opportunity"]]
        named = rows.assign(opportunity_id=ids).drop(columns="opportunity")
        return History.of(history.playbook, {"opportunities": own, "stage_changes": named})

    twice = pd.concat([changes, again], ignore_index=True)
    expected, got = (similar_deals(trained_bundle(), recorded(rows), deal) for rows in (changes, twice))
    assert ids(got) == ids(expected)
    assert got is not None
    assert expected is not None
    assert got.days == expected.days


def test_the_latest_are_compared_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    opportunity_id = next(each for each in open_ids() if len(chosen(each)) > 45)
    monkeypatch.setattr(module, "MOST_SCORED", 40)
    similar = similar_deals(trained_bundle(), simulated_history(), found(opportunity_id))
    assert similar is not None
    closed = simulated_history().opportunities["closed_at"]
    latest = closed[list(chosen(opportunity_id))].sort_values(ascending=False)[:40]
    assert ids(similar) == set(simulated_history().ids(list(latest.index)))


def test_a_deal_without_a_stage_has_none_like_it() -> None:
    history = simulated_history()
    bare = History.of(history.playbook, {"opportunities": history.opportunities})
    assert similar_deals(trained_bundle(), bare, found(open_ids()[0])) is None
