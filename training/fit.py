"""Train a model on a dated history: learn, calibrate by how earlier models did, test on what came last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin

from winprob.features.company_features import with_features
from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import Instant
from winprob.features.record import documents_of
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.leaks import Leaks
from winprob.models.bundle.manifest import Data, DatedSplit, Manifest, Window
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.closing.closing_check import ClosingCheck
from winprob.models.closing.closing_times import ClosingTimes
from winprob.models.coaching.gains import SHRINKAGE, GainShrinkage, log_odds_added
from winprob.models.own_estimator.own_estimator import Contributions
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.training.digest import digest
from winprob.training.judge.card import draw_up
from winprob.training.judge.evaluation import Evaluation, evaluate, rule_probabilities
from winprob.training.leaks.first_snapshots import first_snapshots
from winprob.training.leaks.peeking import refuse_peeking
from winprob.training.leaks.search import settle
from winprob.training.learn.closing import check_closing_times, learn_closing_times
from winprob.training.learn.fitting import FitMap
from winprob.training.learn.learning import Learned, learn
from winprob.training.learn.recipe import model_parameters
from winprob.training.learn.rolling_origin import Past
from winprob.training.progress import Progress, silent
from winprob.training.weekly.known_history import known_history
from winprob.training.weekly.leave_out import leave_out as without
from winprob.training.weekly.splits import CUTS, Side, Split

OPEN_DEALS = 400
"""Of so many open deals the average of what an action adds is told to a twentieth of its spread."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A model with the proof of how good such models are.

    Attributes
    ----------
    bundle : Bundle
        The model that is served and what gives its answers their meaning. It learned from all that is known.
    evaluation : Evaluation
        On rows that the models that were tested did not learn from.
    features : pandas.DataFrame
        The matrix of those rows.
    snapshots : pandas.DataFrame
        When those rows are of: ``opportunity`` (row number in `history`) and ``at``.
    history : History
        What was known.
    parameters : dict of str to value
        How the model was made.
    past : tuple of Past
        Models of the past, of the same recipe, each with the window of time after it; none where nothing is
        dated.
    closing_times : ClosingTimes, optional
        The tested model's: they know nothing of the test.
    """

    bundle: Bundle
    evaluation: Evaluation
    features: pd.DataFrame
    snapshots: pd.DataFrame
    history: History
    parameters: dict[str, Any]
    past: tuple[Past, ...] = ()
    closing_times: ClosingTimes | None = None

    @property
    def tested(self) -> CalibratedClassifier | None:
        """The model whose answers were tested, and which knows nothing of the test.

        None where the answers are of several models, by cross-validation.
        """
        return self.past[-1].model if self.past else None


def train(
    history: History,
    as_of: Instant | None = None,
    *,
    model: ClassifierMixin | None = None,
    explain: Contributions = "shap",
    features: str | Path | None = None,
    allow: Collection[str] = (),
    leave_out: Sequence[str] = (),
    cuts: Sequence[float] = CUTS,
    seed: int | None = None,
    progress: Progress = silent,
    fit_map: FitMap = map,
) -> Trained:
    """Train a model on what was known at a moment.

    The calibration is learned from the past: at each earlier cut of time a model of the same kind learned
    from what was known then, and its log-odds of the window after it are put beside what happened. The line
    through all of them calibrates the model that is tested, which learns from everything before the test.
    The rules that it is compared with learn from the same rows. The model that is served is of the same
    recipe once more, on everything that is known: the last window of endings is the one that says most of
    the opportunities that are open now. A feature that seems to know the ending is
    refused.

    Parameters
    ----------
    history : History
    as_of : str, datetime or pandas.Timestamp, optional
        Nothing recorded later is known; of the company's time zone if it says none. Everything is if left
        out. Either way time ends with the last event known: of a time without any there is nothing to learn.
    model : classifier, optional
        Not fitted: all models that are fitted have its parameters, such as ``wp.WinModel(trees=300)``. What
        it does not say of columns (`directions`, `start`, `families`, `relative_to`) the catalogue does. Or
        any classifier of scikit-learn's kind, see `winprob.models.own_estimator.own_estimator.OwnEstimator`.
        A win model with the parameters of the playbook's ``[model]`` if left out.
    explain : {"shap", "none"}
        Whether a classifier that is no win model must have exact contributions, or may answer without.
    features : str or pathlib.Path, optional
        A Python file that declares features, see `winprob.features.company_features.with_features`.
    allow : collection of str
        Features that may seem to know the ending, see `winprob.training.leaks`.
    leave_out : sequence of str
        Columns of ``opportunities`` that become known only at closing, see
        `winprob.training.weekly.leave_out`.
    cuts : sequence of float
        Where windows of time end, as shares of the time that is known; see
        `winprob.training.weekly.splits.split`.
    seed : int, optional
        The same history and seed give the same model to the last bit; the model's own if left out.
    progress : callable
        Told before each step.
    fit_map : callable
        Has the models fitted, see `winprob.training.learn.fitting`; one after the other if left out.

    Raises
    ------
    winprob.training.weekly.known_history.TooLittleHistory
        If no opportunity had been created yet. Any number of endings will do, even none: the answers are then
        the stages' fixed percentages.
    winprob.training.leaks.Leaking
        If features that are not allowed seem to know the ending; gives the evidence.
    winprob.features.mistake.Mistake
        If a module of features cannot be used, or one of its features looks at what was recorded later.
    winprob.models.own_estimator.own_estimator.UnusableEstimator
        If a classifier cannot be fitted to these rows or tells no probabilities.
    winprob.models.own_estimator.shap_values.NoExactContributions
        If it has no exact contributions, and `explain` asks for them.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> trained = train(History.of(load_playbook(), simulate(opportunities=200, years=2).tables))
    >>> list(trained.evaluation.metrics)
    ['model', 'stage', 'competition', 'stage_win_rate', 'base_rate']
    """
    history = with_features(history, features)
    known = known_history(history, as_of, leave_out)
    progress("features", 0, 1)
    refuse_peeking(known)
    # All that is there, not only what is known: a column without dates is as it was filled in since.
    leaks = settle(first_snapshots(without(history, leave_out)), allow, leave_out)
    learned = learn(known, cuts, seed, progress, model, explain, fit_map)
    sides, X_test = learned.sides, learned.sides.test.X
    evaluation = _evaluate(learned)
    times = learn_closing_times(sides.train.snapshots, sides.train.end)
    check = None if times is None else check_closing_times(times, sides.test)
    usual = usual_levers(learned.trained_model, known, learned.tested.seed)
    manifest = _manifest(learned.trained_model.model, known, sides, evaluation, leaks, check, usual)
    card = draw_up(learned.tested, known.playbook, manifest, evaluation, X_test)
    bundle = Bundle.of(learned.trained_model, manifest, card)
    parameters = {"cuts": " ".join(map(str, cuts)), **model_parameters(bundle.model)}
    snapshots = sides.test.rows.reset_index(drop=True)
    return Trained(bundle, evaluation, X_test, snapshots, known, parameters, learned.past, times)


def _evaluate(learned: Learned) -> Evaluation:
    """Test a model beside the rules that learned from the same rows."""
    train, test = learned.sides.train, learned.sides.test
    X_test = test.X
    rules = rule_probabilities(train.X, train.rows["won"], train.rows["weight"], X_test)
    won, weight = (test.rows[name].set_axis(X_test.index) for name in ("won", "weight"))
    return evaluate(won, weight, learned.tested.predict_proba(X_test)[:, 1], rules)


def _manifest(
    model: CalibratedClassifier,
    history: History,
    sides: Split,
    evaluation: Evaluation,
    leaks: Leaks,
    closing: ClosingCheck | None,
    levers: dict[str, float],
) -> Manifest:
    outcomes = history.texts(OPPORTUNITIES, "outcome")
    at = sides.known.rows["at"]
    data = Data(
        rows=len(at),
        opportunities=len(history),
        won=int(outcomes.equal_to("won").sum()),
        lost=int(outcomes.equal_to("lost").sum()),
        open=len(history.open_at(sides.test.end)),
        digest=digest(history),
        first_moment=at.min() if len(at) else None,
        last_moment=at.max() if len(at) else None,
        as_of=sides.test.end,
    )
    windows = DatedSplit(
        train=_window(sides.train),
        calibrate=tuple(_window(each.next) for each in sides.rounds),
        test=_window(sides.test),
        served=_window(sides.known),
    )
    return Manifest.of(
        model,
        history.playbook,
        history.attributes,
        metrics=evaluation.metrics,
        data=data,
        validation=windows,
        leaks=leaks,
        closing=closing,
        levers=levers,
    )


def usual_levers(
    trained_model: TrainedModel, history: History, seed: int, shrinkage: GainShrinkage = SHRINKAGE
) -> dict[str, float]:
    """Find what each action adds to the log-odds on average, over the deals that are open at the end.

    Parameters
    ----------
    trained_model : TrainedModel
        What is served.
    history : History
        What is known.
    seed : int
        Draws at most `OPEN_DEALS` of the open deals.
    shrinkage : GainShrinkage

    Returns
    -------
    dict of str to float
        By the code of an action of `winprob.models.coaching.levers`; only those that can be done to one of
        the deals.
    """
    end = history.last_event
    drawn = np.random.default_rng(seed).permutation(history.open_at(end))[:OPEN_DEALS]
    documents = documents_of(history, drawn, end)
    added = pd.DataFrame(
        [
            (action.code, log_odds)
            for _, own in log_odds_added(trained_model, documents, shrinkage)
            for action, log_odds in own
        ],
        columns=["code", "log_odds"],
    )
    return {str(code): float(mean) for code, mean in added.groupby("code")["log_odds"].mean().items()}


def _window(side: Side) -> Window:
    return Window(start=side.start, end=side.end, rows=len(side), opportunities=side.opportunities)
