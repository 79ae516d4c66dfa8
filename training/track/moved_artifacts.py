"""A registry whose folder was moved: MLflow keeps the full path of every artifact, and cannot change it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from winprob.models.registry.tracking_uri import artifacts_beside

COLUMNS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Where MLflow's database has addresses of artifacts."""


def point_to_artifacts_beside(database: Path, location: str) -> bool:
    """Let a database that was moved or copied with its artifacts point to where they are now.

    Parameters
    ----------
    database : pathlib.Path
        MLflow's database.
    location : str
        Where it says that an experiment's artifacts lie, as a URI.

    Returns
    -------
    bool
        Whether it had to be changed: the folder beside it is another, and holds models of its.
    """
    beside = artifacts_beside(database)
    if location == beside.as_uri():
        return False
    with closing(sqlite3.connect(database)) as connection, connection:
        models = connection.execute(
            "SELECT substr(artifact_location, length(:old) + 2) FROM logged_models "
            "WHERE substr(artifact_location, 1, length(:old) + 1) = :old || '/'",
            {"old": location},
        ).fetchall()
        if not any((beside / model).is_dir() for (model,) in models):
            return False
        for table, column in COLUMNS:
            connection.execute(
                f"UPDATE {table} SET {column} = :new || substr({column}, length(:old) + 1) "
                f"WHERE {column} = :old OR substr({column}, 1, length(:old) + 1) = :old || '/'",
                {"old": location, "new": beside.as_uri()},
            )
    return True
