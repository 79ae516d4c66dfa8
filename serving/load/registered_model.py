"""The version that a registered model's alias means, looked up again and again at little cost."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable

from winprob.models.registry.alias import aliased_version
from winprob.models.registry.tracking_uri import database_file
from winprob.serving.load.fetch import look_up
from winprob.serving.load.served_model import ServedModel, open_model

DatabaseState = tuple[tuple[int, int], ...]
"""Sizes of a database's files, and when they were written."""


class RegisteredModel:
    """An alias of a registered model, or another name that moves from version to version.

    MLflow takes seconds to import, in a process of its own. It is asked if a database that is a file has
    been written to, or if a tracking server does not say the version by itself; of other databases always.

    Parameters
    ----------
    uri : str
        The place, such as ``models:/winprob@champion``.
    tracking_uri : str
        The MLflow registry.

    Attributes
    ----------
    state : str, optional
        The version; none before the first poll, unless the model has been opened.
    """

    def __init__(self, uri: str, tracking_uri: str) -> None:
        self.state: Hashable = None
        self._uri = uri
        self._name, self._alias = re.split("[/@]", uri.removeprefix("models:/"))[0], uri.partition("@")[2]
        self._tracking_uri = tracking_uri
        self._database: DatabaseState | None = None

    def poll(self, asked: bool = False) -> None:
        """Look up the version.

        Parameters
        ----------
        asked : bool
            Whether to ask even if the database looks as it did.

        Raises
        ------
        winprob.serving.load.fetch.ModelNotFetched
            If the registry does not tell.
        """
        database = _database_state(self._tracking_uri)
        if database is not None and database == self._database and not asked:
            return
        self.state = self._told_by_server() or look_up(self._uri, self._tracking_uri)
        self._database = database  # as it was before it was asked: what is written since is seen next time

    def open(self) -> ServedModel:
        """Load the version that was looked up; the present one if there was no poll yet.

        Raises
        ------
        winprob.models.bundle.bundle.InvalidBundle, winprob.serving.load.fetch.ModelNotFetched
            As `winprob.serving.load.served_model.open_model`.
        """
        if self.state is not None:
            return open_model(f"models:/{self._name}/{self.state}", self._tracking_uri)
        database = _database_state(self._tracking_uri)
        served = open_model(self._uri, self._tracking_uri)
        self.state, self._database = served.version, database
        return served

    def _told_by_server(self) -> str | None:
        on_server = self._tracking_uri.startswith(("http://", "https://")) and not _registry_elsewhere()
        return (
            aliased_version(self._tracking_uri, self._name, self._alias)
            if on_server and self._alias
            else None
        )


def _database_state(tracking_uri: str) -> DatabaseState | None:
    """When a database that is a file was written to; None if there is none, or it cannot be told."""
    file = database_file(tracking_uri)
    if file is None or _registry_elsewhere():
        return None
    try:
        stats = [file.stat()]
        log = file.with_name(f"{file.name}-wal")  # what is written goes there first, if SQLite was told so
        stats += [log.stat()] if log.exists() else []
    except OSError:
        return None
    return tuple((stat.st_size, stat.st_mtime_ns) for stat in stats)


def _registry_elsewhere() -> bool:
    """Whether MLflow was told to keep models in another place than runs."""
    return bool(os.environ.get("MLFLOW_REGISTRY_URI"))
