from __future__ import annotations

from dataclasses import replace

import pandas as pd
from histories import histories
from hypothesis import given

from features.history import History
from training.digest import digest


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
