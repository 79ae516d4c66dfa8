"""The address of an MLflow registry: where it is by default, which file it means, and how it is shown."""

from __future__ import annotations

import os
import re
from pathlib import Path

SQLITE = "sqlite:///"

DATABASE = Path("mlruns", "mlflow.db")
"""Where runs and models are kept in a project's folder."""

_CREDENTIALS = re.compile(r"(?<=://)[^\s'\"<>]*@")
_SECRET_QUERY = re.compile(r"([?&][^=&\s]*(?:password|passwd|pwd|secret|token|key)[^=&\s]*=)[^&\s'\"]*", re.I)


def tracking_uri() -> str:
    """Give the address of the registry.

    Returns
    -------
    str
        As the environment variable ``MLFLOW_TRACKING_URI`` says, else ``mlruns/mlflow.db`` in `home`.
    """
    return os.environ.get("MLFLOW_TRACKING_URI") or f"{SQLITE}{(home() / DATABASE).as_posix()}"


def home() -> Path:
    """Give the project's folder.

    Returns
    -------
    pathlib.Path
        As the environment variable ``WINPROB_HOME`` says; else the working directory or the nearest folder
        above it that has a registry; else the working directory, written as ``.``.
    """
    stated, here = os.environ.get("WINPROB_HOME"), Path.cwd()
    if stated:
        return Path(stated).expanduser()
    above = (folder for folder in here.parents if (folder / DATABASE).is_file())
    return Path() if (here / DATABASE).is_file() else next(above, Path())


def database_file(uri: str) -> Path | None:
    """Give the file of a registry that is a SQLite database.

    Returns
    -------
    pathlib.Path or None
        None if the registry is something else.

    Examples
    --------
    >>> database_file("sqlite:///mlruns/mlflow.db").name
    'mlflow.db'
    >>> database_file("http://tracking:5000") is None
    True
    """
    return Path(uri.removeprefix(SQLITE).partition("?")[0]) if uri.startswith(SQLITE) else None


def artifacts_beside(database: Path) -> Path:
    """Give the folder of the artifacts of a database that is a file.

    Examples
    --------
    >>> artifacts_beside(Path("/srv/mlruns/mlflow.db")).as_posix()
    '/srv/mlruns/artifacts'
    """
    return database.resolve().parent / "artifacts"


def absolute(uri: str) -> str:
    """Name a database by its full path, which holds even if the current folder changes.

    Returns
    -------
    str
        Other addresses stay as they are.

    Examples
    --------
    >>> absolute("sqlite:////srv/mlflow.db?timeout=9"), absolute("http://tracking:5000")
    ('sqlite:////srv/mlflow.db?timeout=9', 'http://tracking:5000')
    """
    file = database_file(uri)
    if file is None:
        return uri
    _, mark, query = uri.partition("?")
    return f"{SQLITE}{file.resolve().as_posix()}{mark}{query}"


def without_secrets(text: str) -> str:
    """Take user names, passwords and keys out of the addresses in a text.

    Examples
    --------
    >>> without_secrets("no answer of postgresql://ann:pa/ss@host/db?sslpassword=x&connect_timeout=3")
    'no answer of postgresql://***@host/db?sslpassword=***&connect_timeout=3'
    """
    return _SECRET_QUERY.sub(r"\1***", _CREDENTIALS.sub("***@", text))
