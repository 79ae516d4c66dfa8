"""Settings of the server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from winprob.models.registry.tracking_uri import tracking_uri as default_tracking_uri


def _forwarded_allow_ips() -> str:
    return os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")


@dataclass(frozen=True)
class Settings:
    """What to serve, and where.

    Attributes
    ----------
    model : str
        A bundle's folder, or its place in an MLflow registry such as ``models:/winprob@champion``.
    host : str
        Address to listen on.
    port : int
        Port to listen on; 0 takes any that is free.
    history : pathlib.Path, optional
        The history folder that forecasts are made of; none are made if left out.
    tracking_uri : str
        The MLflow registry; if left out, as `winprob.models.registry.tracking_uri.tracking_uri` says.
    root_path : str
        The path under which a proxy offers the service, such as ``/winprob``; empty if none.
    allow_hosts : tuple of str
        Host names that are answered to, besides those of loopback and `host`.
    forwarded_allow_ips : str
        Addresses and networks of proxies, with commas, whose ``X-Forwarded-`` headers are believed; as the
        environment variable ``FORWARDED_ALLOW_IPS`` says if left out, else those of loopback.
    workers : int
        How many processes answer.
    look_every : float
        Seconds between two polls for another model or history. A folder counts once two polls agree, and all
        is to be noticed within a minute.

    Examples
    --------
    >>> Settings(model="bundle/").port
    8000
    """

    model: str = "models:/winprob@champion"
    host: str = "127.0.0.1"
    port: int = 8000
    history: Path | None = None
    tracking_uri: str = field(default_factory=default_tracking_uri)
    root_path: str = ""
    allow_hosts: tuple[str, ...] = ()
    forwarded_allow_ips: str = field(default_factory=_forwarded_allow_ips)
    workers: int = 1
    look_every: float = 25
