"""The registry: where runs and models are kept, and the model that is champion there."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING

import pandas as pd

from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import MANIFEST, Bundle, InvalidBundle
from winprob.models.registry.access import DIGEST, out_of_reach, reaching, reason
from winprob.models.registry.tracking_uri import (
    absolute,
    artifacts_beside,
    database_file,
    tracking_uri,
    without_secrets,
)
from winprob.training.track.comparison import CHAMPION, RegisteredVersion
from winprob.training.track.moved_artifacts import point_to_artifacts_beside
from winprob.training.track.registry_lock import registry_lock

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Experiment

PREDICTIONS = "test.parquet"
"""Artifact of a run: the rows of the test with the probabilities of the model and of the rules."""

NAME = "winprob"
"""Name of the experiment and of the registered model."""

QUIET = {
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_DISABLE_AGENT_HINT": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",
}
"""Settings under which MLflow neither chats nor calls home; most are read when it is imported."""


class VersionOutOfReach(Mistake):
    """A registry that names a version whose files cannot be had."""


@contextmanager
def quiet_mlflow() -> Iterator[None]:
    """Let MLflow work without a word, and where it shall; all settings are put back afterwards.

    Everything of MLflow must be imported inside.

    Examples
    --------
    >>> with quiet_mlflow():
    ...     os.environ["MLFLOW_DISABLE_TELEMETRY"]
    'true'
    """
    before = {name: os.environ.get(name) for name in (*QUIET, "MLFLOW_TRACKING_URI")}
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
    levels = [logger.level for logger in loggers]
    os.environ.update(QUIET)
    os.environ["MLFLOW_TRACKING_URI"] = absolute(tracking_uri())
    try:
        with warnings.catch_warnings():
            # What MLflow still uses of SQLAlchemy and pandas, and the type hints of its own modules.
            warnings.filterwarnings("ignore", module=r"mlflow\.")
            import mlflow.pyfunc  # noqa: F401

            for logger in loggers:
                logger.setLevel(logging.ERROR)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def check_registry(name: str = NAME) -> None:
    """Find out whether a model can be logged, before time is spent on training one.

    A registry that is a file and not there yet is not made.

    Parameters
    ----------
    name : str
        Name of the experiment and of the registered model.

    Raises
    ------
    winprob.models.registry.access.RegistryOutOfReach
        If the registry cannot be used.
    winprob.features.mistake.Mistake
        If the experiment was deleted.
    VersionOutOfReach
        If there is a champion to beat whose files cannot be had.
    """
    uri = absolute(tracking_uri())
    with reaching(uri):
        file = database_file(uri)
        if file is not None:
            _try_to_write(uri, file)
            if not file.exists():
                return
        with quiet_mlflow():
            client = open_registry()
            with registry_lock(uri):
                _find_experiment(client, name)
                champion(client, name)


def open_registry() -> MlflowClient:
    """Open the registry; the folder of a database that is a file is made."""
    import mlflow

    file = database_file(mlflow.get_tracking_uri())
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    return mlflow.MlflowClient()


@contextmanager
def opened_registry(locked: bool = False) -> Iterator[MlflowClient]:
    """Open the registry for what is soon asked of it: `quiet_mlflow` and `reaching` in one.

    Parameters
    ----------
    locked : bool
        Whether nobody else may write to it meanwhile.

    Raises
    ------
    winprob.models.registry.access.RegistryOutOfReach
        If the registry cannot be used.
    """
    with quiet_mlflow():
        import mlflow

        uri = mlflow.get_tracking_uri()
        with registry_lock(uri) if locked else nullcontext(), reaching(uri):
            yield open_registry()


def experiment(client: MlflowClient, name: str) -> str:
    """Give the experiment of a model, made if it is not there.

    Parameters
    ----------
    client : mlflow.MlflowClient
    name : str
        Name of the model, which is the experiment's too.

    Returns
    -------
    str
        The experiment's identifier. Beside a database that is a file, artifacts lie in the folder
        ``artifacts``, also after both were moved; elsewhere the tracking server decides.

    Raises
    ------
    winprob.features.mistake.Mistake
        If it was deleted.
    """
    from mlflow.exceptions import MlflowException

    found = _find_experiment(client, name)
    if found is not None:
        return str(found.experiment_id)
    file = database_file(client.tracking_uri)
    if file is not None:
        artifacts = artifacts_beside(file)
        artifacts.mkdir(parents=True, exist_ok=True)
        return str(client.create_experiment(name, artifact_location=artifacts.as_uri()))
    try:
        return str(client.create_experiment(name))
    except MlflowException:
        made_meanwhile = _find_experiment(client, name)
        if made_meanwhile is None:
            raise
        return str(made_meanwhile.experiment_id)


def _find_experiment(client: MlflowClient, name: str) -> Experiment | None:
    found = client.get_experiment_by_name(name)
    if found is None:
        return None
    if found.lifecycle_stage != "active":
        raise Mistake(
            f"experiment {name}: expected one that is active, found that it was deleted; run: mlflow "
            f"experiments restore --experiment-id {found.experiment_id}"
        )
    file = database_file(client.tracking_uri)
    if file is not None:
        point_to_artifacts_beside(file, found.artifact_location)
    return found


def _try_to_write(uri: str, database: Path) -> None:
    """Find out whether a database can be written, which takes files beside it too."""
    folder = next(folder for folder in database.parents if folder.exists())
    try:
        TemporaryFile(dir=folder).close()
        if database.exists():
            database.open("ab").close()
    except OSError as error:
        raise out_of_reach(uri, f"a place that cannot be written to ({reason(error)})") from error


def champion(client: MlflowClient, name: str) -> RegisteredVersion | None:
    """Look up the champion; None if there is none.

    Raises
    ------
    VersionOutOfReach
        If its files cannot be had.
    """
    version = champion_version(client, name)
    return None if version is None else registered(client, name, version)


def registered(client: MlflowClient, name: str, version: str) -> RegisteredVersion:
    """Fetch a version, and what it predicted when it was tested.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such version.
    VersionOutOfReach
        If its files cannot be had.
    """
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    try:
        entry = client.get_model_version(name, version)
    except MlflowException as error:
        raise Mistake(
            f"{name}: expected a registered version, found no version {version!r} in "
            f"{without_secrets(client.tracking_uri)}; train a model, or correct the number"
        ) from error
    with TemporaryDirectory() as folder:
        try:
            place = download_artifacts(artifact_uri=f"models:/{name}/{version}", dst_path=folder)
        except (MlflowException, OSError) as error:
            raise _gone(name, version, reason(error)) from error
        bundles = sorted(manifest.parent for manifest in Path(place).rglob(MANIFEST))
        if not bundles:
            raise _gone(name, version, f"there is no {MANIFEST}")
        try:
            bundle = Bundle.load(bundles[0], entry.tags.get(DIGEST))
            return RegisteredVersion(version, bundle, tested=_predictions(client, entry.run_id, folder))
        except InvalidBundle as error:
            return RegisteredVersion(version, unusable="; ".join(error.problems))


def _predictions(client: MlflowClient, run_id: str | None, folder: str) -> pd.DataFrame | None:
    """Read what a model predicted of its test; None if its run does not have it."""
    if run_id is None or not any(file.path == PREDICTIONS for file in client.list_artifacts(run_id)):
        return None
    return pd.read_parquet(client.download_artifacts(run_id, PREDICTIONS, folder))


def champion_version(client: MlflowClient, name: str) -> str | None:
    """Look up which version is champion; None if there is none."""
    # The list of models never fails, asking for an unknown alias does.
    for model in client.search_registered_models(f"name = '{name}'"):
        version = model.aliases.get(CHAMPION)
        return None if version is None else str(version)
    return None


def _gone(name: str, version: str, reason: str) -> VersionOutOfReach:
    return VersionOutOfReach(
        f"models:/{name}/{version}: expected its files, found none ({reason}); put them back, or, if it is "
        f"champion, take the alias {CHAMPION!r} away"
    )
