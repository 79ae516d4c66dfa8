from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from small import GRADES
from trainings import trained_model

from winprob.features.attribute import Attribute
from winprob.features.build import build, catalogue
from winprob.models.win.win_model import WinModel
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import calibration_weight
from winprob.training.weekly.frame import Fold, Frame
from winprob.training.weekly.snapshots import Snapshots, weekly_snapshots
from winprob.training.weekly.splits import Side, Split, split


@cache
def sides() -> Split:
    return split(Snapshots.weekly(simulated_history()))


@cache
def frame() -> Frame:
    return Frame.of(sides())


def folds() -> tuple[Fold, ...]:
    return (*frame().rounds, frame().test)


def logistic_regression() -> make_pipeline:
    categories = (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include="category"))
    numbers = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
    return make_pipeline(
        make_column_transformer(categories, remainder=numbers), LogisticRegression(max_iter=2000)
    )


def test_rows_are_all_snapshots_with_a_known_outcome() -> None:
    history, found = simulated_history(), frame()
    moments = weekly_snapshots(history, history.last_event)
    own = history.opportunities.take(moments["opportunity"].to_numpy()).set_axis(moments.index)
    closed = own["closed_at"].notna()
    assert found.group.tolist() == own["opportunity_id"][closed].tolist()
    assert found.time.tolist() == moments["at"][closed].tolist()
    assert found.y.tolist() == (own["outcome"] == "won")[closed].astype(int).tolist()
    pd.testing.assert_frame_equal(found.X, build(history, snapshots=moments[closed]))


def test_series_are_of_the_rows_of_the_matrix_and_a_table_holds_all_of_them() -> None:
    found = frame()
    series = {name: getattr(found, name) for name in ("y", "weight", "group", "time", "split")}
    for name, values in series.items():
        assert values.name == name
        assert values.index.equals(found.X.index)
    assert list(found.table) == ["opportunity_id", "as_of", *found.X, *series]
    assert (found.table["opportunity_id"] == found.table["group"]).all()
    assert (found.table["as_of"] == found.table["time"]).all()
    pd.testing.assert_frame_equal(found.table[list(found.X)], found.X.reset_index(drop=True))


def test_no_feature_is_called_like_a_series() -> None:
    features = catalogue(GRADES, (Attribute("weight", "number"), Attribute("y", "number")))
    assert not {"y", "weight", "group", "time", "split"} & {feature.name for feature in features}


def test_weights_count_each_opportunity_and_sum_to_their_number() -> None:
    assert frame().weight.sum() == pytest.approx(frame().group.nunique())
    for fold in folds():
        assert fold.learn_weight.sum() == pytest.approx(frame().group.iloc[fold.learn].nunique())
        assert fold.judge_weight.mean() == pytest.approx(1)


def test_folds_are_the_sides_of_the_split() -> None:
    found, rounds = sides(), frame().rounds
    pairs = [*((each.past, each.next) for each in found.rounds), (found.train, found.test)]
    assert len(pairs) == len(rounds) + 1
    for fold, (past, following) in zip(folds(), pairs, strict=True):
        assert (fold.start, fold.end) == (past.end, following.end)
        for rows, side in ((fold.learn, past), (fold.judge, following)):
            pd.testing.assert_frame_equal(frame().X.iloc[rows], side.X)
            assert (frame().y.iloc[rows].to_numpy() == side.rows["won"].to_numpy()).all()
        assert (fold.learn_weight == past.rows["sample_weight"].to_numpy()).all()
        assert (fold.judge_weight == following.rows["weight"].to_numpy()).all()


@pytest.mark.parametrize("number", range(5))
def test_what_a_fold_learns_from_is_what_was_known_when_its_window_began(number: int) -> None:
    fold = folds()[number]
    known = simulated_history().until(fold.start)
    side = Side.of(Snapshots.weekly(known, fold.start), None, fold.start)
    assert (frame().y.iloc[fold.learn].to_numpy() == side.rows["won"].to_numpy()).all()
    assert (fold.learn_weight == side.rows["sample_weight"].to_numpy()).all()
    pd.testing.assert_frame_equal(frame().X.iloc[fold.learn], side.X, check_categorical=False)


