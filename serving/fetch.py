"""Fetch a bundle from an MLflow registry, in a process of its own: ``python -m serving.fetch URI FOLDER``.

MLflow takes seconds and a hundred megabytes to import. A server that only answers needs neither.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from features.mistake import Mistake
from serving import child

SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Fetched:
    """A bundle that came from a registry.

    Attributes
    ----------
    folder : pathlib.Path
        Where it lies now.
    version : str, optional
        Its version in the registry, where the place has one.
    """

    folder: Path
    version: str | None


class ModelNotFetched(Mistake):
    """A model that a registry does not give: says why and what to do."""


def is_uri(place: str) -> bool:
    """Tell a place in a registry from a folder.

    Parameters
    ----------
    place : str

    Returns
    -------
    bool

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

    Returns
    -------
    Fetched

    Raises
    ------
    ModelNotFetched
        If there is no such registry, model, version or alias, or it holds no bundle.

    Examples
    --------
    >>> fetch("models:/winprob@champion", Path("."), "sqlite:///no/such/mlflow.db")
    Traceback (most recent call last):
    ...
    serving.fetch.ModelNotFetched: models:/winprob@champion: expected a registry at sqlite:///no/such...
    """
    database = Path(tracking_uri.removeprefix(SQLITE))
    if tracking_uri.startswith(SQLITE) and not database.exists():
        raise ModelNotFetched(
            f"{uri}: expected a registry at {tracking_uri}, found no such file; train a model first "
            "(winprob train, or winprob demo), or set MLFLOW_TRACKING_URI"
        )
    command = [sys.executable, "-m", "serving.fetch", uri, str(folder)]
    surroundings = os.environ | {
        "MLFLOW_TRACKING_URI": tracking_uri,
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    done = child.run(command, surroundings)
    if done.returncode:
        raise ModelNotFetched(
            f"{uri}: expected a model in {tracking_uri}, found none: {_last_line(done.stderr)}"
        )
    found = json.loads(_last_line(done.stdout))
    return Fetched(Path(found["folder"]), found["version"])


def _last_line(text: str) -> str:
    return (text.strip() or "no word of it").splitlines()[-1]


def main(uri: str, folder: str) -> None:
    """Download a model and write to standard output, as JSON, where its bundle lies and its version.

    Parameters
    ----------
    uri : str
        Its place in the registry that ``MLFLOW_TRACKING_URI`` names.
    folder : str
        Where to put it.

    Raises
    ------
    SystemExit
        With the reason, if it cannot be had.

    Examples
    --------
    ``python -m serving.fetch models:/winprob@champion /tmp/model``
    """
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    try:
        version = _version(uri)
        place = Path(download_artifacts(artifact_uri=uri, dst_path=folder))
    except MlflowException as error:
        sys.exit(f"{' '.join(str(error).split())} (train a model first, or correct the address)")
    bundles = sorted(manifest.parent for manifest in place.rglob("manifest.json"))
    if len(bundles) != 1:
        sys.exit(f"the model there holds {len(bundles)} bundles instead of one; train it with winprob train")
    sys.stdout.write(json.dumps({"folder": str(bundles[0]), "version": version}) + "\n")


def _version(uri: str) -> str | None:
    """Look up the version that an address means: the alias may move on while the server runs."""
    from mlflow import MlflowClient

    alias = re.fullmatch(r"models:/([^/@]+)@([^/@]+)", uri)
    if alias:
        return str(MlflowClient().get_model_version_by_alias(*alias.groups()).version)
    number = re.fullmatch(r"models:/[^/@]+/(\d+)", uri)
    return number.group(1) if number else None


if __name__ == "__main__":
    main(*sys.argv[1:])
