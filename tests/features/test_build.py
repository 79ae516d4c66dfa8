from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from histories import histories, tables, times
from hypothesis import given
from hypothesis import strategies as st
from oracles import features_of
from pandas.testing import assert_frame_equal

from winprob.features.build import build, catalogue
from winprob.features.contract import time_of
from winprob.features.event_table import EventTable
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.playbook import Playbook, load_playbook
from winprob.features.record import document_of, documents_of, history_of, snapshots_of

PLAYBOOKS = [load_playbook(name) for name in ("customer-grades", "big-project", "eight-step")]
PLAYBOOKS[0] = PLAYBOOKS[0].model_copy(
    update={
        "events": {
            "support_tickets": EventTable(features=("last", "count", "sum")),
            "mood": EventTable(values="text", features=("count", "last")),
        }
    }
)
playbooks = st.integers(0, len(PLAYBOOKS) - 1).map(lambda number: PLAYBOOKS[number])
any_history = playbooks.flatmap(histories)


def snapshots_at(history: History, at: pd.Timestamp) -> pd.DataFrame:
    return pd.DataFrame(
        {"opportunity": np.arange(len(history)), "at": pd.Series([at] * len(history), dtype=TIME)}
    )


@given(any_history, times)
def test_every_feature_equals_its_slow_twin(history: History, at: pd.Timestamp) -> None:
    fast = build(history, snapshots=snapshots_at(history, at))
    assert list(fast) == [feature.name for feature in catalogue(history.playbook, history.attributes)]
    for opportunity in range(len(history)):
        slow = features_of(history, opportunity, at)
        assert set(slow) == set(fast)
        for name, value in fast.iloc[opportunity].items():
            assert value == slow[name] or (pd.isna(value) and pd.isna(slow[name])), name


@given(any_history, times, st.lists(times, min_size=1, max_size=3))
def test_the_future_cannot_move_the_past(
    history: History, at: pd.Timestamp, others: list[pd.Timestamp]
) -> None:
    snapshots = pd.concat([snapshots_at(history, time) for time in [at, *others]], ignore_index=True)
    known = history.until(at)
    then = known.opportunities["opportunity_id"].tolist()
    whole = build(history, snapshots=snapshots).iloc[: len(history)]
    past = build(known, snapshots=snapshots_at(known, at))
    _same(whole[whole.index.get_level_values(0).isin(then)], past)


@given(st.data())
def test_appending_later_events_changes_nothing(data: st.DataObject) -> None:
    playbook = data.draw(playbooks)
    first = data.draw(tables(playbook))
    at = data.draw(times)
    second = data.draw(tables(playbook))
    appended = dict(first)
    for table, rows in second.items():
        if table in first and table != "opportunities":
            fitting = rows["opportunity_id"].isin(first["opportunities"]["opportunity_id"])
            later = rows[fitting & (rows[time_of(table)] > at)]
            appended[table] = pd.concat([first[table], later], ignore_index=True)
    before = History.of(playbook, first)
    after = History.of(playbook, appended)
    _same(build(before, snapshots=snapshots_at(before, at)), build(after, snapshots=snapshots_at(after, at)))


@given(any_history, times, st.randoms(use_true_random=False))
def test_rows_come_out_as_they_went_in_whatever_the_order(
    history: History, at: pd.Timestamp, random: object
) -> None:
    snapshots = pd.concat([snapshots_at(history, at), snapshots_at(history, at)], ignore_index=True)
    order = list(range(len(snapshots)))
    random.shuffle(order)  # type: ignore[attr-defined]
    _same(build(history, snapshots=snapshots).iloc[order], build(history, snapshots=snapshots.iloc[order]))


@given(any_history, times)
def test_a_served_document_has_the_features_of_its_history(history: History, at: pd.Timestamp) -> None:
    rows = history.open_at(at)
    matrix = build(history, as_of=at)
    documents = documents_of(history, rows[::-1], at)[::-1]
    assert documents == [document_of(history, int(row), at) for row in rows]
    served = history_of(documents, history.playbook, history.attributes)
    together = build(served, snapshots=snapshots_of(documents))
    _same(matrix, together)
    for number, document in enumerate(documents):
        alone = history_of([document], history.playbook, history.attributes)
        _same(matrix.iloc[[number]], build(alone, snapshots=snapshots_of([document])))


def test_both_ways_to_say_when_are_one_too_many() -> None:
    history = History.of(
        PLAYBOOKS[0], {"opportunities": pd.DataFrame({"opportunity_id": [], "created_at": []})}
    )
    with pytest.raises(ValueError, match="expected either as_of or snapshots, found both"):
        build(
            history, as_of="2026-01-01", snapshots=snapshots_at(history, pd.Timestamp("2026-01-01", tz="UTC"))
        )


def test_a_playbook_can_switch_the_seller_off() -> None:
    without = PLAYBOOKS[0].model_copy(update={"seller_features": False})
    names = {feature.name for feature in catalogue(without)}
    assert not any(name.startswith(("seller", "team")) for name in names)
    assert names < {feature.name for feature in catalogue(PLAYBOOKS[0])}


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook.code)
def test_the_catalogue_names_each_feature_once_and_in_both_languages(playbook: Playbook) -> None:
    features = catalogue(playbook)
    assert len({feature.name for feature in features}) == len(features)
    assert len({feature.words.zh for feature in features}) == len(features)
    assert len({feature.words.en for feature in features}) == len(features)
    assert len(features) >= 50


def _same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    assert_frame_equal(_text(left), _text(right), check_exact=True)


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories compare by their text: their codes depend on the table that they come from."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), "str"))
