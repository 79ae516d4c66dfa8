"""A trained model from a folder or from the registry."""

from __future__ import annotations

from pathlib import Path

from winprob.models.bundle.bundle import Bundle
from winprob.models.registry.tracking_uri import tracking_uri as usual_tracking_uri
from winprob.serving.load.served_model import open_model


def load(place: str | Path = "models:/winprob@champion", tracking_uri: str | None = None) -> Bundle:
    """Load a trained model.

    Parameters
    ----------
    place : str or pathlib.Path
        A bundle's folder, or its place in an MLflow registry, such as ``models:/winprob/3``.
    tracking_uri : str, optional
        The registry; as for the command line if left out.

    Raises
    ------
    winprob.models.bundle.bundle.InvalidBundle
        If the folder is no bundle, or not one of this version.
    winprob.serving.load.fetch.ModelNotFetched
        If the registry does not give the model; says why and what to do.

    Examples
    --------
    >>> load("no/such/folder")
    Traceback (most recent call last):
    ...
    winprob.models.bundle.bundle.InvalidBundle: no/such/folder cannot be used as a bundle:
      expected a folder written by Bundle.save, found no such folder; correct the path
    """
    return open_model(place, tracking_uri or usual_tracking_uri()).bundle
