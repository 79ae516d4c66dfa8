"""The version that an alias names, as a tracking server says: MLflow takes seconds to import."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from http.client import HTTPException
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import Request, urlopen

from winprob.models.registry.access import PATIENCE

PATH = "/api/2.0/mlflow/registered-models/alias"
"""Of MLflow's public REST interface."""

LARGEST_ANSWER = 1 << 20


def aliased_version(server: str, name: str, alias: str) -> str | None:
    """Ask a tracking server which version an alias names.

    Parameters
    ----------
    server : str
        Its address. User and password are taken from it, or like a token from the environment variables of
        MLflow.
    name : str
        Name of the registered model.
    alias : str
        Such as ``champion``.

    Returns
    -------
    str or None
        None if this way gives no version, whatever the reason: MLflow knows more ways to log in, and says
        what is wrong.

    Examples
    --------
    >>> aliased_version("http://127.0.0.1:1", "winprob", "champion") is None
    True
    """
    try:
        with urlopen(_question(server, name, alias), timeout=PATIENCE) as answer:
            return str(json.loads(answer.read(LARGEST_ANSWER))["model_version"]["version"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return None


def _question(server: str, name: str, alias: str) -> Request:
    address = urlsplit(server)
    query = urlencode({"name": name, "alias": alias}, quote_via=quote)
    place = f"{address.netloc.rpartition('@')[2]}{address.path.rstrip('/')}"
    request = Request(f"{address.scheme}://{place}{PATH}?{query}")
    authorization = _authorization(address.username, address.password)
    if authorization is not None:
        # Not sent on where the server redirects to: it is for this one alone.
        request.add_unredirected_header("Authorization", authorization)
    return request


def _authorization(user: str | None, password: str | None) -> str | None:
    known = os.environ
    if user is None:
        user, password = known.get("MLFLOW_TRACKING_USERNAME"), known.get("MLFLOW_TRACKING_PASSWORD")
    else:
        user, password = unquote(user), unquote(password or "")
    if user and password:
        return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
    token = known.get("MLFLOW_TRACKING_TOKEN")
    return f"Bearer {token}" if token else None
