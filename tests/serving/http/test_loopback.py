"""What only this machine may ask."""

from __future__ import annotations

import pytest
from fastapi import Request

from winprob.serving.http.loopback import FORWARDING, loopback_only
from winprob.serving.wire.refusal import NotFromThisMachine


def request(client: str | None = "127.0.0.1", host: str | None = "localhost:8000", **headers: str) -> Request:
    given = ({} if host is None else {"host": host}) | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Request(
        {
            "type": "http",
            "method": "POST",
            "path": "/",
            "client": None if client is None else (client, 50_000),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
    )


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST."])
def test_this_machine_may_ask(client: str, host: str) -> None:
    loopback_only(request(client, host))


@pytest.mark.parametrize("client", ["192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "testclient", "", None])
def test_another_may_not(client: str | None) -> None:
    with pytest.raises(NotFromThisMachine, match=f"found one from {client or 'an unknown address'}; send it"):
        loopback_only(request(client))


@pytest.mark.parametrize("header", FORWARDING)
def test_a_proxy_may_not_whatever_it_says(header: str) -> None:
    with pytest.raises(NotFromThisMachine, match=rf"found one through a proxy \(header {header}\)"):
        loopback_only(request(**{header: "127.0.0.1"}))


@pytest.mark.parametrize("host", ["crm.example.com", "10.0.0.5:8000", "a b", None])
def test_what_was_sent_to_another_name_may_not(host: str | None) -> None:
    with pytest.raises(NotFromThisMachine, match="found one to the host "):
        loopback_only(request(host=host))


def test_a_page_of_another_origin_may_not() -> None:
    loopback_only(request(origin="http://localhost:8000"))
    for origin in ("https://evil.example", "http://localhost:9000", "null"):
        with pytest.raises(NotFromThisMachine, match="found one from a page of "):
            loopback_only(request(origin=origin))
