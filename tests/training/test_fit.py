from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from leaking import final_price, loss_reason, planted
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from small import GRADES
from trainings import trained_model

from winprob.features.build import build
from winprob.features.history import History
from winprob.features.record import document_of
from winprob.models.bundle.manifest import DatedSplit
from winprob.models.coaching.gains import log_odds_added
from winprob.models.measure.metrics import measure
from winprob.models.measure.rules import StageWinRates
from winprob.models.own_estimator.shap_values import NoExactContributions
from winprob.models.win.win_model import WinModel
from winprob.training.digest import digest
from winprob.training.fit import train, usual_levers
from winprob.training.leaks.search import Leaking
from winprob.training.simulation import simulate
from winprob.training.weekly.known_history import TooLittleHistory
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import split


def test_what_is_told_of_the_test_is_what_the_tested_model_said() -> None:
    trained = trained_model()
    rows = trained.evaluation.rows
    matrix = build(trained.history, snapshots=trained.snapshots)
    pd.testing.assert_frame_equal(matrix, trained.features)
    assert trained.tested is not None
    probability = trained.tested.predict_proba(matrix)[:, 1]
    assert (probability == rows["model"].to_numpy()).all()
    assert trained.evaluation.model == measure(rows["won"], probability, rows["weight"])
    assert trained.bundle.manifest.metrics == trained.evaluation.metrics


def test_the_tested_model_knows_nothing_of_the_test() -> None:
    history, trained = simulated_history(), trained_model()
    last_cut = split(Snapshots.weekly(history)).test.start
    retold = history.opportunities["closed_at"] > last_cut
    outcome = history.opportunities["outcome"]
    swapped = outcome.mask(retold, outcome.map({"won": "lost", "lost": "won"}))
    again = train(history.with_table("opportunities", history.opportunities.assign(outcome=swapped)))
    assert trained.tested is not None
    assert again.tested is not None
    assert again.tested.blend_.linear == trained.tested.blend_.linear
    assert again.tested.calibration_ == trained.tested.calibration_
    assert again.bundle.model.blend_.linear != trained.bundle.model.blend_.linear


@pytest.mark.long
def test_it_beats_the_rules_on_what_came_later() -> None:
    company = History.of(GRADES, simulate(opportunities=1500, years=3, seed=4).tables)
    assert train(company).evaluation.unbeaten == {}


def test_two_runs_give_the_same_model_to_the_last_bit() -> None:
    again = train(simulated_history())
    first = trained_model()
    assert (
        again.bundle.model.blend_.trees.model_to_string() == first.bundle.model.blend_.trees.model_to_string()
    )
    assert again.bundle.model.blend_.linear == first.bundle.model.blend_.linear
    assert again.bundle.model.calibration_ == first.bundle.model.calibration_
    assert again.evaluation.metrics == first.evaluation.metrics
    assert again.bundle.manifest.data == first.bundle.manifest.data


def test_usual_levers_are_the_average_of_the_open_deals() -> None:
    bundle, history = trained_model().bundle, trained_model().history
    end = history.last_event
    added: dict[str, list[float]] = {}
    for row in history.open_at(end):
        ((_, own),) = log_odds_added(bundle, [document_of(history, int(row), end)])
        for action, log_odds in own:
            added.setdefault(action.code, []).append(log_odds)
    assert len(added) > 10
    assert bundle.manifest.levers == pytest.approx({code: np.mean(each) for code, each in added.items()})
    assert usual_levers(bundle, history, seed=3) == pytest.approx(bundle.manifest.levers)


def test_nothing_recorded_after_as_of_is_known() -> None:
    history = simulated_history()
    as_of = history.opportunities["created_at"].min() + pd.Timedelta(weeks=80)
    with_future, without = train(history, as_of), train(history.until(as_of), as_of)
    assert with_future.evaluation.metrics == without.evaluation.metrics
    assert with_future.bundle.manifest.data == without.bundle.manifest.data
    assert with_future.bundle.manifest.levers == without.bundle.manifest.levers
    assert with_future.snapshots["at"].max() <= as_of
    assert with_future.history.last_event <= as_of


def test_time_in_which_nothing_was_recorded_is_not_learned_from() -> None:
    later = train(simulated_history(), "2099-01-01")
    assert later.bundle.manifest.data == trained_model().bundle.manifest.data


def test_an_opportunity_with_a_wrong_date_is_not_learned_from() -> None:
    history = simulated_history()
    begun, closed = pd.to_datetime(["1990-01-01", "1990-06-01"], utc=True).as_unit("us")
    wrong = history.opportunities.iloc[[0]].assign(opportunity_id="W", created_at=begun, closed_at=closed)
    opportunities = pd.concat([history.opportunities, wrong], ignore_index=True)
    recorded = {name: np.append(flags, flags[0]) for name, flags in history.recorded.items()}
    trained = train(replace(history.with_table("opportunities", opportunities), recorded=recorded))
    assert trained.evaluation.metrics == trained_model().evaluation.metrics
    assert trained.bundle.manifest.data == trained_model().bundle.manifest.data


