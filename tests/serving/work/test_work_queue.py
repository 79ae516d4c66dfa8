"""What is urgent goes first, never too much waits, and what nobody wants is not done."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winprob.serving.wire.refusal import Overloaded
from winprob.serving.work.job import Steps, one_step
from winprob.serving.work.lane import Lane
from winprob.serving.work.work_queue import WorkQueue

URGENT = Lane("questions", threads=2, most_waiting=50, patience=60, retry_after=1)
SLOW = Lane("errands", threads=1, most_waiting=50, patience=60, retry_after=7)
ALONE = Lane("questions", threads=1, most_waiting=2, patience=60, retry_after=1)


def steps(told: list[str], name: str, count: int, before: Callable[[], object] = lambda: None) -> Steps[str]:
    """Work that tells of each of its steps."""
    for number in range(count):
        before()
        told.append(f"{name}{number}")
        if number < count - 1:
            yield
    return name


async def begun(work: Awaitable[str]) -> "asyncio.Task[str]":
    """A task that has put its work into the queue."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    return task


def test_what_is_urgent_goes_between_the_steps_of_what_is_not() -> None:
    told: list[str] = []
    at_step, may_go_on = threading.Event(), threading.Event()

    def wait() -> None:
        at_step.set()
        may_go_on.wait()

    async def watch() -> None:
        queue = WorkQueue("test", 1, (URGENT, SLOW))
        slow = await begun(queue.run(SLOW, steps(told, "slow", 2, wait)))
        assert await asyncio.to_thread(at_step.wait, 10)
        later = await begun(queue.run(SLOW, steps(told, "later", 1)))
        urgent = [await begun(queue.run(URGENT, steps(told, name, 1))) for name in "ab"]
        assert (queue.waiting(URGENT), queue.waiting(SLOW)) == (2, 1)
        may_go_on.set()
        assert await asyncio.gather(slow, later, *urgent) == ["slow", "later", "a", "b"]
        queue.close()

    asyncio.run(watch())
    assert told == ["slow0", "a0", "b0", "slow1", "later0"]


def test_a_lane_leaves_threads_to_others() -> None:
    may_go_on = threading.Event()

    async def watch() -> None:
        queue = WorkQueue("test", 2, (URGENT, SLOW))
        slow = [await begun(queue.run(SLOW, one_step(may_go_on.wait))) for _ in range(9)]
        assert await asyncio.wait_for(queue.run(URGENT, one_step(divmod, 7, 2)), 10) == (3, 1)
        assert queue.waiting(SLOW) == 8
        may_go_on.set()
        assert all(await asyncio.gather(*slow))
        queue.close()

    asyncio.run(watch())


def test_beyond_the_bound_work_is_refused_and_says_when_to_come_back() -> None:
    may_go_on = threading.Event()

    async def watch() -> None:
        queue = WorkQueue("test", 1, (ALONE,))
        waiting = [await begun(queue.run(ALONE, one_step(may_go_on.wait))) for _ in range(3)]
        with pytest.raises(
            Overloaded, match="2 questions wait already; send the request again in 1 "
        ) as told:
            await queue.run(ALONE, one_step(divmod, 7, 2))
        assert told.value.retry_after == 1
        may_go_on.set()
        await asyncio.gather(*waiting)
        assert await queue.run(ALONE, one_step(divmod, 7, 2)) == (3, 1)
        queue.close()

    asyncio.run(watch())


def test_what_has_waited_too_long_is_refused_and_not_done() -> None:
    hasty = Lane("questions", threads=1, most_waiting=9, patience=0.01, retry_after=3)
    told: list[str] = []
    may_go_on = threading.Event()

    async def watch() -> None:
        queue = WorkQueue("test", 1, (hasty,))
        first = await begun(queue.run(hasty, steps(told, "first", 2, may_go_on.wait)))
        with pytest.raises(Overloaded, match=r"the questions did not come within 0\.01 sec"):
            await queue.run(hasty, steps(told, "second", 1))
        assert queue.waiting(hasty) == 0
        may_go_on.set()
        assert await first == "first"  # what has begun is done, however long it takes
        queue.close()

    asyncio.run(watch())
    assert told == ["first0", "first1"]


