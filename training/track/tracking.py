"""Tracking: the only writer to MLflow. Every model is logged and registered, the better one made champion."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from winprob.features.digests import digest_of
from winprob.features.message import SUFFIXES
from winprob.features.mistake import Mistake
from winprob.models.present.card_markdown import markdown
from winprob.models.present.card_summary import summary
from winprob.models.registry.access import DIGEST, reaching
from winprob.models.registry.tracking_uri import without_secrets
from winprob.training.fit import Trained
from winprob.training.track.abandoned_runs import end_abandoned_runs, termination_as_exit
from winprob.training.track.logging_process import LoggingProcess
from winprob.training.track.promotion import CHAMPION, Decision, decide
from winprob.training.track.pyfunc import LOADER, copy_code, requirements, signature
from winprob.training.track.registry import (
    NAME,
    champion,
    champion_version,
    experiment,
    open_registry,
    quiet_mlflow,
)
from winprob.training.track.registry_lock import registry_lock
from winprob.training.track.run_facts import log_facts

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

DESCRIPTION = "mlflow.note.content"
"""The tag that MLflow shows as a run's description."""

EXAMPLES = 3
"""Rows of the test that are kept beside the model, to try it with."""

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
    promoted : bool
        Whether it is champion now.
    reason : str
        Why or why not, with the numbers.
    card : str
        Where the page lies that shows what the model knows.
    comparable : bool
        Whether the numbers decided.
    """

    name: str
    run_id: str
    version: str
    promoted: bool
    reason: str
    card: str
    comparable: bool = True

    @property
    def sentence(self) -> str:
        """What became of the model, for people.

        Examples
        --------
        >>> Logged("winprob", "0a", "2", False, "its log loss is above that of stage", "card.md").sentence
        'winprob version 2 is logged, but not champion: its log loss is above that of stage.'
        """
        if self.promoted:
            return f"{self.name} version {self.version} is champion: {self.reason}."
        told = f"{self.name} version {self.version} is logged, but not {CHAMPION}: {self.reason}."
        if self.comparable:
            return told
        return (
            f"{told} Serve it with --model models:/{self.name}/{self.version}, or make it champion with "
            f"python -P -m winprob.training.track.tracking {self.version}."
        )


def log(trained: Trained, name: str = NAME) -> Logged:
    """Log a model with all that belongs to it, register it, and make it champion if it is better.

    Comparing with the champion and taking its place are one step: beside a registry that is a file a lock
    keeps other trainings waiting meanwhile. A tracking server offers no such lock: the alias is read again
    just before and after it is set, and compared with again if it has moved; only if two trainings set it
    within the same request can the first be replaced without a comparison.

    An interrupt or a request to terminate ends the run as failed; a run whose process was killed is marked as
    such by the next training on the same machine.

    Parameters
    ----------
    trained : Trained
    name : str
        Name of the experiment and of the registered model.

    Raises
    ------
    winprob.models.registry.access.RegistryOutOfReach
        If the registry cannot be used.
    winprob.training.track.registry.ChampionOutOfReach
        If there is a champion to beat whose files cannot be had; nothing is logged.

    Examples
    --------
    ``log(train(read("history"))).sentence``
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
            tags = LoggingProcess.current().tags
            with termination_as_exit(), mlflow.start_run(experiment_id=number, tags=tags) as run:
                log_facts(trained)
                version = _register(client, trained, name, run.info.run_id)
                decision = _promote_if_better(client, trained, name, version)
                mlflow.set_tags(_tags(decision))
                card = _log_card(client, trained, name, version)
        return Logged(
            name, run.info.run_id, version, decision.promoted, decision.reason, card, decision.comparable
        )


def promote(version: str, name: str = NAME) -> None:
    """Make a version champion because a person says so.

    Parameters
    ----------
    version : str
        Version of the registered model.
    name : str
        Name of the registered model.

    Raises
    ------
    Mistake
        If there is no such version, or the registry cannot be used.
    """
    with quiet_mlflow():
        import mlflow
        from mlflow.exceptions import MlflowException

        uri = mlflow.get_tracking_uri()
        with registry_lock(uri):
            with reaching(uri):
                client = open_registry()
                champion_version(client, name)
            try:
                client.get_model_version(name, version)
            except MlflowException as error:
                raise Mistake(
                    f"{name}: expected a registered version, found no version {version!r} in "
                    f"{without_secrets(uri)}; train a model, or correct the number"
                ) from error
            client.set_registered_model_alias(name, CHAMPION, version)
            _note(client, name, version, Decision(True, "chosen by hand"))


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
            pip_requirements=requirements(),
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


def _promote_if_better(client: MlflowClient, trained: Trained, name: str, version: str) -> Decision:
    """Compare a version with the champion, until it has lost, or is champion instead of the one it beat."""
    while True:
        opponent = champion(client, name)
        decision = decide(trained, opponent)
        if not decision.promoted:
            break
        if champion_version(client, name) == (None if opponent is None else opponent.version):
            client.set_registered_model_alias(name, CHAMPION, version)
            if champion_version(client, name) == version:
                break
    _note(client, name, version, decision)
    return decision


def _note(client: MlflowClient, name: str, version: str, decision: Decision) -> None:
    """Write a decision on a version."""
    for key, value in _tags(decision).items():
        client.set_model_version_tag(name, version, key, value)


def _tags(decision: Decision) -> dict[str, str]:
    return {"promotion": CHAMPION if decision.promoted else "refused", "promotion.reason": decision.reason}


def main(version: str) -> None:
    """Make a version champion: ``python -P -m winprob.training.track.tracking 2``.

    Parameters
    ----------
    version : str
        Version of the registered model.
    """
    try:
        promote(version)
    except Mistake as mistake:
        sys.exit(str(mistake))


if __name__ == "__main__":
    main(*sys.argv[1:])
