"""Requests that are refused before it matters what they ask."""

from __future__ import annotations

import reprlib

from winprob.features.mistake import Mistake
from winprob.features.problem import Problem


class Refusal(Mistake):
    """A request, or a setting, that cannot be used.

    Parameters
    ----------
    problem : Problem
        What is wrong with it.
    """

    def __init__(self, problem: Problem) -> None:
        self.problems = (problem,)
        super().__init__(str(problem))


class RefusedHost(Refusal):
    """A request for a host name that the server does not answer to.

    Parameters
    ----------
    host : str
        The header ``Host``; empty where there is none.
    """

    def __init__(self, host: str) -> None:
        remedy = "use another address, or start the server with --allow-host NAME"
        found = reprlib.repr(host) if host else "none"
        super().__init__(Problem("header Host", "a name that the server is to be reached by", found, remedy))


class InvalidHostName(Refusal):
    """Something other than a host name where one is expected."""


class InvalidPrefix(Refusal):
    """Something other than the beginning of a path where one is expected."""


class NotFromThisMachine(Refusal):
    """A request that only this machine may make, from somewhere else.

    Parameters
    ----------
    found : str
        What it is instead.
    """

    def __init__(self, found: str) -> None:
        remedy = "send it on the machine that the server runs on, to http://127.0.0.1 and its port"
        super().__init__(Problem("request", "one from this machine itself, over loopback", found, remedy))


class MalformedRequest(Refusal):
    """Bytes that are not an HTTP request."""

    def __init__(self) -> None:
        remedy = "correct what the client or a proxy sends"
        super().__init__(Problem("request", "HTTP/1.1", "something else", remedy))


class Stopping(RuntimeError):
    """The server stops before a request is answered."""

    def __init__(self) -> None:
        super().__init__("The server was told to stop before the answer was ready: send it again later")


class Overloaded(RuntimeError):
    """The server has more to do than it can do in time.

    Parameters
    ----------
    found : str
        Of what there is too much.
    retry_after : int
        Seconds after which it is worth trying again.
    """

    def __init__(self, found: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"The server has too much to do: {found}; send the request again in {retry_after} seconds or "
            "later"
        )


class TooSlow(RuntimeError):
    """A client that takes too long to send its request."""

    def __init__(self) -> None:
        super().__init__(
            "The request came too slowly: send it again, over a faster connection or a smaller one"
        )


class NotReady(RuntimeError):
    """The model is not loaded: not yet, or it could not be."""


class NoHistory(RuntimeError):
    """There is no history to make forecasts of."""

    def __init__(self) -> None:
        super().__init__(
            "Forecasts are made of a history, and the service was started without one: start it with "
            "winprob serve --history HISTORY"
        )


class NoSuchOpportunity(Mistake):
    """An opportunity that is not known, or was not yet.

    Parameters
    ----------
    problem : Problem
        What is wrong.

    Examples
    --------
    >>> raise NoSuchOpportunity(Problem("opportunity_id", "a known id", "'X'", "correct it"))
    Traceback (most recent call last):
    ...
    winprob.serving.wire.refusal.NoSuchOpportunity: opportunity_id: expected a known id, found 'X'; correct it
    """

    def __init__(self, problem: Problem) -> None:
        self.problems = (problem,)
        super().__init__(str(problem))
