from __future__ import annotations

import pytest
from deals import AS_OF, deals
from pandas import Timestamp

from winprob.serving.deals import best_actions as module
from winprob.serving.deals.best_actions import largest


def test_the_largest_of_each_currency_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = deals().forecasts.pipeline(Timestamp(AS_OF))
    assert len(largest(pipeline)) == len(pipeline)
    monkeypatch.setattr(module, "MOST", 6)
    table = pipeline.deals.iloc[largest(pipeline)]
    assert len(table) == 6
    for currency, own in table.groupby("currency"):
        others = pipeline.deals[pipeline.deals["currency"] == currency].drop(own.index)
        assert own["final_amount"].min() >= others["final_amount"].max() or others.empty
    assert table["currency"].nunique() == pipeline.deals["currency"].nunique()
