"""HTTP/1.1 as uvicorn speaks it, with a problem document for what is not HTTP."""

from __future__ import annotations

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from winprob.serving.http.headers import CACHE_CONTROL, SECURITY
from winprob.serving.wire import problems
from winprob.serving.wire.refusal import MalformedRequest

HEADERS = SECURITY | {"Cache-Control": CACHE_CONTROL, "Connection": "close"}


class Protocol(H11Protocol):
    """A connection; malformed requests never reach the application and are refused here."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what cannot be read as a request, and close the connection.

        Parameters
        ----------
        msg : str
            What uvicorn would say.
        """
        # An answer may be under way on the same connection: then only closing is left.
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = problems.answer(MalformedRequest(), "")
            answer.headers.update(HEADERS)
            start = h11.Response(
                status_code=answer.status_code, headers=answer.raw_headers, reason=b"Bad Request"
            )
            for event in (start, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
