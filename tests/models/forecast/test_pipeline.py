from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle

from winprob.features.build import open_snapshots
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.bundle.scoring import score
from winprob.models.forecast.amounts import AmountChange
from winprob.models.forecast.group import group_of
from winprob.models.forecast.pipeline import Pipeline, pipeline

AS_OF = "2024-04-10T00:00Z"


def found(history: History | None = None, as_of: str = AS_OF) -> Pipeline:
    return pipeline(trained_bundle(), history or simulated_history(), as_of)


def test_it_has_every_open_opportunity_as_scoring_sees_it() -> None:
    history, bundle = simulated_history(), trained_bundle()
    deals = found().deals
    scores = score(bundle, history, open_snapshots(history, AS_OF))
    ids = scores.features.index.get_level_values(0)
    assert deals["opportunity_id"].tolist() == ids.tolist()
    assert deals["probability"].tolist() == scores.probability.tolist()
    assert deals["rule"].tolist() == scores.rules["stage"].tolist()
    assert deals["rule"].tolist() == [
        next(stage.probability for stage in bundle.playbook.stages if stage.code == code)
        for code in deals["stage"]
    ]


def test_amounts_dates_and_currencies_are_those_of_the_moment() -> None:
    history = simulated_history()
    at = pd.Timestamp(AS_OF, tz="UTC")
    deals = found().deals.set_index("opportunity_id")
    own = history.opportunities.set_index("opportunity_id").loc[deals.index]
    assert deals["currency"].tolist() == own["currency"].tolist()
    for table, column in (("amounts", "amount"), ("close_dates", "expected_close")):
        rows = history.events[table]
        last = rows[rows["at"] <= at].groupby("opportunity")[column].last()
        last.index = pd.Index(history.opportunities["opportunity_id"].iloc[last.index])
        assert deals[column].tolist() == last.loc[deals.index].tolist()


def test_final_amounts_are_as_amounts_changed_before() -> None:
    whole = found()
    known = simulated_history().until(AS_OF)
    assert whole.change == AmountChange.learn(known)
    expected = whole.deals["amount"] * whole.change.ratio
    assert whole.deals["final_amount"].tolist() == expected.tolist()


def test_nothing_that_is_recorded_later_has_an_influence() -> None:
    before = found(simulated_history().until(AS_OF))
    pd.testing.assert_frame_equal(found().deals, before.deals)
    np.testing.assert_array_equal(found().won_within([30.0]), before.won_within([30.0]))
    assert found().history.last_event <= pd.Timestamp(AS_OF, tz="UTC")


def test_what_is_won_within_some_days_grows_to_the_probability() -> None:
    whole = found()
    days = [0.0, 10.0, 91.0, 1e4, np.inf]
    within = whole.won_within(days)
    assert within.shape == (len(whole), len(days))
    assert not within[:, 0].any()
    assert (np.diff(within, axis=1) >= 0).all()
    np.testing.assert_allclose(within[:, -1], whole.deals["probability"])


def test_groups_are_those_of_the_open_opportunities() -> None:
    whole = found()
    team = group_of(whole.history, "team").tolist()
    assert whole.group("team").tolist() == [team[row] for row in whole.deals["opportunity"]]
    assert whole.group("team").index.tolist() == list(range(len(whole)))
    with pytest.raises(Mistake, match="found 'taem'"):
        whole.group("taem")


def test_an_opportunity_without_an_amount_stays_and_is_worth_nothing() -> None:
    history = simulated_history()
    whole = found(history.with_table("amounts", history.events["amounts"].iloc[:0]))
    assert len(whole) == len(found())
    assert whole.deals["amount"].isna().all()
    assert (whole.deals["final_amount"] == 0).all()


def test_without_a_currency_it_is_empty() -> None:
    history = simulated_history()
    opportunities = history.opportunities.assign(currency=pd.Series(dtype="str"))
    assert set(found(history.with_table("opportunities", opportunities)).deals["currency"]) == {""}


def test_the_moment_is_that_of_the_last_event_if_none_is_named() -> None:
    history = simulated_history().until(AS_OF)
    assert pipeline(trained_bundle(), history).at == history.last_event


def test_with_nothing_open_it_is_empty_and_whole() -> None:
    empty = found(as_of="2020-01-01")
    assert len(empty) == 0
    assert list(empty.deals) == list(found().deals)
    assert empty.won_within([30.0, 60.0]).shape == (0, 2)


def test_a_model_without_closing_times_is_refused() -> None:
    undated = replace(trained_bundle(), closing_times=None)
    with pytest.raises(Mistake, match="forecast: expected a model that knows when opportunities close"):
        pipeline(undated, simulated_history(), AS_OF)
