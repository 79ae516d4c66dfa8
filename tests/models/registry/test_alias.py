"""Which version an alias names, as a tracking server tells it."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from winprob.models.registry.alias import PATH, aliased_version

VERSION = json.dumps({"model_version": {"name": "winprob", "version": "8"}}).encode()


class Tracking(ThreadingHTTPServer):
    """A server that answers every request alike and keeps what it was asked."""

    def __init__(self, status: int = 200, body: bytes = VERSION, location: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.status, self.body, self.location = status, body, location
        self.asked: list[tuple[str, str | None]] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Tracking

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Authorization"]))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def nobody_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def tracking() -> Iterator[Tracking]:
    yield from serving(Tracking())


def serving(server: Tracking) -> Iterator[Tracking]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def basic(login: str) -> str:
    return f"Basic {b64encode(login.encode()).decode()}"


def test_the_version_is_asked_for_by_name_and_alias(tracking: Tracking) -> None:
    assert aliased_version(f"http://{tracking.place}/", "win prob", "champion") == "8"
    assert tracking.asked == [(f"{PATH}?name=win%20prob&alias=champion", None)]


def test_a_server_under_a_path_is_asked_there(tracking: Tracking) -> None:
    assert aliased_version(f"http://{tracking.place}/mlflow", "winprob", "champion") == "8"
    assert tracking.asked[0][0].startswith(f"/mlflow{PATH}?")


def test_user_and_password_are_those_of_the_address(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "other")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "other")
    assert aliased_version(f"http://ann:s%40cret@{tracking.place}", "winprob", "champion") == "8"
    assert tracking.asked[0][1] == basic("ann:s@cret")


@pytest.mark.parametrize(
    ("known", "sent"),
    [
        ({"USERNAME": "ann", "PASSWORD": "secret"}, basic("ann:secret")),
        ({"USERNAME": "ann", "PASSWORD": "secret", "TOKEN": "key"}, basic("ann:secret")),
        ({"TOKEN": "key"}, "Bearer key"),
        ({"USERNAME": "ann"}, None),
    ],
)
def test_who_asks_is_told_by_the_variables_of_mlflow(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch, known: dict[str, str], sent: str | None
) -> None:
    for name, value in known.items():
        monkeypatch.setenv(f"MLFLOW_TRACKING_{name}", value)
    assert aliased_version(f"http://{tracking.place}", "winprob", "champion") == "8"
    assert tracking.asked[0][1] == sent


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"error_code": "RESOURCE_DOES_NOT_EXIST"}'),
        (401, b""),
        (500, b""),
        (200, b"<html>"),
        (200, b"{}"),
        (200, b"[]"),
        (200, b'{"model_version": 3}'),
        (200, b"\xff"),
    ],
)
def test_any_other_answer_is_none(status: int, body: bytes) -> None:
    for server in serving(Tracking(status, body)):
        assert aliased_version(f"http://{server.place}", "winprob", "champion") is None


def test_a_login_is_not_sent_on_to_another_server(tracking: Tracking) -> None:
    for server in serving(Tracking(302, b"", f"http://{tracking.place}/elsewhere")):
        assert aliased_version(f"http://ann:secret@{server.place}", "winprob", "champion") == "8"
        assert server.asked[0][1] == basic("ann:secret")
    assert tracking.asked == [("/elsewhere", None)]


@pytest.mark.parametrize("server", ["http://127.0.0.1:1", "http://127.0.0.1:99999", "https://[", "http://"])
def test_no_server_is_no_version(server: str) -> None:
    assert aliased_version(server, "winprob", "champion") is None
