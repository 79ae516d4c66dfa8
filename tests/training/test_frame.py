from __future__ import annotations

import pandas as pd
import pytest
from bundles import simulated_history
from leaking import loss_reason, planted

import winprob as wp
from winprob.features.mistake import Mistake
from winprob.training.fit import train
from winprob.training.frame import frame
from winprob.training.leaks.search import Leaking
from winprob.training.weekly.known_history import TooLittleHistory

AS_OF = "2024-09-30"


@pytest.mark.long
def test_it_has_the_rows_that_training_has_with_all_that_can_be_asked_of_it() -> None:
    history, cuts = planted(200, 1, loss_reason=loss_reason), (0.4, 0.6, 0.8)
    trained = train(history, AS_OF, leave_out=["loss_reason"], cuts=cuts)
    found = frame(history, AS_OF, leave_out=["loss_reason"], cuts=cuts)
    pd.testing.assert_frame_equal(found.X.iloc[found.test.judge], trained.features)
    assert len(found.rounds) == 2
    for fold, past in zip((*found.rounds, found.test), trained.past, strict=True):
        pd.testing.assert_frame_equal(found.X.iloc[fold.learn], past.round.past.X)
        pd.testing.assert_frame_equal(found.X.iloc[fold.judge], past.round.next.X)
        assert (fold.learn_weight == past.round.past.rows["sample_weight"].to_numpy()).all()


def test_what_comes_after_as_of_changes_nothing() -> None:
    history = simulated_history()
    found, then = frame(history, AS_OF), frame(history.until(AS_OF))
    pd.testing.assert_frame_equal(found.table, then.table)
    assert found.time.max() <= history.moment(AS_OF)


def test_features_that_know_the_outcome_are_refused_unless_allowed_or_left_out() -> None:
    history = planted(400, 1, loss_reason=loss_reason)
    with pytest.raises(Leaking, match=r"L001 filled_at_closing, attribute\.loss_reason: "):
        frame(history)
    assert "attribute.loss_reason" in frame(history, allow=["attribute.loss_reason"]).X
    assert "attribute.loss_reason" not in frame(history, leave_out=["loss_reason"]).X


def test_a_name_that_is_no_feature_is_refused() -> None:
    with pytest.raises(Mistake, match="allow: expected the name of a feature, found 'emploees'"):
        frame(simulated_history(), allow=["emploees"])


def test_before_the_first_creation_there_is_nothing() -> None:
    with pytest.raises(TooLittleHistory, match="found 2022-12-31; choose a later one"):
        frame(simulated_history(), "2022-12-31")


def test_it_is_imported_as_one_would_expect() -> None:
    assert wp.frame is frame
