"""Answers that are made once: for all who ask at the same time, and for whoever asks later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from cachetools import LRUCache
from fastapi import Response

MOST_BYTES = 32 << 20
"""Bytes of answers that are kept: a page takes a few hundred thousand, so some hundred of them."""


@dataclass
class UnderWay:
    """An answer that is being made, and how many wait for it."""

    task: asyncio.Task[Response]
    waiting: int = 0


class SharedAnswers:
    """Answers by what was asked, the latest of them.

    Parameters
    ----------
    most_bytes : int
        How much of them is kept.

    Examples
    --------
    See ``tests/serving/work/test_shared_answers.py``.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: LRUCache[Hashable, Response] = LRUCache(most_bytes, getsizeof=lambda kept: len(kept.body))
        self._under_way: dict[Hashable, UnderWay] = {}

    async def get(self, asked: Hashable, make: Callable[[], Awaitable[Response]]) -> Response:
        """Give an answer: at once if it is kept, or else when it is made.

        Parameters
        ----------
        asked : hashable
            What is asked.
        make : callable
            Makes the answer. It is cancelled once all who wait for it are.

        Raises
        ------
        Exception
            Whatever `make` raises; all who wait are told, and nothing is kept.
        """
        kept = self._kept.get(asked)
        if kept is None:
            kept = await self._wait_for(asked, make)
        return Response(kept.body, kept.status_code, dict(kept.headers))  # its own: others add to the headers

    async def _wait_for(self, asked: Hashable, make: Callable[[], Awaitable[Response]]) -> Response:
        if asked not in self._under_way:
            self._under_way[asked] = UnderWay(asyncio.create_task(self._make(asked, make)))
        answer = self._under_way[asked]
        answer.waiting += 1
        try:
            return await asyncio.shield(answer.task)
        finally:
            answer.waiting -= 1
            if not answer.waiting:
                answer.task.cancel()
                if self._under_way.get(asked) is answer:
                    del self._under_way[asked]

    async def _make(self, asked: Hashable, make: Callable[[], Awaitable[Response]]) -> Response:
        answer = await make()
        if len(answer.body) <= self._kept.maxsize:
            self._kept[asked] = answer
        return answer
