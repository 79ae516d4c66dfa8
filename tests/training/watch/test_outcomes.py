"""What has closed since a model learned: each opportunity once, by what was known before."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from trainings import losing_from, trained_before

from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.models.bundle.scoring import score
from winprob.training.learn.learning import learn
from winprob.training.simulation import simulate
from winprob.training.watch.outcomes import WINDOW, Outcomes, outcomes_since
from winprob.training.weekly.known_history import known_history

SINCE = pd.Timestamp("2024-03-31", tz="UTC")


@cache
def judged() -> Outcomes:
    return outcomes_since(trained_before().bundle, simulated_history(), SINCE)


def test_each_opportunity_is_judged_once_in_the_window_in_which_it_closed() -> None:
    rows = judged().rows
    assert rows["opportunity_id"].is_unique
    assert (
        (rows["closed_at"] > rows["at"]) & (rows["closed_at"] <= rows["at"] + pd.Timedelta(days=WINDOW))
    ).all()
    deals = simulated_history().opportunities
    end = SINCE + judged().windows * pd.Timedelta(days=WINDOW)
    due = deals[(deals["closed_at"] > SINCE) & (deals["closed_at"] <= end)]
    begun = SINCE + (due["closed_at"] - SINCE) // pd.Timedelta(days=WINDOW) * pd.Timedelta(days=WINDOW)
    assert set(rows["opportunity_id"]) == set(due["opportunity_id"][due["created_at"] <= begun])
    assert rows["closed_at"].is_monotonic_increasing


def test_the_claim_is_of_a_win_given_a_closing_in_the_window() -> None:
    row, history, bundle = judged().rows.iloc[5], simulated_history(), trained_before().bundle
    (place,) = np.flatnonzero(history.opportunities["opportunity_id"] == row["opportunity_id"])
    then = history.until(row["at"])
    scores = score(bundle, then, pd.DataFrame({"opportunity": [place], "at": [row["at"]]}))
    assert scores.outlook is not None
    won, lost = (shares[0, 0] for shares in scores.outlook.shares_within([WINDOW]))
    p = scores.probability.iloc[0]
    assert row["claimed"] == pytest.approx(p * won / (p * won + (1 - p) * lost))


def test_what_comes_later_changes_no_verdict_on_what_came_before() -> None:
    early = outcomes_since(trained_before().bundle, simulated_history().until("2024-07-31"), SINCE)
    same = judged().rows.head(len(early))
    pd.testing.assert_frame_equal(early.rows, same)
    assert 0 < len(early) < len(judged())
    assert early.evidence <= judged().evidence


def test_a_changed_market_is_an_alarm_and_the_usual_one_is_not() -> None:
    changed = outcomes_since(trained_before().bundle, losing_from(simulated_history(), SINCE, 0.8), SINCE)
    assert judged().evidence < 20 < changed.evidence
    assert changed.log_loss > judged().log_loss
    assert changed.expected_won == pytest.approx(judged().expected_won, rel=0.05)  # but for track records


def test_log_loss_beside_what_the_model_expects_of_itself() -> None:
    rows = pd.DataFrame({"at": [SINCE] * 4, "claimed": [0.5, 0.5, 0.9, 0.9], "won": [1.0, 0.0, 1.0, 0.0]})
    seen = Outcomes(rows, 1)
    assert seen.log_loss == pytest.approx((2 * np.log(2) - np.log(0.9) - np.log(0.1)) / 4)
    mean, spread = seen.expected_log_loss
    assert mean == pytest.approx((np.log(2) - 0.9 * np.log(0.9) - 0.1 * np.log(0.1)) / 2)
    assert spread == pytest.approx(np.sqrt(2 * 0.09) * np.log(9) / 4)


def test_nothing_to_judge_is_no_evidence() -> None:
    bundle, history = trained_before().bundle, simulated_history()
    untimed = outcomes_since(replace(bundle, closing_times=None), history, SINCE)
    too_soon = outcomes_since(bundle, history.until("2024-04-10"), SINCE)
    for seen in (untimed, too_soon):
        assert (len(seen), seen.won, seen.expected_won, seen.evidence) == (0, 0, 0.0, 1.0)
        assert np.isnan([seen.log_loss, *seen.expected_log_loss]).all()
    assert (untimed.windows, too_soon.windows) == (judged().windows, 0)


@pytest.mark.long
def test_stable_companies_seldom_raise_an_alarm_and_changed_ones_mostly_do() -> None:
    alarms, found, companies = 0, 0, 8
    for seed in range(companies):
        known = known_history(History.of(load_playbook(), simulate(400, 2, seed).tables))
        past = known_history(known, "2024-03-31")
        model, since = learn(past).trained_model, past.last_event
        alarms += outcomes_since(model, known, since).evidence >= 20
        found += outcomes_since(model, losing_from(known, since, 0.6), since).evidence >= 20
    assert alarms <= 1
    assert found >= 5
