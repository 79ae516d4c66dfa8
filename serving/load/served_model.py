"""The model that is served, from a folder or a registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from winprob.models.bundle.bundle import Bundle
from winprob.serving.load.fetch import fetch, is_uri


@dataclass(frozen=True)
class ServedModel:
    """A bundle and what to call it.

    Attributes
    ----------
    bundle : Bundle
    version : str
        The version in the registry; for a bundle out of a folder the moment when it was made.
    """

    bundle: Bundle
    version: str


def open_model(place: str | Path, tracking_uri: str) -> ServedModel:
    """Load a model.

    Parameters
    ----------
    place : str or pathlib.Path
        A bundle's folder, or its place in an MLflow registry.
    tracking_uri : str
        The MLflow registry.

    Raises
    ------
    winprob.models.bundle.bundle.InvalidBundle
        If the folder is no bundle, not one of this version, or not the one that was registered.
    winprob.serving.load.fetch.ModelNotFetched
        If the registry does not give the model; says why and what to do.

    Examples
    --------
    >>> open_model("no/such/folder", "sqlite:///mlruns/mlflow.db")
    Traceback (most recent call last):
    ...
    winprob.models.bundle.bundle.InvalidBundle: no/such/folder cannot be used as a bundle:
      expected a folder written by Bundle.save, found no such folder; correct the path
    """
    if not is_uri(str(place)):
        return _served(Path(place))
    with TemporaryDirectory(prefix="winprob-") as folder:
        fetched = fetch(str(place), Path(folder), tracking_uri)
        return _served(fetched.folder, fetched.version, fetched.digest)


def _served(folder: Path, version: str | None = None, digest: str | None = None) -> ServedModel:
    bundle = Bundle.load(folder, digest)
    return ServedModel(bundle, version or bundle.manifest.created_at.isoformat())
