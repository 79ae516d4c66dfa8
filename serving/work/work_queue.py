"""A queue that a few threads work off: the most urgent lane first, in each lane in order of arrival."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from winprob.serving.wire.refusal import Overloaded
from winprob.serving.work.job import Job, Steps
from winprob.serving.work.lane import Lane

Result = TypeVar("Result")


class WorkQueue:
    """Bounded work in threads.

    Between two steps of a job whatever is more urgent goes first. A job that has begun goes on before others
    of its lane begin.

    Parameters
    ----------
    name : str
        Of the threads.
    threads : int
        How many there are.
    lanes : sequence of Lane
        The most urgent first.

    Examples
    --------
    >>> lane = Lane("questions", threads=1, most_waiting=9, patience=60, retry_after=1)
    >>> async def ask():
    ...     queue = WorkQueue("example", 1, [lane])
    ...     answer = await queue.run(lane, one_step(divmod, 7, 2))
    ...     queue.close()
    ...     return answer
    >>> from winprob.serving.work.job import one_step
    >>> asyncio.run(ask())
    (3, 1)
    """

    def __init__(self, name: str, threads: int, lanes: Sequence[Lane]) -> None:
        self._threads, self._count = ThreadPoolExecutor(threads, name), threads
        self._waiting: dict[Lane, OrderedDict[Job[Any], None]] = {lane: OrderedDict() for lane in lanes}
        self._at_work = dict.fromkeys(lanes, 0)
        self._jobs: set[Job[Any]] = set()
        self._turns: set[Future[None]] = set()
        self._closed = False
        self._lock = Lock()

    async def run(self, lane: Lane, steps: Steps[Result]) -> Result:
        """Do work when its turn comes; if the task that waits for it is cancelled, it is dropped.

        Parameters
        ----------
        lane : Lane
            One of the queue's.
        steps : generator
            As `Job` takes them.

        Returns
        -------
        object
            What the steps return.

        Raises
        ------
        winprob.serving.wire.refusal.Overloaded
            If too much waits already, or it has waited too long.
        """
        job = self._add(lane, steps)
        expiry = asyncio.get_running_loop().call_later(lane.patience, self._expire, job)
        try:
            return await asyncio.wrap_future(job.future)
        finally:
            expiry.cancel()

    def waiting(self, lane: Lane) -> int:
        """Count the jobs of a lane that wait for a thread."""
        return len(self._waiting[lane])

    @property
    def under_way(self) -> tuple[Future[Any], ...]:
        """What has not ended: jobs, and the threads that are at a step, also of a job that was dropped."""
        return (*(job.future for job in tuple(self._jobs)), *tuple(self._turns))

    @property
    def at_work(self) -> bool:
        """Whether any thread is at work."""
        return bool(self._turns)

    def close(self) -> None:
        """Begin nothing more; steps that are being taken go on."""
        with self._lock:
            self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for lane in self._waiting.values():
            for job in tuple(lane):
                job.future.cancel()

    def _add(self, lane: Lane, steps: Steps[Result]) -> Job[Result]:
        waiting = self._waiting[lane]
        # What finds a thread at once does not wait: the bound is of what is beyond that.
        if len(waiting) + self._at_work[lane] >= lane.threads + lane.most_waiting:
            raise Overloaded(f"{lane.most_waiting} {lane.name} wait already", lane.retry_after)
        job = Job(lane, steps)
        self._jobs.add(job)
        job.future.add_done_callback(lambda _: self._forget(job))
        with self._lock:
            waiting[job] = None
        self._give_turn()
        return job

    def _expire(self, job: Job[Any]) -> None:
        with self._lock:
            if job.begun:
                return
            lane = job.lane
            self._waiting[lane].pop(job, None)
        told = f"its turn among the {lane.name} did not come within {lane.patience:g} seconds"
        job.tell(error=Overloaded(told, lane.retry_after))

    def _forget(self, job: Job[Any]) -> None:
        with self._lock:
            self._waiting[job.lane].pop(job, None)
        self._jobs.discard(job)

    def _give_turn(self) -> None:
        """Let a thread take a step as soon as one is free: of whatever is the most urgent by then."""
        turn = self._threads.submit(self._take_turn)
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)

    def _take_turn(self) -> None:
        job = self._next()
        if job is None:
            return  # it was dropped, or as many of its lane as may are at work: they give turns when done
        job.step()
        with self._lock:
            lane, waiting = job.lane, self._waiting[job.lane]
            self._at_work[lane] -= 1
            if not job.future.done():
                waiting[job] = None
                waiting.move_to_end(job, last=False)
            # Others of the lane have a turn each, but for those whose turn came while the lane was at work.
            again = bool(waiting) and not self._closed and (job in waiting or lane.threads < self._count)
        if self._closed:
            job.future.cancel()
        if job.future.done():
            self._forget(job)  # it may have been dropped in this very moment
        if again:
            self._give_turn()

    def _next(self) -> Job[Any] | None:
        with self._lock:
            for lane, waiting in self._waiting.items():
                if waiting and self._at_work[lane] < lane.threads:
                    job, _ = waiting.popitem(last=False)
                    job.begun = True
                    self._at_work[lane] += 1
                    return job
        return None
