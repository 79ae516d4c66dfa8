from __future__ import annotations

import hashlib
from dataclasses import replace
from random import Random

import numpy as np
import pandas as pd
from histories import histories, shuffled, tables
from hypothesis import given
from hypothesis import strategies as st
from small import GRADES

from winprob.features.history import History
from winprob.training.digest import digest


@given(histories())
def test_the_same_data_has_the_same_digest(history: History) -> None:
    again = history.with_table("opportunities", history.opportunities)
    assert digest(again) == digest(history)
    assert len(digest(history)) == 64


def digest_of_tables(history: History) -> str:
    """The digest as it is defined: over the tables that people see."""
    ids = pd.util.hash_pandas_object(history.opportunities["opportunity_id"], index=False).to_numpy()
    tables = {"opportunities": history.opportunities}
    for name, rows in history.events.items():
        tables[name] = rows.assign(opportunity=ids[rows["opportunity"].to_numpy()])
        tables[f"{name} recorded"] = pd.DataFrame({"opportunity": ids, "recorded": history.recorded[name]})
    fingerprint = hashlib.sha256()
    for name, rows in tables.items():
        fingerprint.update(f"{name}: {list(rows)}\n".encode())
        fingerprint.update(np.sort(pd.util.hash_pandas_object(rows, index=False).to_numpy()).tobytes())
    return fingerprint.hexdigest()


@given(histories(), st.booleans())
def test_the_digest_is_that_of_the_tables_that_people_see(history: History, odd: bool) -> None:
    if odd:
        own = history.opportunities.assign(
            whole=range(len(history)), kind=pd.Categorical(["b"] * len(history), ["b", "a"])
        )
        history = history.with_table("opportunities", own)
    assert digest(history) == digest_of_tables(history)


@given(histories())
def test_any_change_changes_the_digest(history: History) -> None:
    later = history.opportunities["created_at"] - pd.Timedelta(microseconds=1)
    changed = history.with_table("opportunities", history.opportunities.assign(created_at=later))
    renamed = history.with_table("opportunities", history.opportunities.rename(columns={"size": "bulk"}))
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
