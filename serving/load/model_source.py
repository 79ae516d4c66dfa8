"""Where the model comes from, and whether another one is there by now."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

from winprob.serving.load.fetch import is_uri
from winprob.serving.load.folder_state import SettledFolder
from winprob.serving.load.registered_model import RegisteredModel
from winprob.serving.load.served_model import ServedModel, open_model

MOVING = re.compile(r"models:/[^/@]+(@|/(?!\d+$))[^/]+")
"""Addresses of registered models that can come to mean another version: an alias, a stage, the latest."""


class ModelSource(Protocol):
    """Anything that gives a model and may give another one later.

    Attributes
    ----------
    state : hashable
        Which model is there; a text is its version. What is equal is the same model.
    """

    @property
    def state(self) -> Hashable:
        """Which model is there, as of the last poll."""
        ...

    def poll(self, asked: bool = False) -> None:
        """Look which model is there now.

        Parameters
        ----------
        asked : bool
            Whether somebody says that a new one is there and complete.
        """
        ...

    def open(self) -> ServedModel:
        """Load the model of `state`."""
        ...


def model_source(place: str, tracking_uri: str) -> ModelSource:
    """Tell where a model comes from.

    Parameters
    ----------
    place : str
        A bundle's folder, or its place in an MLflow registry.
    tracking_uri : str
        The MLflow registry.

    Examples
    --------
    >>> type(model_source("models:/winprob@champion", "sqlite:///mlflow.db")).__name__
    'RegisteredModel'
    >>> type(model_source("models:/winprob/3", "sqlite:///mlflow.db")).__name__
    'FixedModel'
    >>> type(model_source("bundle/", "sqlite:///mlflow.db")).__name__
    'ModelFolder'
    """
    if not is_uri(place):
        return ModelFolder(Path(place))
    return (RegisteredModel if MOVING.fullmatch(place) else FixedModel)(place, tracking_uri)


class ModelFolder(SettledFolder):
    """A bundle's folder, which may be replaced."""

    def open(self) -> ServedModel:
        """Load the bundle that is there.

        Raises
        ------
        winprob.models.bundle.bundle.InvalidBundle
            As `winprob.serving.load.served_model.open_model`.
        """
        return open_model(self.folder, "")


class FixedModel:
    """A place that means the same model always, such as a version.

    Parameters
    ----------
    uri : str
        The place, such as ``models:/winprob/3``.
    tracking_uri : str
        The MLflow registry.

    Attributes
    ----------
    state : None
    """

    state: Hashable = None

    def __init__(self, uri: str, tracking_uri: str) -> None:
        self._uri = uri
        self._tracking_uri = tracking_uri

    def poll(self, asked: bool = False) -> None:
        """Do nothing: there is no other to come."""

    def open(self) -> ServedModel:
        """Load it.

        Raises
        ------
        winprob.models.bundle.bundle.InvalidBundle, winprob.serving.load.fetch.ModelNotFetched
            As `winprob.serving.load.served_model.open_model`.
        """
        return open_model(self._uri, self._tracking_uri)
