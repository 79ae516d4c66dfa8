"""Tracking: the only writer to MLflow. Every model is logged and registered, the better one made champion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from winprob.features.digests import digest_of
from winprob.features.message import SUFFIXES
from winprob.models.present.card_markdown import markdown
from winprob.models.present.card_summary import summary
from winprob.models.registry.access import DIGEST, reaching, reason
from winprob.training.fit import Trained
from winprob.training.progress import Progress
from winprob.training.track.abandoned_runs import end_abandoned_runs, termination_as_exit
from winprob.training.track.champion import promote_if_better
from winprob.training.track.comparison import CHAMPION
from winprob.training.track.logging_process import LoggingProcess
from winprob.training.track.promotion import Decision
from winprob.training.track.pyfunc import LOADER, copy_code, requirements, signature
from winprob.training.track.registry import (
    NAME,
    champion,
    experiment,
    open_registry,
    quiet_mlflow,
)
from winprob.training.track.registry_lock import registry_lock
from winprob.training.track.run_facts import log_decision, log_facts

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

DESCRIPTION = "mlflow.note.content"
"""The tag that MLflow shows as a run's description."""

EXAMPLES = 3
"""Rows of the test that are kept beside the model, to try it with."""

RUN_NAME, VERSION, FAILURE = "mlflow.runName", "winprob.version", "failure"
"""Tags: the run's name, the version of this project, and why a training failed."""

PAGES = {f"card{suffix}.md": language for language, suffix in SUFFIXES.items()}
"""Files of a run that show the card, and their language."""


@dataclass(frozen=True)
class Logged:
    """A model in the registry.

    Attributes
    ----------
    name : str
        Name of the registered model.
    run_id : str
        The run that holds parameters, metrics and figures.
    version : str
        Its version in the registry.
    decision : Decision
        Whether it is champion now, and why or why not.
    card : str
        Where the page lies that shows what the model knows.
    """

    name: str
    run_id: str
    version: str
    decision: Decision
    card: str

    @property
    def sentence(self) -> str:
        """What became of the model, for people.

        Examples
        --------
        >>> Logged("winprob", "0a", "2", Decision(False, "worse beyond noise"), "card.md").sentence
        'winprob version 2 is logged, but not champion: worse beyond noise.'
        """
        decision = self.decision
        if decision.promoted:
            told = f"{self.name} version {self.version} is champion: {decision.reason}. {decision.caution}"
            return told.rstrip()
        told = f"{self.name} version {self.version} is logged, but not {CHAMPION}: {decision.reason}."
        if decision.comparable:
            return told
        return (
            f"{told} Serve it with --model models:/{self.name}/{self.version}, or make it champion with "
            f"winprob promote {self.version} --why REASON."
        )


@dataclass
class TrainingRun:
    """The run of a training in MLflow, open from before the training on.

    Attributes
    ----------
    client : mlflow.MlflowClient
    name : str
        Name of the experiment and of the registered model.
    run_id : str
    named : bool
        Whether somebody gave the run a name; if not, `log` does.
    phases : dict of str to float
        Seconds that each phase of the training took.
    """

    client: MlflowClient
    name: str
    run_id: str
    named: bool
    phases: dict[str, float] = field(default_factory=dict)

    def timed(self, progress: Progress) -> Progress:
        """Measure how long each phase takes, on the way to whom it is told."""
        phase, since = "", perf_counter()

        def told(doing: str, done: int, of: int) -> None:
            nonlocal phase, since
            now = perf_counter()
            if phase:
                self.phases[phase] = self.phases.get(phase, 0.0) + now - since
            phase, since = doing, now
            progress(doing, done, of)

        return told

    def log(self, trained: Trained) -> Logged:
        """Log a model with all that belongs to it, register it, and make it champion if it is better.

        Comparing with the champion and taking its place are one step: beside a registry that is a file a
        lock keeps other trainings waiting meanwhile. A tracking server offers no such lock: the alias is read
        again just before and after it is set, and compared with again if it has moved; only if two trainings
        set it within the same request can the first be replaced without a comparison.
        """
        import mlflow

        with registry_lock(mlflow.get_tracking_uri()):
            champion(self.client, self.name)
            log_facts(trained, self.phases)
            if not self.named:
                mlflow.set_tag(RUN_NAME, _run_name(trained))
            version = _register(self.client, trained, self.name, self.run_id)
            decision = promote_if_better(self.client, trained, self.name, version)
            log_decision(decision)
            card = _log_card(self.client, trained, self.name, version)
        return Logged(self.name, self.run_id, version, decision, card)


