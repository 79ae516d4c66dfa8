"""The body of a request: JSON of a bounded size, and nothing that only looks like it."""

from __future__ import annotations

import json
import reprlib
from collections import Counter
from email.message import Message
from typing import Any

from fastapi import Request
from pydantic_core import from_json

from winprob.features.problem import Problem


class RefusedBody(ValueError):
    """A body that cannot be read.

    Parameters
    ----------
    problem : Problem
        What is wrong with it.
    """

    def __init__(self, problem: Problem) -> None:
        self.problems = (problem,)
        super().__init__(str(problem))


class BodyTooLarge(RefusedBody):
    """A body of more bytes than are read."""


class NotSentAsJson(RefusedBody):
    """A body whose headers say that it is not JSON as it stands."""


class InvalidJson(RefusedBody):
    """A body that is not JSON."""


class JsonBody:
    """Takes the body of a request that says it is JSON; a dependency of endpoints.

    Parameters
    ----------
    most : int
        Its bytes at most. More are never held in memory, whether or not the request says how many come.
    """

    def __init__(self, most: int) -> None:
        self.most = most

    async def __call__(self, request: Request) -> bytes:
        """Read the body; parsing it is work for a thread.

        Raises
        ------
        NotSentAsJson
            If the content type is not JSON, or the content is compressed.
        BodyTooLarge
            If there is more of it.
        """
        _check_headers(request)
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self.most:
            raise self._too_large(f"{declared} bytes")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self.most:
                raise self._too_large("more")
        return bytes(body)

    def _too_large(self, found: str) -> BodyTooLarge:
        remedy = "leave out what is long past, or send several requests"
        return BodyTooLarge(Problem("body", f"at most {self.most} bytes", found, remedy))


def _check_headers(request: Request) -> None:
    message = Message()
    message["content-type"] = sent_as = request.headers.get("content-type", "")
    named = message.get_content_type()
    if named != "application/json" and not named.endswith("+json"):
        remedy = "send the header Content-Type: application/json"
        found = reprlib.repr(sent_as) if sent_as else "none"
        raise NotSentAsJson(Problem("header Content-Type", "application/json", found, remedy))
    coding = request.headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        problem = Problem("header Content-Encoding", "none", reprlib.repr(coding), "send the body as it is")
        raise NotSentAsJson(problem)


def _expect_each_once(pairs: list[tuple[str, Any]]) -> None:
    often = Counter(name for name, _ in pairs)
    for name, count in often.items():
        if count > 1:
            raise InvalidJson(
                Problem(name, "every key once in an object", f"{count} times", "keep one of them")
            )


def parse(body: bytes) -> Any:
    """Read JSON strictly: no NaN or Infinity, no lone surrogates, no key twice, no nesting beyond all reason.

    Parameters
    ----------
    body : bytes
        In UTF-8.

    Raises
    ------
    InvalidJson
        Naming line and column, or the key that is there twice.

    Examples
    --------
    >>> parse(b'{"amount": NaN}')
    Traceback (most recent call last):
    ...
    winprob.serving.wire.body.InvalidJson: body: expected valid JSON, found an error: expected value...
    """
    try:
        content = from_json(body, allow_inf_nan=False)
        # Only the standard library tells of keys that are there twice; of these the last would be scored.
        json.loads(body, object_pairs_hook=_expect_each_once)
        return content
    except RefusedBody:
        raise
    except ValueError as error:
        raise InvalidJson(Problem("body", "valid JSON", f"an error: {error}", "correct it there")) from error
