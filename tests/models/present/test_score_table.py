from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from scipy.special import logit

from winprob.features.build import build, open_snapshots
from winprob.features.calendar import Calendar
from winprob.features.mistake import Mistake
from winprob.features.notice import Notice
from winprob.features.playbook_part import Within
from winprob.models.bundle.scoring import score
from winprob.models.present.score_table import COLUMNS, score_request, score_table, score_tables

AS_OF = "2024-03-04"
END_OF_DAY = pd.Timestamp("2024-03-04T23:59:59.999999Z")


def test_one_row_per_open_opportunity_as_scoring_gives_it() -> None:
    history, bundle = simulated_history(), trained_bundle()
    table = score_table(bundle, history, AS_OF, "7")
    scores = score(bundle, history, open_snapshots(history, AS_OF))
    assert tuple(table) == COLUMNS
    assert table["opportunity_id"].tolist() == scores.features.index.get_level_values(0).tolist()
    assert table["probability"].tolist() == scores.probability.tolist()
    assert table["rule_probability"].tolist() == scores.rules["stage"].tolist()
    assert set(table["model_version"]) == {"7"}
    assert set(table["as_of"]) == {END_OF_DAY}


def test_stage_and_amount_are_those_of_the_moment() -> None:
    history = simulated_history()
    table = score_table(trained_bundle(), history, AS_OF, "7").set_index("opportunity_id")
    ids = history.opportunities["opportunity_id"]
    for name, column, events in (("stage_changes", "stage", "stage"), ("amounts", "amount", "amount")):
        rows = history.events[name]
        last = rows[rows["at"] <= END_OF_DAY].groupby("opportunity")[events].last().rename(ids)
        assert table[column].to_dict() == last.loc[table.index].to_dict()


def test_reasons_add_up_to_the_log_odds() -> None:
    table = score_table(trained_bundle(), simulated_history(), AS_OF, "7", explain=True)
    why = table.filter(like="why.")
    assert next(iter(why)) == "why.base"
    families = {feature.family for feature in trained_bundle().features}
    assert why.shape[1] == 1 + len(trained_bundle().model.feature_names_in_) + len(families)
    features = build(history := simulated_history(), snapshots=open_snapshots(history, AS_OF))
    own = why[[f"why.{name}" for name in features]]
    assert (own.isna().to_numpy() == features.isna().to_numpy()).all()
    assert not why.filter(like=".not_recorded").isna().to_numpy().any()
    np.testing.assert_allclose(why.sum(axis=1), logit(table["probability"]), atol=1e-9)


def test_a_column_for_each_date_says_what_is_won_by_then() -> None:
    bundle, history = trained_bundle(), simulated_history()
    dates = [date(2024, 12, 31), date(2024, 3, 4), date(2200, 1, 1)]
    midnight = "2024-03-04T00:00Z"
    table = score_table(bundle, history, midnight, "7", explain=True, by=dates)
    names = ["probability_by_2024-12-31", "probability_by_2024-03-04", "probability_by_2200-01-01"]
    assert tuple(table)[:12] == (*COLUMNS, *names)
    scores = score(bundle, history, open_snapshots(history, midnight))
    assert scores.outlook is not None
    wins, _ = scores.outlook.shares_within([303.0])
    assert table[names[0]].tolist() == (scores.probability.to_numpy() * wins[:, 0]).tolist()
    assert (table[names[1]] < table[names[0]]).all()
    np.testing.assert_allclose(table[names[2]], table["probability"])


def test_a_date_before_the_moment_is_refused() -> None:
    with pytest.raises(Mistake, match="by: expected dates not before 2024-03-04, found 2024-03-03"):
        score_table(trained_bundle(), simulated_history(), AS_OF, "7", by=[date(2024, 3, 3)])