@contextmanager
def training_run(
    name: str = NAME, run_name: str | None = None, tags: Mapping[str, str] = MappingProxyType({})
) -> Iterator[TrainingRun]:
    """Open a run before a training, which keeps its failure and the reason for it.

    An interrupt or a request to terminate ends the run as failed; a run whose process was killed is marked as
    such by the next training on the same machine.

    Parameters
    ----------
    name : str
        Name of the experiment and of the registered model.
    run_name : str, optional
        For people; if left out, the playbook and the end of the data.
    tags : mapping of str to str
        Of the run.

    Raises
    ------
    winprob.models.registry.access.RegistryOutOfReach
        If the registry cannot be used.
    winprob.training.track.registry.VersionOutOfReach
        If there is a champion to beat whose files cannot be had; nothing is logged.

    Examples
    --------
    ``with training_run(run_name="more trees") as run: run.log(train(history, model=WinModel(trees=300)))``
    """
    with quiet_mlflow():
        import mlflow

        uri = mlflow.get_tracking_uri()
        with registry_lock(uri):
            with reaching(uri):
                client = open_registry()
                number = experiment(client, name)
            champion(client, name)
            end_abandoned_runs(client, number)
        tags = {**LoggingProcess.current().tags, VERSION: version("winprob"), **tags}
        with (
            termination_as_exit(),
            mlflow.start_run(experiment_id=number, run_name=run_name or "training", tags=tags) as run,
        ):
            try:
                yield TrainingRun(client, name, str(run.info.run_id), run_name is not None)
            except BaseException as error:
                # What failed may be the registry: its failure to note that must not hide the first one.
                with suppress(Exception):
                    mlflow.set_tag(FAILURE, f"{type(error).__name__}: {reason(error)}")
                raise


def log(trained: Trained, name: str = NAME) -> Logged:
    """Log a model in a run of its own, see `TrainingRun.log` and `training_run`.

    Examples
    --------
    ``log(train(read("history"))).sentence``
    """
    with training_run(name) as run:
        return run.log(trained)


def _register(client: MlflowClient, trained: Trained, name: str, run_id: str) -> str:
    """Log the bundle with the code that reads it as a model of the active run, and register it."""
    import mlflow
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, ErrorCode

    with TemporaryDirectory() as folder:
        bundle = trained.bundle.save(Path(folder) / "bundle")
        tags = {DIGEST: digest_of(bundle)}
        model = mlflow.pyfunc.log_model(
            name=name,
            loader_module=LOADER,
            data_path=str(bundle),
            code_paths=[str(copy_code(Path(folder) / "code"))],
            signature=signature(trained.bundle),
            input_example=_example(trained),
            pip_requirements=requirements(trained.bundle),
        )
    # Not by log_model itself, which would print.
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
            raise
    version = client.create_model_version(
        name, model.model_uri, run_id=run_id, model_id=model.model_id, tags=tags
    )
    return str(version.version)


def _run_name(trained: Trained) -> str:
    until = trained.bundle.manifest.data.as_of
    data = trained.bundle.manifest.data.digest[:8] if until is None else f"to {until:%Y-%m-%d}"
    return f"{trained.bundle.playbook.code} {data}"


def _example(trained: Trained) -> pd.DataFrame:
    """A few rows of the test as JSON can hold them: texts instead of categories."""
    rows = trained.features.head(EXAMPLES).reset_index(drop=True)
    return rows.astype(dict.fromkeys(rows.select_dtypes("category"), "object"))


def _log_card(client: MlflowClient, trained: Trained, name: str, version: str) -> str:
    """Show what the model knows, in the active run and with the version; gives the place of the page."""
    import mlflow

    for file, language in PAGES.items():
        mlflow.log_text(markdown(trained.bundle, version, language), file)
    mlflow.log_dict(trained.bundle.card.model_dump(mode="json"), "card.json")
    description = summary(trained.bundle, version)
    mlflow.set_tag(DESCRIPTION, description)
    client.update_model_version(name, version, description)
    return _path(mlflow.get_artifact_uri("card.md"))


def _path(uri: str) -> str:
    """Write a file's address as people type it; others stay as they are."""
    if not uri.startswith("file:"):
        return uri
    file, here = Path(url2pathname(urlsplit(uri).path)), Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)
