"""A running service follows: it looks again and again, beside its work, and whenever it is asked to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request

from winprob.features.notice import Notice
from winprob.serving.follow.follower import Follower, Poll
from winprob.serving.follow.rejected import Rejected
from winprob.serving.scores.answer import ModelName
from winprob.serving.service import Service
from winprob.serving.wire.refusal import NotReady

LOOK = b"look"
"""Said by a process that is asked to look for another model and history now; others are told the same."""

PAUSE = 1
"""Seconds in which a thread lets go of work whose result it has told: it only needs its turn."""

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class Following:
    """Keeps a service at the newest model and history.

    Parameters
    ----------
    service : Service
    follower : Follower
        What `service` is opened by.
    every : float
        Seconds between two polls.
    wait : callable
        Waits for so many seconds.

    Attributes
    ----------
    rejected : tuple of Rejected
        What the last poll found newer, and not to be served.
    after_swap : callable
        Called once nobody works any more with the engines that were replaced.
    tell_others : callable
        Called when somebody asks to look now: other processes that serve the same are to look as well.
    """

    def __init__(
        self,
        service: Service,
        follower: Follower,
        every: float,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.rejected: tuple[Rejected, ...] = ()
        self.after_swap: Callable[[], None] = lambda: None
        self.tell_others: Callable[[], None] = lambda: None
        self._service = service
        self._follower = follower
        self._every = every
        self._wait = wait
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._start(self._follow())

    async def reload(self) -> Poll:
        """Look now, whatever was rejected before; waits for a poll that is under way.

        Returns
        -------
        Poll
            What came of it.

        Raises
        ------
        winprob.serving.wire.refusal.NotReady
            If nothing is loaded yet.
        """
        poll = self._start(self._poll(asked=True))
        self.tell_others()
        return await poll

    def look(self) -> None:
        """Look now, because another process was asked to."""
        self._start(self._look(asked=True))

    def stop(self) -> None:
        """Look no more; whoever waits for a poll is told that it was cancelled."""
        for task in tuple(self._tasks):
            task.cancel()

    async def _follow(self) -> None:
        await asyncio.wait([self._service.opening])
        with suppress(NotReady):  # it could not be loaded at first: nothing is served that could be replaced
            while self._service.engines:
                await self._wait(self._every)
                await self._look()

    async def _look(self, asked: bool = False) -> None:
        """Look, and log what goes wrong: nobody waits for what comes of it."""
        try:
            await self._poll(asked)
        except Exception:
            logger.exception("A poll for another model or history failed; others follow")

    async def _poll(self, asked: bool = False) -> Poll:
        async with self._one_at_a_time:
            # Not the engines themselves: whoever holds them keeps them from being let go.
            before, notices = self._service.scorer.model, self._service.engines.notices
            poll = await self._service.run_loading(self._follower.poll, asked)
            _report(poll, before, notices, self.rejected)
            self.rejected = poll.rejected
            if poll.swapped:
                await self._service.prepare(poll.engines)
                self._service.swap(poll.engines)
                self._start(self._tidy())
            return poll

    async def _tidy(self) -> None:
        await self._service.work_under_way()
        await asyncio.sleep(PAUSE)
        self.after_swap()

    def _start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _report(
    poll: Poll, before: ModelName, notices: Collection[Notice], rejected: Collection[Rejected]
) -> None:
    """Log what is new of a poll."""
    for each in poll.rejected:
        if not any(each.same_as(other) for other in rejected):
            logger.warning("%s", each)
    if poll.swapped:
        model = poll.engines.scorer.model
        history = "a history read anew" if "history" in poll.swapped else "the same history"
        logger.warning(
            "Now served: %s %s (before: %s), with %s", model.name, model.version, before.version, history
        )
        for notice in poll.engines.notices:
            if notice not in notices:
                logger.warning("%s", notice)


def _following(request: Request) -> Following:
    return cast(Following, request.app.state.following)


TheFollowing = Annotated[Following, Depends(_following)]
"""The following of the application that answers, as an endpoint takes it."""