def test_what_nobody_waits_for_is_dropped() -> None:
    told: list[str] = []
    at_step, may_go_on = threading.Event(), threading.Event()

    def wait() -> None:
        at_step.set()
        may_go_on.wait()

    async def watch() -> None:
        queue = WorkQueue("test", 1, (SLOW,))
        under_way = await begun(queue.run(SLOW, steps(told, "left", 9, wait)))
        waiting = await begun(queue.run(SLOW, steps(told, "never", 1)))
        assert await asyncio.to_thread(at_step.wait, 10)
        under_way.cancel()
        waiting.cancel()
        await asyncio.wait([under_way, waiting])
        assert queue.waiting(SLOW) == 0
        assert queue.at_work
        may_go_on.set()
        await asyncio.gather(*map(asyncio.wrap_future, queue.under_way))
        assert await queue.run(SLOW, steps(told, "next", 1)) == "next"
        queue.close()

    asyncio.run(watch())
    assert told == ["left0", "next0"]


def test_errors_come_back_and_the_thread_goes_on() -> None:
    async def watch() -> None:
        queue = WorkQueue("test", 1, (ALONE,))
        with pytest.raises(ZeroDivisionError):
            await queue.run(ALONE, one_step(divmod, 1, 0))
        assert await queue.run(ALONE, one_step(divmod, 7, 2)) == (3, 1)
        queue.close()

    asyncio.run(watch())


def test_closing_drops_what_waits_and_what_is_between_steps() -> None:
    told: list[str] = []
    at_step, may_go_on = threading.Event(), threading.Event()

    def wait() -> None:
        at_step.set()
        may_go_on.wait()

    async def watch() -> None:
        queue = WorkQueue("test", 1, (SLOW,))
        under_way = await begun(queue.run(SLOW, steps(told, "a", 2, wait)))
        waiting = await begun(queue.run(SLOW, steps(told, "b", 1)))
        assert await asyncio.to_thread(at_step.wait, 10)
        queue.close()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        may_go_on.set()
        await asyncio.wait([under_way], timeout=10)
        assert under_way.cancelled()

    asyncio.run(watch())
    assert told == ["a0"]


WORK = st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.booleans()), max_size=12)


@settings(max_examples=50, deadline=None)
@given(WORK, st.integers(1, 3))
def test_all_that_is_wanted_is_done_once_and_in_order(
    work: list[tuple[bool, int, bool]], threads: int
) -> None:
    """Of each lane in order of arrival, whatever else is dropped meanwhile."""
    told: list[str] = []

    async def watch() -> None:
        queue = WorkQueue("test", threads, (URGENT, SLOW))
        asked = []
        for number, (urgent, count, dropped) in enumerate(work):
            lane = URGENT if urgent else SLOW
            task = await begun(queue.run(lane, steps(told, f"{lane.name}-{number}-", count)))
            asked.append((task, dropped))
        for task, dropped in asked:
            if dropped:
                task.cancel()
        results = await asyncio.gather(*(task for task, _ in asked), return_exceptions=True)
        for (task, dropped), result in zip(asked, results, strict=True):
            assert dropped or not isinstance(result, BaseException), task
        assert (queue.waiting(URGENT), queue.waiting(SLOW)) == (0, 0)
        await asyncio.gather(*map(asyncio.wrap_future, queue.under_way), return_exceptions=True)
        assert not queue.at_work
        queue.close()

    asyncio.run(watch())
    assert len(set(told)) == len(told)
    numbers = [int(each.split("-")[1]) for each in told if each.startswith("errands")]
    assert numbers == sorted(numbers)  # one thread alone does them
