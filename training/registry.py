"""The registry: where runs and models are kept, and the model that is champion there."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from features.mistake import Mistake
from models.bundle import MANIFEST, Bundle, InvalidBundle
from training.promotion import CHAMPION, Champion

if TYPE_CHECKING:
    from mlflow import MlflowClient

TRACKING_URI = "sqlite:///mlruns/mlflow.db"
"""Where runs and models are kept unless ``MLFLOW_TRACKING_URI`` says otherwise."""

SQLITE = "sqlite:///"

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


class ChampionOutOfReach(Mistake):
    """A registry that names a champion whose files cannot be had."""


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
    os.environ["MLFLOW_TRACKING_URI"] = _absolute(os.environ.get("MLFLOW_TRACKING_URI", TRACKING_URI))
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


def open_registry() -> MlflowClient:
    """Open the registry; the folder of a database that is a file is made.

    Returns
    -------
    mlflow.MlflowClient
    """
    import mlflow

    uri = mlflow.get_tracking_uri()
    if uri.startswith(SQLITE):
        _database(uri).parent.mkdir(parents=True, exist_ok=True)
    return mlflow.MlflowClient()


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
        ``artifacts``; elsewhere the tracking server decides.
    """
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    if not client.tracking_uri.startswith(SQLITE):
        return str(client.create_experiment(name))
    artifacts = _database(client.tracking_uri).parent / "artifacts"
    artifacts.mkdir(parents=True, exist_ok=True)
    return str(client.create_experiment(name, artifact_location=artifacts.as_uri()))


def champion(client: MlflowClient, name: str) -> Champion | None:
    """Look up the champion.

    Parameters
    ----------
    client : mlflow.MlflowClient
    name : str
        Name of the registered model.

    Returns
    -------
    Champion or None
        None if there is none.

    Raises
    ------
    ChampionOutOfReach
        If its files cannot be had.
    """
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    version = _champion_version(client, name)
    if version is None:
        return None
    with TemporaryDirectory() as folder:
        try:
            place = download_artifacts(artifact_uri=f"models:/{name}/{version}", dst_path=folder)
        except (MlflowException, OSError) as error:
            raise _out_of_reach(name, version, " ".join(str(error).split())) from error
        bundles = sorted(manifest.parent for manifest in Path(place).rglob(MANIFEST))
        if not bundles:
            raise _out_of_reach(name, version, f"there is no {MANIFEST}")
        try:
            return Champion(version, Bundle.load(bundles[0]))
        except InvalidBundle as error:
            return Champion(version, unusable="; ".join(error.problems))


def _out_of_reach(name: str, version: str, reason: str) -> ChampionOutOfReach:
    return ChampionOutOfReach(
        f"models:/{name}@{CHAMPION}: expected the files of version {version}, found none ({reason}); "
        f"put them back, or take the alias {CHAMPION!r} away"
    )


def _champion_version(client: MlflowClient, name: str) -> str | None:
    """Give the champion's version; the list of models never fails, asking for an unknown alias does."""
    for model in client.search_registered_models(f"name = '{name}'"):
        version = model.aliases.get(CHAMPION)
        return None if version is None else str(version)
    return None


def _absolute(uri: str) -> str:
    """Name a database by its full path: MLflow keeps it open, even if the current folder changes."""
    return f"{SQLITE}{_database(uri).resolve().as_posix()}" if uri.startswith(SQLITE) else uri


def _database(uri: str) -> Path:
    return Path(uri.removeprefix(SQLITE))
