"""Requests that only this machine may make: sent over loopback, by nobody in between."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from fastapi import Request

from winprob.serving.http.hosts import LOOPBACK, host_of
from winprob.serving.wire.refusal import NotFromThisMachine

FORWARDING = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
)
"""Headers by which a proxy tells that it is one: it may run on this machine while its clients do not."""


def loopback_only(request: Request) -> None:
    """Refuse a request that may come from elsewhere, as a dependency of an endpoint.

    Parameters
    ----------
    request : fastapi.Request
        Of no use to it are headers that say where it comes from: only the address of the socket counts.

    Raises
    ------
    winprob.serving.wire.refusal.NotFromThisMachine
        If it comes from another machine, through a proxy, from a page of another origin, or was sent to
        another name than this machine's own.

    Examples
    --------
    ``router.post("/reload", dependencies=[Depends(loopback_only)])``
    """
    for header in FORWARDING:
        if header in request.headers:
            raise NotFromThisMachine(f"one through a proxy (header {header})")
    # Without those headers nobody has replaced it: it is the address of the socket.
    address = None if request.client is None else request.client.host
    if address is None or not _is_loopback(address):
        raise NotFromThisMachine(f"one from {address or 'an unknown address'}")
    if host_of(request.headers) not in LOOPBACK:
        raise NotFromThisMachine(f"one to the host {request.headers.get('host')!r}")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise NotFromThisMachine(f"one from a page of {origin!r}")


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped  # how a listener of both kinds sees a client of the older kind
    return found.is_loopback
