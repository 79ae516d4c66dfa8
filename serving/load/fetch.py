"""Fetch a bundle from a registry in its own process: ``python -P -m winprob.serving.load.fetch URI FOLDER``.

Without a folder it is only looked up which version it is.

MLflow takes seconds and a hundred megabytes to import. A server that only answers needs neither.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import MANIFEST
from winprob.models.registry.access import DIGEST, reaching, reason
from winprob.models.registry.tracking_uri import artifacts_beside, database_file, without_secrets
from winprob.serving.load import child

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

BY_NAME = re.compile(r"models:/[^/]+(/[^/]+)?")
"""Addresses of registered models: by alias, version, stage or as the latest."""


@dataclass(frozen=True)
class Fetched:
    """A bundle that came from a registry.

    Attributes
    ----------
    folder : pathlib.Path
        Where it lies now.
    version : str, optional
        Its version in the registry, where the place has one.
    digest : str, optional
        The digest that its bundle had when it was registered.
    """

    folder: Path
    version: str | None
    digest: str | None


class ModelNotFetched(Mistake):
    """A model that a registry does not give: says why and what to do."""


def is_uri(place: str) -> bool:
    """Tell a place in a registry from a folder.

    Examples
    --------
    >>> is_uri("models:/winprob@champion"), is_uri("bundles/latest")
    (True, False)
    """
    return re.match(r"[a-z][a-z0-9+.-]+:/", place) is not None


def fetch(uri: str, folder: Path, tracking_uri: str) -> Fetched:
    """Copy a bundle out of a registry.

    Parameters
    ----------
    uri : str
        Such as ``models:/winprob@champion`` or ``models:/winprob/3``.
    folder : pathlib.Path
        Where to put what is downloaded.
    tracking_uri : str
        The MLflow registry.

    Raises
    ------
    ModelNotFetched
        If there is no such registry, model, version or alias, it does not answer, or it holds no bundle.

    Examples
    --------
    >>> fetch("models:/winprob@champion", Path("."), "sqlite:///no/such/mlflow.db")
    Traceback (most recent call last):
    ...
    winprob.serving.load.fetch.ModelNotFetched: models:/winprob@champion: expected a registry at sqlite:///no/such...
    """
    found = _ask(tracking_uri, uri, str(folder))
    return Fetched(Path(found["folder"]), found["version"], found["digest"])


def look_up(uri: str, tracking_uri: str) -> str:
    """Look up which version of a registered model an address means now.

    Parameters
    ----------
    uri : str
        Such as ``models:/winprob@champion``.
    tracking_uri : str
        The MLflow registry.

    Returns
    -------
    str
        Such as ``3``.

    Raises
    ------
    ModelNotFetched
        If there is no such registry, model or alias, or it does not answer.

    Examples
    --------
    >>> look_up("models:/winprob@champion", "sqlite:///no/such/mlflow.db")
    Traceback (most recent call last):
    ...
    winprob.serving.load.fetch.ModelNotFetched: models:/winprob@champion: expected a registry at sqlite:///no/such...
    """
    return str(_ask(tracking_uri, uri)["version"])


def _ask(tracking_uri: str, uri: str, *folder: str) -> dict[str, Any]:
    # Not from the current folder (-P): whatever is called mlflow or serving there is not meant.
    command = [sys.executable, "-P", "-m", "winprob.serving.load.fetch", uri, *folder]
    surroundings = os.environ | {
        "MLFLOW_TRACKING_URI": tracking_uri,
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    done = child.run(command, surroundings)
    if done.returncode:
        raise ModelNotFetched(without_secrets(f"{uri}: {_last_line(done.stderr)}"))
    answer: dict[str, Any] = json.loads(_last_line(done.stdout))
    return answer


def _last_line(text: str) -> str:
    return (text.strip() or "expected a model, found no word of it").splitlines()[-1]


def main(uri: str, folder: str | None = None) -> None:
    """Download a model and write to standard output, as JSON, where its bundle lies, its version and digest.

    Parameters
    ----------
    uri : str
        Its place in the registry that ``MLFLOW_TRACKING_URI`` names.
    folder : str, optional
        Where to put it; if left out, it is not downloaded, and only its version is written.

    Raises
    ------
    SystemExit
        With the reason in one line, if it cannot be had.

    Examples
    --------
    ``python -P -m winprob.serving.load.fetch models:/winprob@champion /tmp/model``
    """
    registry = os.environ["MLFLOW_TRACKING_URI"]
    try:
        if folder is None:
            answer: dict[str, Any] = {"version": _version(uri, registry)}
        else:
            found = _fetched(uri, Path(folder), registry)
            answer = asdict(found) | {"folder": str(found.folder)}
    except Mistake as mistake:
        sys.exit(str(mistake))
    except Exception as error:  # noqa: BLE001 - what a registry, its driver or its storage raises is theirs
        sys.exit(
            f"expected a model in {registry}, found none: {reason(error)} (train a model first, or correct "
            "the address)"
        )
    sys.stdout.write(json.dumps(answer) + "\n")


def _version(uri: str, registry: str) -> str | None:
    _check_installed()
    return _registered(_opened(registry), uri)[1]


def _check_installed() -> None:
    if find_spec("mlflow") is None:
        raise Mistake("expected MLflow, found it not installed; pip install 'winprob[training]'")


def _fetched(uri: str, folder: Path, registry: str) -> Fetched:
    _check_installed()
    source, version, digest = uri, None, None
    if uri.startswith(("models:", "runs:")):
        client = _opened(registry)
        if BY_NAME.fullmatch(uri):
            source, version, digest = _registered(client, uri)
    from mlflow.artifacts import download_artifacts

    place = Path(download_artifacts(artifact_uri=source, dst_path=str(folder)))
    bundles = sorted(manifest.parent for manifest in place.rglob(MANIFEST))
    if len(bundles) != 1:
        raise Mistake(
            f"expected a model in {registry}, found none: the model there holds {len(bundles)} bundles "
            "instead of one; train it with winprob train"
        )
    return Fetched(bundles[0], version, digest)


def _opened(registry: str) -> MlflowClient:
    """Open the registry, which is not made if it is not there."""
    with reaching(registry):
        database = database_file(registry)
        if database is not None and not database.exists():
            raise Mistake(
                f"expected a registry at {registry}, found no such file; train a model first (winprob train, "
                "or winprob demo), or set MLFLOW_TRACKING_URI"
            )
        from mlflow import MlflowClient

        client = MlflowClient()
        client.search_registered_models(max_results=1)
    return client


def _registered(client: MlflowClient, uri: str) -> tuple[str, str | None, str | None]:
    """Give the place, the version and the digest of a registered model.

    An alias is looked up once: what is downloaded is the version that is named, even if it moves on.
    """
    from mlflow.store.artifact.utils.models import get_model_name_and_version

    match get_model_name_and_version(client, uri):  # type: ignore[no-untyped-call]
        case (name, version):
            registered = client.get_model_version(name, str(version))
            place = _moved(client, registered) or f"models:/{name}/{version}"
            return place, str(version), registered.tags.get(DIGEST)
    return uri, None, None


def _moved(client: MlflowClient, version: ModelVersion) -> str | None:
    """Where a version's files are if they were moved, or copied, together with the database."""
    database = database_file(client.tracking_uri)
    if database is None or not version.run_id:
        return None
    experiment = client.get_experiment(client.get_run(version.run_id).info.experiment_id)
    stored = client.get_model_version_download_uri(version.name, version.version)
    below = stored.removeprefix(f"{experiment.artifact_location}/")
    place = artifacts_beside(database) / below
    return str(place) if below != stored and place.is_dir() else None


if __name__ == "__main__":
    main(*sys.argv[1:])
