"""Only names that are meant for the server are answered to."""

import socket
from collections.abc import Iterator

import httpx
import pytest
from servers import running

from winprob.serving.http.hosts import checked_names
from winprob.serving.settings import Settings
from winprob.serving.wire.refusal import InvalidHostName


@pytest.fixture(scope="module")
def named() -> Iterator[httpx.Client]:
    """A client of a server with a further name."""
    with running(
        Settings(model="no/such/folder", host="192.0.2.5", allow_hosts=("Sales.example",))
    ) as client:
        yield client


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1:8000",
        "[::1]:80",
        "LocalHost.",
        "sales.example",
        "sales.EXAMPLE:443",
        "192.0.2.5",
    ],
)
def test_its_names_are_answered(named: httpx.Client, host: str) -> None:
    assert named.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "x.sales.example",
        "127.0.0.1@evil.example",
        "[::2]",
        "a:b",
        "::1",
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/docs", "/openapi.json", "/nothing"])
def test_others_are_refused(named: httpx.Client, host: str, path: str) -> None:
    answer = named.get(path, headers={"host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == "urn:problem-type:winprob:refused-host"
    assert problem["errors"] == [
        {
            "field": "header Host",
            "expected": "a name that the server is to be reached by",
            "found": repr(host),
            "remedy": "use another address, or start the server with --allow-host NAME",
        }
    ]


def test_no_name_is_none(named: httpx.Client) -> None:
    with socket.create_connection((named.base_url.host, named.base_url.port or 0)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"found none" in answer


@pytest.mark.parametrize("name", ["http://a.example", "a.example:80", "a.example/", "*", "", "a b"])
def test_what_is_no_name_is_named(name: str) -> None:
    with pytest.raises(InvalidHostName, match=r"^--allow-host: expected a host name such as"):
        checked_names(["localhost", name])


def test_addresses_are_names() -> None:
    assert checked_names(["2001:db8::1", "192.0.2.1"]) == ("2001:db8::1", "192.0.2.1")
