"""A training as the options ask for it: read, train, log and report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winprob.options import Engine
from winprob.terminal import out, print_json, read_history, working

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

    from winprob.features.history import History
    from winprob.features.playbook import Playbook
    from winprob.models.own_estimator.own_estimator import Contributions
    from winprob.training.fit import Trained
    from winprob.training.learn.fitting import FitMap
    from winprob.training.search import Searched
    from winprob.training.track.tracking import Logged

Step = Callable[[str, int, int], None]

KEPT = 4
"""Status of a training whose model did not take the champion's place."""


@dataclass(frozen=True)
class Asked:
    """What is to be trained, as the options say."""

    data: Path
    playbook: str | Playbook = "customer-grades"
    as_of: str | None = None
    mapping: Path | None = None
    allow: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    known_at_closing: tuple[str, ...] = ()
    estimator: str | ClassifierMixin | None = None
    explain: Contributions = "shap"
    features: Path | None = None
    engine: Engine = "local"
    scheduler: str | None = None

    def model(self, playbook: Playbook) -> ClassifierMixin:
        """The model that is asked for, not fitted."""
        from winprob.training.learn.named_estimator import named_estimator
        from winprob.training.learn.recipe import configured

        if self.estimator is None:
            return configured(playbook, self.parameters)
        if isinstance(self.estimator, str):
            return named_estimator(self.estimator, self.parameters)
        return self.estimator


def train_and_log(
    asked: Asked,
    name: str | None = None,
    tags: Mapping[str, str] = MappingProxyType({}),
    as_json: bool = False,
) -> bool:
    """Train, log and report; tell whether the model is champion now."""
    with working() as step:
        step("opening the registry", 0, 5)
        from winprob.training.track.kept_bundle import kept_if_not_logged
        from winprob.training.track.registry import check_registry
        from winprob.training.track.tracking import training_run

        check_registry()
        with training_run(run_name=name, tags={"data.path": str(asked.data.resolve()), **tags}) as opened:
            timed = opened.timed(step)
            trained = _trained(asked, timed)
            timed("logging in MLflow", 0, 1)
            with kept_if_not_logged(trained.bundle):
                logged = opened.log(trained)
    print_logged(trained, logged, as_json)
    if not as_json:
        out.print(f"What it knows, and what it is not for: {logged.card}", soft_wrap=True)
    return logged.decision.promoted


def print_logged(trained: Trained, logged: Logged, as_json: bool, searched: Searched | None = None) -> None:
    """Print what a training found, and what became of the model."""
    from winprob.training.track.report import as_data, report, searched_table

    if as_json:
        print_json(as_data(trained, logged, searched))
        return
    if searched is not None:
        out.print(searched_table(searched))
    out.print(report(trained))
    out.print(logged.sentence)


def _trained(asked: Asked, step: Step) -> Trained:
    if asked.mapping is not None and not asked.data.is_dir():
        from winprob.features.company_features import with_features
        from winprob.training.cross_validation import train_table
        from winprob.training.flat.flat_table import read_flat_table

        table = read_flat_table(asked.data, asked.mapping)
        table = replace(table, history=with_features(table.history, asked.features))
        model = asked.model(table.history.playbook)
        return train_table(
            table, model=model, explain=asked.explain, allow=asked.allow, seed=asked.seed, progress=step
        )
    step("reading", 0, 5)
    known, late = read_asked(asked)
    return fitted(asked, known, late, asked.model(known.playbook), step)


def fitted(
    asked: Asked,
    known: History,
    late: tuple[str, ...],
    model: ClassifierMixin,
    step: Step,
) -> Trained:
    """Train a model on a history that was read."""
    from winprob.training.fit import train as fit

    with _fit_map(asked) as fit_map:
        return fit(
            known,
            asked.as_of,
            model=model,
            explain=asked.explain,
            allow=asked.allow,
            leave_out=late,
            seed=asked.seed,
            progress=step,
            fit_map=fit_map,
        )


@contextmanager
def _fit_map(asked: Asked) -> Iterator[FitMap]:
    """What has the models fitted."""
    if asked.engine == "local":
        yield map
        return
    from winprob.dask_engine import cluster, fit_by_workers

    with cluster(asked.scheduler) as client:
        yield fit_by_workers(client)


def read_asked(asked: Asked) -> tuple[History, tuple[str, ...]]:
    """Read a history, and which of its columns become known only at closing."""
    from winprob.features.company_features import with_features
    from winprob.features.playbook import load_playbook
    from winprob.training.flat.mapping import HistoryMapping, load_history_mapping

    stated = HistoryMapping() if asked.mapping is None else load_history_mapping(asked.mapping)
    playbook = load_playbook(asked.playbook) if isinstance(asked.playbook, str) else asked.playbook
    late = (*stated.known_at_closing, *asked.known_at_closing)
    return with_features(read_history(asked.data, stated.applied_to(playbook)), asked.features), late
