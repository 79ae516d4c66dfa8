"""A small bundle, trained on a small simulated company: real, and made in a second or two."""

from __future__ import annotations

from functools import cache

import pandas as pd

from winprob.features.build import build, catalogue, open_snapshots
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.manifest import Data, DatedSplit, Manifest, Window
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.measure.rules import StageWinRates
from winprob.models.win.win_model import WinModel
from winprob.training.judge.card import draw_up
from winprob.training.judge.evaluation import evaluate, rule_probabilities
from winprob.training.learn.closing import learn_closing_times
from winprob.training.learn.recipe import relative_to
from winprob.training.simulation import simulate
from winprob.training.simulation.simulated import Simulated
from winprob.training.weekly.snapshots import Snapshots

CUT = pd.Timestamp("2024-01-01", tz="UTC")


@cache
def simulated_history() -> History:
    """Two years of 300 opportunities."""
    return History.of(load_playbook(), simulated_company().tables)


@cache
def trained_bundle() -> Bundle:
    """Trained on the first year, calibrated on the second."""
    history = simulated_history()
    won = (simulated_company().outcomes["outcome"] == "won").to_numpy()
    looks = pd.date_range(history.opportunities["created_at"].min(), history.last_event, freq="28D")[1:]
    snapshots = pd.concat([open_snapshots(history, look) for look in looks], ignore_index=True)
    X, y = build(history, snapshots=snapshots), won[snapshots["opportunity"]]
    early = (snapshots["at"] < CUT).to_numpy()
    directions = {
        feature.name: feature.direction for feature in catalogue(history.playbook, history.attributes)
    }
    within = relative_to(history.playbook, history.attributes)
    model = WinModel(directions, trees=60, learning_rate=0.1, ridge=5.0, relative_to=within)
    model.fit(X[early], y[early])
    model.calibrate(model.decision_function(X[~early]), y[~early])
    one = pd.Series(1.0, index=X.index)
    won_later = pd.Series(y[~early].astype(float), index=X.index[~early])
    rules = rule_probabilities(X[early], pd.Series(y[early]), one[early], X[~early])
    evaluation = evaluate(won_later, one[~early], model.predict_proba(X[~early])[:, 1], rules)
    window = Window(end=CUT, rows=int(early.sum()), opportunities=100)
    later = Window(start=CUT, end=history.last_event, rows=int((~early).sum()), opportunities=200)
    manifest = Manifest.of(
        model,
        history.playbook,
        history.attributes,
        metrics={"model": evaluation.model, "competition": None},
        data=Data(
            rows=len(X), opportunities=300, won=int(won.sum()), lost=int((~won).sum()), open=0, digest="d"
        ),
        validation=DatedSplit(train=window, calibrate=(later,), test=later, served=window),
    )
    card = draw_up(model, history.playbook, manifest, evaluation, X[~early])
    stage_win_rates = StageWinRates.fit(X[early], y[early])
    closing = learn_closing_times(Snapshots.weekly(history, CUT))
    trained_model = TrainedModel(model, history.playbook, history.attributes, stage_win_rates, closing)
    return Bundle.of(trained_model, manifest, card)


@cache
def simulated_company() -> Simulated:
    """Two years of 300 opportunities, with what the simulator knows of them."""
    return simulate(opportunities=300, years=2, seed=1)