def test_the_manifest_tells_what_was_learned_from() -> None:
    trained, history = trained_model(), simulated_history()
    data, sides = trained.bundle.manifest.data, split(Snapshots.weekly(history))
    outcome = history.opportunities["outcome"]
    assert (data.opportunities, data.won, data.lost) == (
        300,
        (outcome == "won").sum(),
        (outcome == "lost").sum(),
    )
    assert data.won + data.lost + data.open == 300
    assert data.as_of == history.last_event
    assert data.digest == digest(history.until(history.last_event))
    windows = trained.bundle.manifest.validation
    assert isinstance(windows, DatedSplit)
    told = (windows.train, *windows.calibrate, windows.test, windows.served)
    expected = (sides.train, *(each.next for each in sides.rounds), sides.test, sides.known)
    for window, side in zip(told, expected, strict=True):
        assert (window.start, window.end) == (side.start, side.end)
        assert (window.rows, window.opportunities) == (len(side), side.opportunities)
    assert data.rows == len(sides.known)
    assert trained.bundle.manifest.learned == sides.known.opportunities


def test_the_rules_know_what_the_model_knows() -> None:
    history = simulated_history()
    seen = split(Snapshots.weekly(history)).known.rows
    rule = StageWinRates.fit(build(history, snapshots=seen), seen["won"], seen["weight"])
    assert trained_model().bundle.stage_win_rates.rates == pytest.approx(rule.rates)
    assert trained_model().bundle.stage_win_rates.base_rate == pytest.approx(rule.base_rate)


def test_parameters_tell_how_the_model_was_made() -> None:
    own = WinModel(start="stage_percentage").get_params()
    for not_a_number in ("directions", "families", "relative_to", "priors", "shrinkage", "calibration"):
        del own[not_a_number]
    assert trained_model().parameters == {"cuts": "0.25 0.4 0.55 0.7 0.85", **own}
    assert own["priors__coefficient"] == 0.25


def test_progress_is_told_step_by_step() -> None:
    told: list[tuple[str, int, int]] = []
    train(simulated_history(), progress=lambda *step: told.append(step))
    rounds = [f"calibration {number} of 4" for number in (1, 2, 3, 4)]
    assert [name for name, _, _ in told] == ["features", *rounds, "model for the test", "model", "done"]
    assert all(later == before + 1 for (_, before, _), (_, later, _) in pairwise(told))
    assert told[-1][1:] == (7, 7)


def test_before_anything_has_closed_the_answer_is_the_stage_percentage() -> None:
    history = simulated_history()
    early = history.opportunities["created_at"].min() + pd.Timedelta(days=2)
    trained = train(history, early)
    assert (trained.bundle.manifest.learned, trained.evaluation.model.rows) == (0, 0)
    assert trained.evaluation.model.remarks == ("nothing measured: no opportunity of the test has ended yet",)
    X = build(history, as_of=early)
    found = trained.bundle.model.predict_proba(X)[:, 1]
    assert found == pytest.approx(X["stage_percentage"].to_numpy(float), abs=1e-12)


def test_a_time_before_the_first_creation_is_refused() -> None:
    with pytest.raises(
        TooLittleHistory, match="as_of: expected a time after the first creation, found 1990-01-01"
    ):
        train(simulated_history(), "1990-01-01")


def test_a_feature_that_knows_the_ending_is_refused_before_anything_is_learned() -> None:
    told: list[str] = []
    with pytest.raises(Leaking) as refused:
        train(planted(300, 1, reason=loss_reason), progress=lambda doing, *_: told.append(doing))
    assert {finding.feature for finding in refused.value.findings} == {"attribute.reason"}
    assert told == ["features"]


def test_leaks_that_are_allowed_or_left_out_stay_in_the_manifest() -> None:
    history = planted(300, 1, reason=loss_reason, price=final_price)
    trained = train(history, allow=["attribute.price"], leave_out=["reason"])
    leaks = trained.bundle.manifest.leaks
    assert leaks is not None
    assert set(leaks.codes_by_feature) == {"attribute.price"}
    assert leaks.left_out == ("reason",)
    assert "attribute.price" in trained.features
    assert "attribute.reason" not in trained.features


def test_what_was_filled_in_after_as_of_is_found_by_what_is_open_now() -> None:
    """As of then all of these were open, and the column has no date: it is as it was filled in since."""
    history = planted(300, 1, handover=lambda outcome, _: np.where(outcome == "", np.nan, 1.0))
    early = history.opportunities["created_at"].min() + pd.Timedelta(weeks=60)
    with pytest.raises(Leaking, match=r"L001 filled_at_closing, attribute\.handover"):
        train(history, early)


@pytest.mark.parametrize("closed", [1, 5, 20])
def test_any_number_of_endings_will_do(closed: int) -> None:
    history = simulated_history()
    times = history.opportunities["closed_at"].dropna().sort_values()
    trained = train(history, times.iloc[closed - 1])
    data = trained.bundle.manifest.data
    assert data.won + data.lost == closed
    p = trained.bundle.model.predict_proba(trained.features)[:, 1]
    assert ((p > 0) & (p < 1)).all()


def test_any_classifier_is_trained_tested_and_served_like_the_win_model() -> None:
    history = simulated_history()
    trained = train(history, model=LogisticRegression(C=0.1, max_iter=2000), seed=3)
    assert trained.parameters.items() >= {"estimator": "LogisticRegression", "estimator__C": 0.1}.items()
    assert trained.tested is not None
    tested = trained.tested.predict_proba(trained.features)[:, 1]
    assert (tested == trained.evaluation.rows["model"]).all()
    assert trained.evaluation.rows.index.equals(trained_model().evaluation.rows.index)
    assert trained.bundle.model.calibration_.slope != 1.0
    assert trained.bundle.card.families
    assert trained.bundle.manifest.levers


def test_a_classifier_without_exact_contributions_is_refused() -> None:
    with pytest.raises(NoExactContributions, match="GaussianNB: expected contributions that add up"):
        train(simulated_history(), model=GaussianNB())