def test_dates_and_days_are_those_of_the_company() -> None:
    shanghai = {"calendar": Calendar(time_zone="Asia/Shanghai")}
    bundle = replace(trained_bundle(), playbook=trained_bundle().playbook.model_copy(update=shanghai))
    history = replace(simulated_history(), playbook=bundle.playbook)
    table = score_table(bundle, history, AS_OF, "7", by=[date(2024, 3, 4), date(2024, 3, 5)])
    assert set(table["as_of"]) == {pd.Timestamp("2024-03-04T15:59:59.999999Z")}
    at = pd.Timestamp("2024-03-04T16:00Z")
    with pytest.raises(Mistake, match="by: expected dates not before 2024-03-05, found 2024-03-04"):
        score_table(bundle, history, at, "7", by=[date(2024, 3, 4)])
    found = score_table(bundle, history, at, "7", by=[date(2024, 3, 5)])
    scores = score(bundle, history, open_snapshots(history, at))
    assert scores.outlook is not None
    wins, _ = scores.outlook.shares_within([1.0])
    expected = (scores.probability.to_numpy() * wins[:, 0]).tolist()
    assert found["probability_by_2024-03-05"].tolist() == expected


def test_what_the_playbook_says_of_dates_stands_beside_them() -> None:
    history, bundle = simulated_history(), trained_bundle()
    stages = list(bundle.playbook.stages)
    stages[3] = stages[3].model_copy(update={"within": Within(days=90, probability=0.6)})
    playbook = bundle.playbook.model_copy(update={"stages": tuple(stages)})
    dates = [date(2024, 5, 31), date(2024, 6, 30)]
    table = score_table(
        replace(bundle, playbook=playbook), replace(history, playbook=playbook), AS_OF, "7", by=dates
    )
    assert list(table)[-4:] == [f"{what}_by_{day}" for day in dates for what in ("probability", "rule")]
    assert table["rule_by_2024-05-31"].isna().all()
    stated = table["stage"] == stages[3].code
    assert 0 < stated.sum() < len(table)
    assert (table.loc[stated, "rule_by_2024-06-30"] == 0.6).all()
    assert table.loc[~stated, "rule_by_2024-06-30"].isna().all()


def test_what_is_not_recorded_any_more_is_named() -> None:
    history = simulated_history()
    notices: list[Notice] = []
    score_table(trained_bundle(), history, AS_OF, "7", notify=notices.append)
    assert notices == []
    gone = np.zeros(len(history), dtype=bool)
    opportunities = history.opportunities.assign(industry=pd.Series(dtype="str"))
    bare = history.with_table("opportunities", opportunities)
    bare = bare.with_table("amounts", history.events["amounts"][:0])
    without = replace(bare, recorded=history.recorded | {"amounts": gone})
    score_table(trained_bundle(), without, AS_OF, "7", notify=notices.append)
    [notice] = notices
    assert notice.code == "unrecorded"
    assert "log_amount" in notice.found
    assert "industry" in notice.found
    assert "stage_percentage" not in notice.found


def test_dates_need_a_model_that_knows_them() -> None:
    undated = replace(trained_bundle(), closing_times=None)
    with pytest.raises(Mistake, match="by: expected a model that knows when opportunities close"):
        score_table(undated, simulated_history(), AS_OF, "7", by=[date(2024, 12, 31)])
    assert tuple(score_table(undated, simulated_history(), AS_OF, "7")) == COLUMNS


@pytest.mark.parametrize("explain", [False, True])
def test_with_nothing_open_the_table_is_empty_and_whole(explain: bool) -> None:
    history = simulated_history()
    before = history.opportunities["created_at"].min() - pd.Timedelta(days=1)
    table = score_table(trained_bundle(), history, before, "7", explain=explain, by=[date(2024, 12, 31)])
    assert len(table) == 0
    assert tuple(table)[:10] == (*COLUMNS, "probability_by_2024-12-31")


@pytest.mark.parametrize("size", [1, 7])
def test_however_many_at_a_time_the_rows_are_the_same(size: int) -> None:
    # Without contacts: of some opportunities nothing is recorded that the model knows of others.
    whole = simulated_history()
    history = replace(whole, recorded=whole.recorded | {"activities": np.arange(len(whole)) % 3 > 0})
    bundle = trained_bundle()
    table = score_table(bundle, history, AS_OF, "7", explain=True)
    request = score_request(bundle, END_OF_DAY, "7", explain=True)
    parts = list(score_tables(bundle, history, request, size=size))
    assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), table, check_exact=True)
