"""A service follows: polls come one after the other, and each swap is whole."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable

import pytest
from bundles import trained_bundle
from successors import successor

from winprob.features.notice import Notice
from winprob.serving.engines import Engines
from winprob.serving.follow.follower import Poll
from winprob.serving.follow.following import Following
from winprob.serving.follow.rejected import Rejected
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.scorer import Scorer
from winprob.serving.service import Service
from winprob.serving.wire.refusal import NotReady

SEVEN = Engines(Scorer(ServedModel(trained_bundle(), "7")))
EIGHT = Engines(Scorer(ServedModel(successor(), "8")))
BAD = Rejected(part="model", version="9", reason="it does not add up")

SAME = Poll(SEVEN, (), ())
SWAPPED = Poll(EIGHT, ("model",), ())
REJECTED = Poll(SEVEN, (), (BAD,))


class Script:
    """A follower that comes to what it was told, poll after poll, and waits if it was told to."""

    def __init__(self, *polls: Poll | Exception) -> None:
        self.polls = list(polls)
        self.asked: list[bool] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.at_work = threading.Semaphore()

    def open(self) -> Engines:
        return SEVEN

    def poll(self, asked: bool = False) -> Poll:
        assert self.at_work.acquire(blocking=False), "two polls at a time"
        try:
            self.asked.append(asked)
            self.may_go_on.wait()
            poll = self.polls.pop(0) if self.polls else SAME
            if isinstance(poll, Exception):
                raise poll
            return poll
        finally:
            self.at_work.release()


class Clock:
    """Waits as often as it is told to go on."""

    def __init__(self) -> None:
        self.waits: asyncio.Queue[float] = asyncio.Queue()
        self._ticks: asyncio.Queue[None] = asyncio.Queue()

    async def wait(self, seconds: float) -> None:
        await self.waits.put(seconds)
        await self._ticks.get()

    async def tick(self) -> None:
        """Let one wait end, and the poll after it."""
        self._ticks.put_nowait(None)
        await self.waits.get()


Watch = Callable[[Service, Following, Clock], Awaitable[None]]


def follow(script: Script, watch: Watch) -> None:
    async def run() -> None:
        service, clock = Service(script.open), Clock()
        following = Following(service, script, 25, clock.wait)  # type: ignore[arg-type]
        assert await clock.waits.get() == 25
        try:
            await watch(service, following, clock)
        finally:
            following.stop()
            await service.close()

    asyncio.run(run())


def test_each_wait_is_followed_by_a_poll() -> None:
    script = Script(SAME, SWAPPED)

    async def watch(service: Service, following: Following, clock: Clock) -> None:
        assert script.asked == []
        await clock.tick()
        assert service.engines is SEVEN
        await clock.tick()
        assert service.engines is EIGHT
        assert script.asked == [False, False]
        assert following.rejected == ()

    follow(script, watch)


def test_what_is_wrong_is_kept_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    again = Poll(SEVEN, (), (BAD.model_copy(update={"at": SEVEN.model_since}),))
    script = Script(REJECTED, REJECTED, again, SWAPPED)

    async def watch(service: Service, following: Following, clock: Clock) -> None:
        for _ in range(3):
            await clock.tick()
            assert following.rejected[0].same_as(BAD)
        assert service.engines is SEVEN
        await clock.tick()
        assert following.rejected == ()

    with caplog.at_level(logging.INFO, "winprob.serving"):
        follow(script, watch)
    assert [record.getMessage() for record in caplog.records] == [
        "Not served: version 9 of the model: it does not add up",
        "Now served: winprob 8 (before: 7), with the same history",
    ]


def test_what_is_new_about_a_history_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    one, other = (Notice(code, "opportunities", "7 x", "not recorded", "correct it") for code in "ab")

    class Noticing(Engines):
        @property
        def notices(self) -> tuple[Notice, ...]:
            return (one, other) if self.scorer is EIGHT.scorer else (one,)

    seven, eight = Noticing(SEVEN.scorer), Noticing(EIGHT.scorer)
    script = Script(Poll(seven, ("history",), ()), Poll(eight, ("model", "history"), ()))

    async def watch(_: Service, __: Following, clock: Clock) -> None:
        await clock.tick()
        await clock.tick()

    follow(script, watch)
    assert [record.getMessage() for record in caplog.records] == [
        "Now served: winprob 7 (before: 7), with a history read anew",
        str(one),
        "Now served: winprob 8 (before: 7), with a history read anew",
        str(other),
    ]


def test_a_fault_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    script = Script(ZeroDivisionError("a fault"), SWAPPED)

    async def watch(service: Service, _: Following, clock: Clock) -> None:
        await clock.tick()
        assert service.engines is SEVEN
        await clock.tick()
        assert service.engines is EIGHT

    follow(script, watch)
    assert caplog.records[0].exc_info is not None
    assert "others follow" in caplog.records[0].getMessage()


def test_who_asks_is_told_what_came_of_it() -> None:
    script = Script(REJECTED, SWAPPED)

    async def watch(service: Service, following: Following, _: Clock) -> None:
        assert await following.reload() is REJECTED
        assert following.rejected == (BAD,)
        assert await following.reload() is SWAPPED
        assert service.engines is EIGHT
        assert script.asked == [True, True]

    follow(script, watch)


def test_whoever_asks_has_others_look_and_they_tell_nobody() -> None:
    script, told = Script(REJECTED, SWAPPED), []

    async def watch(service: Service, following: Following, _: Clock) -> None:
        following.tell_others = lambda: told.append("look")
        await following.reload()
        following.look()
        while service.engines is not EIGHT:
            await asyncio.sleep(0.01)
        assert script.asked == [True, True]

    follow(script, watch)
    assert told == ["look"]


def test_one_who_asks_waits_for_another() -> None:
    script = Script(SWAPPED)
    script.may_go_on.clear()

    async def watch(service: Service, following: Following, _: Clock) -> None:
        asking = [asyncio.create_task(following.reload()) for _ in range(2)]
        while not script.asked:
            await asyncio.sleep(0.01)
        assert await service.run(divmod, 7, 2) == (3, 1)  # others are answered meanwhile
        assert service.engines is SEVEN
        script.may_go_on.set()
        assert await asyncio.gather(*asking) == [SWAPPED, SAME]

    follow(script, watch)


def test_nobody_is_told_before_a_model_is_there() -> None:
    may_open = threading.Event()

    async def run() -> None:
        def load() -> Engines:
            may_open.wait()
            raise OSError("the disk is gone")

        service = Service(load)
        script = Script()
        following = Following(service, script, 25, Clock().wait)  # type: ignore[arg-type]
        with pytest.raises(NotReady, match="is being loaded"):
            await following.reload()
        may_open.set()
        await asyncio.wait([service.opening])
        with pytest.raises(NotReady, match="the disk is gone"):
            await following.reload()
        await asyncio.sleep(0)
        assert script.asked == []
        following.stop()
        await service.close()

    asyncio.run(run())


def test_a_look_under_way_is_cancelled_when_it_stops() -> None:
    script = Script(SWAPPED)
    script.may_go_on.clear()

    async def watch(service: Service, following: Following, _: Clock) -> None:
        asking = asyncio.create_task(following.reload())
        while not script.asked:
            await asyncio.sleep(0.01)
        following.stop()
        with pytest.raises(asyncio.CancelledError):
            await asking
        script.may_go_on.set()
        assert service.engines is SEVEN

    follow(script, watch)


def test_what_was_replaced_is_let_go_once_nobody_works_with_it() -> None:
    script = Script(SWAPPED)
    started, may_go_on = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        may_go_on.wait()

    async def watch(service: Service, following: Following, clock: Clock) -> None:
        let_go = asyncio.Event()
        following.after_swap = let_go.set
        under_way = asyncio.create_task(service.run(work))
        await asyncio.sleep(0)
        started.wait()
        await clock.tick()
        assert service.engines is EIGHT
        assert await service.run(divmod, 7, 2) == (3, 1)
        assert not let_go.is_set()
        may_go_on.set()
        await asyncio.wait_for(let_go.wait(), 60)
        await under_way

    follow(script, watch)