def test_no_opportunity_is_learned_from_and_judged_and_windows_follow_each_other() -> None:
    group, time = frame().group, frame().time
    for fold in folds():
        learn, judge = fold
        assert not set(group.iloc[learn]) & set(group.iloc[judge])
        assert time.iloc[learn].max() <= fold.start < time.iloc[judge].min()
        assert time.iloc[judge].max() <= fold.end
    assert [fold.end for fold in frame().rounds] == [fold.start for fold in folds()[1:]]


def test_each_row_has_the_name_of_the_window_that_judges_it() -> None:
    names = frame().split
    assert [fold.name for fold in folds()] == [*(f"calibrate {number}" for number in range(1, 5)), "test"]
    for fold in folds():
        assert np.array_equal(np.flatnonzero(names == fold.name), np.sort(fold.judge))
    for_the_test = np.flatnonzero(~names.isin(["test", "served"]))
    assert np.array_equal(for_the_test, np.sort(frame().test.learn))
    served = (
        simulated_history()
        .opportunities.set_index("opportunity_id")
        .loc[frame().group[(names == "served").to_numpy()], "closed_at"]
    )
    assert (served > frame().test.start).all()


def test_a_win_model_on_the_frame_is_the_one_that_was_tested() -> None:
    trained, found = trained_model(), frame()
    recipe = untrained(trained.history.playbook, trained.history.attributes, seed=0)
    log_odds = []
    for fold, past in zip(folds(), trained.past, strict=True):
        learn, judge = fold
        model: WinModel = clone(recipe).fit(found.X.iloc[learn], found.y.iloc[learn], fold.learn_weight)
        log_odds.append(model.decision_function(found.X.iloc[judge]))
        assert (log_odds[-1] == past.log_odds).all()
    rows = np.concatenate([fold.judge for fold in found.rounds])
    weight = np.concatenate([fold.judge_weight for fold in found.rounds])
    judged = pd.DataFrame({"opportunity": found.group.iloc[rows].to_numpy(), "weight": weight})
    model.calibrate(np.concatenate(log_odds[:-1]), found.y.iloc[rows], calibration_weight(judged))
    X_test = found.X.iloc[found.test.judge]
    assert trained.tested is not None
    pd.testing.assert_frame_equal(X_test, trained.features)
    assert (model.decision_function(X_test) == trained.tested.decision_function(trained.features)).all()
    told = trained.evaluation.rows
    assert (model.predict_proba(X_test)[:, 1] == told["model"].to_numpy()).all()
    assert (found.test.judge_weight == told["weight"].to_numpy()).all()


def test_a_win_model_on_all_rows_is_the_one_that_is_served() -> None:
    trained, found = trained_model(), frame()
    recipe = untrained(trained.history.playbook, trained.history.attributes, seed=0)
    model = clone(recipe).fit(found.X, found.y, found.weight)
    served = trained.bundle.model
    assert model.blend_.linear == served.blend_.linear
    assert model.blend_.trees.model_to_string() == served.blend_.trees.model_to_string()


def test_scikit_learn_takes_the_folds_as_a_split() -> None:
    found, model = frame(), logistic_regression()
    scores = cross_val_score(model, found.X, found.y, cv=found.rounds, scoring="neg_log_loss")
    by_hand = []
    for learn, judge in found.rounds:
        model.fit(found.X.iloc[learn], found.y.iloc[learn])
        told = model.predict_proba(found.X.iloc[judge])[:, 1]
        by_hand.append(np.log(np.where(found.y.iloc[judge] == 1, told, 1 - told)).mean())
    assert scores == pytest.approx(by_hand)
    assert len(cross_val_score(model, found.X, found.y, cv=[*found.rounds, found.test])) == 5


def test_parameters_are_chosen_by_the_rounds_with_weights() -> None:
    found = frame()
    search = GridSearchCV(logistic_regression(), {"logisticregression__C": [0.01, 1]}, cv=found.rounds)
    search.fit(found.X, found.y, logisticregression__sample_weight=found.weight)
    assert search.n_splits_ == 4


def test_a_history_without_outcomes_gives_no_rows() -> None:
    history = simulated_history()
    known = history.until(history.first_creation)
    found = Frame.of(split(Snapshots.weekly(known)))
    assert (len(found), found.rounds, found.y.tolist(), found.weight.tolist()) == (0, (), [], [])
    assert [rows.tolist() for rows in found.test] == [[], []]
    assert list(found.table) == list(frame().table)
    assert list(found.split.cat.categories) == ["train", "test", "served"]
