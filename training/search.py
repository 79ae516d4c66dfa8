"""Search for the parameters of a model with which it does best in the windows of time before the test."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import optuna

from winprob.features.company_features import with_features
from winprob.features.history import History
from winprob.features.instant import Instant
from winprob.features.mistake import Mistake
from winprob.models.win.win_model import WinModel
from winprob.training.learn.recipe import configured, untrained
from winprob.training.learn.rolling_origin import past_models
from winprob.training.progress import Progress, silent
from winprob.training.weekly.known_history import known_history
from winprob.training.weekly.snapshots import MOST_SNAPSHOTS, Snapshots
from winprob.training.weekly.splits import CUTS, Round, split

Range = tuple[float, float]
Space = Mapping[str, Range]

SPACE: Space = MappingProxyType(
    {
        "trees": (40, 400),
        "learning_rate": (0.03, 0.3),
        "leaves": (4, 32),
        "minimum_leaf": (0.5, 20.0),
        "column_share": (0.1, 1.0),
        "ridge": (0.5, 50.0),
        "priors.coefficient": (0.08, 0.8),
        "priors.stated_slope": (0.1, 2.0),
        "shrinkage.trees": (0.05, 1.0),
        "shrinkage.half_trees_at": (20.0, 1000.0),
        "calibration.slope": (0.05, 1.0),
        "calibration.mean": (0.01, 0.5),
    }
)
"""What is searched, from where to where, in equal steps of the logarithm: about a factor of three around the
usual value, and more where an ablation found it to matter little. `priors.misfit` moves ranges alone, and
`shrinkage.missing` only documents that lack a part, which no window has."""

FIRST_TRIALS = 5
"""So many trials are run to the end before any is pruned: a median of fewer is an accident."""


@dataclass(frozen=True, eq=False)
class Trial:
    """A set of parameters that was tried.

    Attributes
    ----------
    number : int
        Counted from 0; the first has the parameters that the search began with.
    parameters : dict of str to value
    losses : tuple of float
        Log loss in each window that was looked at, in the order of time.
    pruned : bool
        Whether it was given up, as it was behind the median of the trials before.
    """

    number: int
    parameters: dict[str, float]
    losses: tuple[float, ...]
    pruned: bool

    @property
    def log_loss(self) -> float:
        """Mean over the windows."""
        return float(np.mean(self.losses))


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search found.

    Attributes
    ----------
    trials : tuple of Trial
    best : Trial
        With the lowest log loss of those that were run to the end. The best of many is a little too good:
        what it is worth, its test says.
    model : WinModel
        With the best parameters, not fitted: ``wp.train(history, model=searched.model)``.
    importance : dict of str to float
        Shares of the differences between trials that each parameter explains, the largest first (fANOVA;
        Hutter, Hoos and Leyton-Brown, ICML 2014); empty after fewer than `FIRST_TRIALS` trials.
    """

    trials: tuple[Trial, ...]
    best: Trial
    model: WinModel
    importance: dict[str, float]


def search(
    history: History,
    trials: int = 40,
    as_of: Instant | None = None,
    *,
    space: Space = SPACE,
    leave_out: tuple[str, ...] = (),
    seed: int = 0,
    tell: Callable[[Trial], object] = lambda _: None,
    progress: Progress = silent,
) -> Searched:
    """Search by how models of the past did in the windows after them; the test is never looked at.

    Each trial trains a model at each cut of time before the test, on what was known then, and measures the
    log loss in the window after it, as training does to calibrate. One that is behind the median of earlier
    trials after a window is given up. The first trial has the parameters of the playbook's ``[model]``, so
    that what is found is never worse there.

    Parameters
    ----------
    history : History
    trials : int
        How many sets of parameters are tried.
    as_of : str, datetime or pandas.Timestamp, optional
        Nothing recorded later is known, as for `winprob.training.fit.train`.
    space : mapping of str to (float, float)
        What is searched.
    leave_out : tuple of str
        Columns that become known only at closing.
    seed : int
        The same history, space and seed give the same trials.
    tell : callable
        Told of each trial as it ends.
    progress : callable
        Told before each trial.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no trial to run, or too little has closed before the test.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> history = History.of(load_playbook(), simulate(opportunities=200, years=2).tables)
    >>> found = search(history, trials=2, space={"ridge": (1.0, 10.0)})
    >>> len(found.trials), found.best.log_loss <= found.trials[0].log_loss
    (2, True)
    """
    if trials < 1:
        raise Mistake(f"trials: expected 1 or more, found {trials}")
    known = known_history(with_features(history), as_of, leave_out)
    rounds, start = _rounds(known), configured(history.playbook)
    study = _study(seed)
    study.enqueue_trial({name: _value(start, name) for name in space}, skip_if_exists=False)
    told: list[Trial] = []

    def run(trial: optuna.Trial) -> float:
        progress(f"trial {trial.number + 1} of {trials}", trial.number, trials)
        parameters = {name: _suggest(trial, name, between) for name, between in space.items()}
        model = configured(history.playbook, parameters)
        recipe = untrained(history.playbook, known.attributes, model=model)
        losses: list[float] = []
        for step, past in enumerate(past_models(recipe, rounds)):
            losses.append(past.log_loss)
            trial.report(float(np.mean(losses)), step)
            if trial.should_prune():
                break
        told.append(Trial(trial.number, parameters, tuple(losses), len(losses) < len(rounds)))
        tell(told[-1])
        if told[-1].pruned:
            raise optuna.TrialPruned
        return told[-1].log_loss

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # A start outside the space is tried as it is.
        warnings.filterwarnings("ignore", "Fixed parameter .* is out of range")
        study.optimize(run, n_trials=trials)
    best = min((trial for trial in told if not trial.pruned), key=lambda trial: trial.log_loss)
    model = configured(history.playbook, best.parameters)
    return Searched(tuple(told), best, model, _importance(study, len(told)))


def _rounds(known: History) -> list[Round]:
    """The cuts of training, but for the last: the window after that is the test."""
    snapshots = Snapshots.weekly(known, known.last_event, MOST_SNAPSHOTS)
    rounds = [each for each in split(snapshots, CUTS).rounds if each.tells]
    if not rounds:
        raise Mistake(
            "history: expected deals won and lost, and others that closed later, before the test, found too "
            "few to search by; train with the usual parameters"
        )
    return rounds


def _study(seed: int) -> optuna.Study:
    logging.getLogger("optuna").setLevel(logging.WARNING)
    return optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=FIRST_TRIALS),
    )


def _value(model: WinModel, name: str) -> float:
    return float(model.get_params()[name.replace(".", "__")])


def _suggest(trial: optuna.Trial, name: str, between: Range) -> float:
    low, high = between
    if name in ("trees", "leaves"):
        return trial.suggest_int(name, int(low), int(high), log=True)
    return trial.suggest_float(name, low, high, log=True)


def _importance(study: optuna.Study, trials: int) -> dict[str, float]:
    if trials < FIRST_TRIALS:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    found: dict[str, Any] = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(share) for name, share in found.items()}
