"""A reverse proxy in a thread, on a free port, that offers a server under a path."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@contextmanager
def proxying(
    server: httpx.Client, prefix: str, strips: bool, headers: Mapping[str, str] | None = None
) -> Iterator[httpx.Client]:
    """A client of a proxy, which takes the prefix off the path or leaves it there, and adds headers."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                self.send_error(404, "Not of the proxy's path")
                return
            path = self.path.removeprefix(prefix) if strips else self.path
            sent = {"Accept-Language": self.headers["Accept-Language"] or "en", **(headers or {})}
            answer = server.get(path, headers=sent)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["content-type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing: the suite is quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{proxy.server_port}", timeout=60) as client:
                yield client
        finally:
            proxy.shutdown()
            thread.join()
