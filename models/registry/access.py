"""Whether a registry can be used at all: found out within seconds, with the cause in one line."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from winprob.features.mistake import Mistake
from winprob.models.registry.tracking_uri import database_file, without_secrets

PATIENCE = 5
"""Seconds that a registry has to answer in when it is first asked; afterwards MLflow's own limits hold."""

PORTS = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}
"""Databases that MLflow knows, and where they listen unless the address says otherwise."""

DIGEST = "bundle.digest"
"""Tag of a registered version: the `winprob.features.digests.digest_of` its bundle."""

LONGEST_REASON = 300

ANOTHER = "set MLFLOW_TRACKING_URI to another place"

KINDS = "set MLFLOW_TRACKING_URI to sqlite:///FILE, http://SERVER or https://SERVER"

_SQLITE_HEADER = b"SQLite format 3\0"


class RegistryOutOfReach(Mistake):
    """A registry that cannot be used: says why and what to do."""


@contextmanager
def reaching(uri: str) -> Iterator[None]:
    """Ask a registry for the first time: with little patience, and whatever goes wrong is said in one line.

    Parameters
    ----------
    uri : str
        Its address.

    Raises
    ------
    RegistryOutOfReach
        If the registry does not answer as it should.

    Examples
    --------
    >>> with reaching("http://ann:secret@tracking:5000"):
    ...     raise ConnectionError("connection refused")
    Traceback (most recent call last):
    ...
    winprob.models.registry.access.RegistryOutOfReach: http://***@tracking:5000: expected an MLflow...
    """
    # A library of MLflow reads these when it sends a request; who has set them knows better.
    limits = {"MLFLOW_HTTP_REQUEST_TIMEOUT": str(PATIENCE), "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    added = [name for name in limits if name not in os.environ]
    os.environ.update({name: limits[name] for name in added})
    try:
        _check_place(uri)
        yield
    except Mistake:
        raise
    except Exception as error:
        raise out_of_reach(uri, f"none that answers ({reason(error)})") from error
    finally:
        for name in added:
            os.environ.pop(name, None)


def out_of_reach(uri: str, found: str) -> RegistryOutOfReach:
    """Word what is wrong with a registry.

    Parameters
    ----------
    uri : str
        Its address.
    found : str
        What was found instead of it.

    Returns
    -------
    RegistryOutOfReach
        With what to do.
    """
    if "out-of-date database schema" in found:
        found = "a database of another version of MLflow"
        remedy = (
            f"copy it, then run: mlflow db upgrade {uri} (if a newer MLflow made it, install that instead)"
        )
    elif "unsupported URI" in found:
        found, remedy = "an address of a kind that MLflow does not know", KINDS
    elif "filesystem tracking backend" in found:
        found = "a folder, in which MLflow keeps no registry any more"
        remedy = f"move it with mlflow migrate-filestore, or {KINDS}"
    elif "No module named" in found:
        remedy = "install the driver of such databases"
    elif database_file(uri) is not None:
        remedy = f"move it out of the way, or {ANOTHER}"
    else:
        remedy = f"see to it that it answers, or {ANOTHER}"
    return RegistryOutOfReach(without_secrets(f"{uri}: expected an MLflow registry, found {found}; {remedy}"))


def reason(error: BaseException) -> str:
    r"""Give the cause of an error in one line, without secrets.

    Returns
    -------
    str
        What the operating system said, if it did, else the first line of the error itself: libraries add
        advice, addresses and the statement that failed.

    Examples
    --------
    >>> reason(ValueError("(sqlite3.DatabaseError) file is not a database\n[SQL: SELECT 1]\n(Background …"))
    '(sqlite3.DatabaseError) file is not a database'
    """
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None and before not in chain:
        chain.append(before)
    system = [cause for cause in chain if isinstance(cause, OSError)]
    lines = [line.strip() for line in str(system[-1] if system else error).splitlines() if line.strip()]
    told = without_secrets(lines[0] if lines else type(error).__name__)
    return told if len(told) <= LONGEST_REASON else f"{told[:LONGEST_REASON]}…"


def _check_place(uri: str) -> None:
    """Look at a registry's file, or ask a database, without MLflow.

    A tracking server is left to MLflow, which asks through proxies if there are any.
    """
    file = database_file(uri)
    if file is not None:
        _check_file(uri, file)
        return
    address = urlsplit(uri)
    dialect = address.scheme.partition("+")[0]
    if dialect not in PORTS:
        return
    if address.hostname:
        socket.create_connection((address.hostname, address.port or PORTS[dialect]), PATIENCE).close()
    # MLflow would try ten times, with longer and longer pauses.
    from sqlalchemy import create_engine

    engine = create_engine(uri)
    engine.connect().close()
    engine.dispose()


def _check_file(uri: str, file: Path) -> None:
    blocking = [folder for folder in file.parents if folder.exists() and not folder.is_dir()]
    if blocking:
        raise out_of_reach(uri, f"a file where the folder {blocking[0]} should be")
    if file.is_dir():
        raise out_of_reach(uri, f"a folder where the database {file} should be")
    try:
        with file.open("rb") as stream:
            header = stream.read(len(_SQLITE_HEADER))
    except FileNotFoundError:
        return
    if header not in (b"", _SQLITE_HEADER):
        raise out_of_reach(uri, "a file that is no SQLite database")
