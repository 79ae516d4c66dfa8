"""What a running application holds: threads for the work, and the engines once the model is loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Annotated, Any, ParamSpec, TypeVar, cast

from fastapi import Depends, Request

from winprob.serving.engines import Engines
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.scores.scorer import Scorer
from winprob.serving.wire.refusal import NoHistory, NotReady

THREADS = 4
"""Scoring holds a thread for milliseconds, a large batch for seconds: others get their turn beside it."""

FORECAST_THREADS = 2
"""A new forecast holds a thread for seconds, and so does whoever waits for it."""

PATIENCE = 1
"""Seconds that work is given to end once the service closes: whoever asked for it is no longer there."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Service:
    """The engines and the threads that they work in.

    Loading takes seconds; it goes on beside the event loop, so that the process is seen to be alive. A
    request takes its engine once and keeps it: others may be put in its place meanwhile.

    Parameters
    ----------
    load_engines : callable
        Loads the model, and the history if there is one.

    Attributes
    ----------
    opening : asyncio.Task
        Ends when they are loaded or could not be.
    """

    def __init__(self, load_engines: Callable[[], Engines]) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "scoring")
        self._forecast_threads = ThreadPoolExecutor(FORECAST_THREADS, "forecasting")
        self._loading_thread = ThreadPoolExecutor(1, "loading")
        self._work: set[Future[Any]] = set()
        self._loaded: Engines | None = None
        self.opening = asyncio.create_task(self._open(load_engines))

    @property
    def engines(self) -> Engines:
        """What answers now, as a whole.

        Raises
        ------
        NotReady
            While it is being loaded, and for good if it could not be; says which.
        """
        if self._loaded is not None:
            return self._loaded
        error = self.opening.exception() if self.opening.done() else None
        if error is None:
            raise NotReady("The model is being loaded: try again in a few seconds")
        raise NotReady(f"The model or the history could not be loaded: {error}") from error

    @property
    def scorer(self) -> Scorer:
        """What scores documents.

        Raises
        ------
        NotReady
            As `engines`.
        """
        return self.engines.scorer

    @property
    def forecasts(self) -> CachedForecasts:
        """What makes forecasts.

        Raises
        ------
        NotReady
            As `engines`.
        NoHistory
            If there is no history to make them of.
        """
        forecasts = self.engines.forecasts
        if forecasts is None:
            raise NoHistory
        return forecasts

    def swap(self, engines: Engines) -> None:
        """Answer with other engines from now on.

        Parameters
        ----------
        engines : Engines
            A request that has begun ends with those that it began with.
        """
        self._loaded = engines

    async def work_under_way(self) -> None:
        """Wait for all work that has begun by now."""
        await asyncio.shield(self._under_way())

    async def run(
        self, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Do work in a thread: it would keep the event loop from answering others.

        Parameters
        ----------
        work : callable
            What to do.
        *args, **kwargs
            Its arguments.

        Returns
        -------
        object
            Its result.
        """
        return await self._within(self._threads, work, *args, **kwargs)

    async def run_forecast(
        self, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Do work in a thread of those for forecasts: however many wait for one, scores are answered.

        Parameters
        ----------
        work : callable
            What to do.
        *args, **kwargs
            Its arguments.

        Returns
        -------
        object
            Its result.
        """
        return await self._within(self._forecast_threads, work, *args, **kwargs)

    async def run_loading(
        self, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Do work in the thread that loads: one after the other, and nobody who asks waits for it.

        Parameters
        ----------
        work : callable
            What to do.
        *args, **kwargs
            Its arguments.

        Returns
        -------
        object
            Its result.
        """
        return await self._within(self._loading_thread, work, *args, **kwargs)

    @property
    def at_work(self) -> bool:
        """Whether any thread is at work: it cannot be ended, and Python does not end before it."""
        return bool(self._work)

    async def close(self) -> None:
        """Begin no other work; work under way is waited for, but not for long."""
        self.opening.cancel()
        for threads in (self._threads, self._forecast_threads, self._loading_thread):
            threads.shutdown(wait=False, cancel_futures=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._under_way(), PATIENCE)

    async def _open(self, load_engines: Callable[[], Engines]) -> None:
        self._loaded = await self.run_loading(load_engines)

    def _under_way(self) -> asyncio.Future[list[Any]]:
        return asyncio.gather(*map(asyncio.wrap_future, tuple(self._work)), return_exceptions=True)

    async def _within(
        self,
        threads: ThreadPoolExecutor,
        work: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        future = threads.submit(work, *args, **kwargs)
        self._work.add(future)
        future.add_done_callback(self._work.discard)
        return await asyncio.wrap_future(future)


def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


TheService = Annotated[Service, Depends(_service)]
