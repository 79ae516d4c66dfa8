from __future__ import annotations

from dataclasses import replace
from random import Random

import pandas as pd
from histories import histories, shuffled, tables
from hypothesis import given
from hypothesis import strategies as st
from small import GRADES

from winprob.features.history import History
from winprob.training.digest import digest


@given(histories())
def test_the_same_data_has_the_same_digest(history: History) -> None:
    copy = replace(history, opportunities=history.opportunities.copy(), events=dict(history.events))
    assert digest(copy) == digest(history)
    assert len(digest(history)) == 64


@given(histories())
def test_any_change_changes_the_digest(history: History) -> None:
    later = history.opportunities["created_at"] - pd.Timedelta(microseconds=1)
    changed = replace(history, opportunities=history.opportunities.assign(created_at=later))
    renamed = replace(history, opportunities=history.opportunities.rename(columns={"size": "bulk"}))
    kept = {name: ~flags for name, flags in history.recorded.items()}
    digests = {digest(other) for other in (history, changed, renamed, replace(history, recorded=kept))}
    assert len(digests) == 4


@given(tables(GRADES), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_the_digest(found: dict[str, pd.DataFrame], random: Random) -> None:
    assert digest(History.of(GRADES, shuffled(found, random))) == digest(History.of(GRADES, found))


def test_the_same_rows_of_another_opportunity_have_another_digest() -> None:
    created = pd.Timestamp("2026-01-05", tz="UTC")
    own = pd.DataFrame({"opportunity_id": ["A", "B"], "created_at": created})
    amounts = pd.DataFrame({"opportunity_id": ["A"], "at": created, "amount": 1.0})
    one, other = (
        History.of(GRADES, {"opportunities": own, "amounts": amounts.assign(opportunity_id=name)})
        for name in "AB"
    )
    assert digest(one) != digest(other)
