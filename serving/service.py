"""What a running application holds: threads for the work, and the engines once the model is loaded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

from fastapi import Depends, Request, Response

from winprob.serving.deals.deals import Deals
from winprob.serving.engines import Asked, DealWork, Engines, FirstAsked, ForecastWork, Source
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.scores.scorer import Scorer
from winprob.serving.wire.refusal import NoHistory, NotReady
from winprob.serving.work.job import Steps, one_step
from winprob.serving.work.lane import BATCHES, FORECASTS, SCORES
from winprob.serving.work.shared_answers import SharedAnswers
from winprob.serving.work.work_queue import WorkQueue

PATIENCE = 1
"""Seconds that work is given to end once the service closes: whoever asked for it is no longer there."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class Service:
    """The engines and the threads that they work in.

    Loading takes seconds; it goes on beside the event loop, so that the process is seen to be alive. A
    request takes its engine once and keeps it: others may be put in its place meanwhile.

    Parameters
    ----------
    load_engines : callable
        Loads the model, and the history if there is one.
    first_asked : sequence of FirstAsked
        Answered before anybody asks.

    Attributes
    ----------
    opening : asyncio.Task
        Ends when they are loaded and what is asked first is answered, or they could not be loaded.
    """

    def __init__(self, load_engines: Callable[[], Engines], first_asked: Sequence[FirstAsked] = ()) -> None:
        self._first_asked = first_asked
        self._scoring = WorkQueue("scoring", SCORES.threads, (SCORES, BATCHES))
        self._forecasting = WorkQueue("forecasting", FORECASTS.threads, (FORECASTS,))
        self._loading_thread = ThreadPoolExecutor(1, "loading")
        self._loading: set[Future[Any]] = set()
        self._answers: WeakKeyDictionary[CachedForecasts | Deals, SharedAnswers] = WeakKeyDictionary()
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
    def ready_engines(self) -> Engines:
        """The same, once what is asked of forecasts first is answered.

        Raises
        ------
        NotReady
            As `engines`, and while that is being made.
        """
        engines = self.engines
        if not self.opening.done():
            raise NotReady(
                "The model is loaded, and the first forecast is being made: try again in a few seconds"
            )
        return engines

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
        """Score in a thread, before any batch goes on: it would keep the event loop from answering others.

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

        Raises
        ------
        winprob.serving.wire.refusal.Overloaded
            If too many wait already, or it has waited too long. The same holds for other work.
        """
        return await self._scoring.run(SCORES, one_step(work, *args, **kwargs))

    async def run_batch(self, steps: Steps[Result]) -> Result:
        """Score a batch in a thread, step by step: single scores go first.

        Parameters
        ----------
        steps : generator
            Yields after a few documents each time. No further step is taken once whoever waits is cancelled.

        Returns
        -------
        object
            What the steps return.
        """
        return await self._scoring.run(BATCHES, steps)

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
        return await self._forecasting.run(FORECASTS, one_step(work, *args, **kwargs))

    async def answer_forecast(self, work: ForecastWork, *asked: Hashable) -> Response:
        """Answer what is asked of the forecasts: as before if it was asked before, without waiting.

        Parameters
        ----------
        work : callable
            Writes the answer, in a thread; is given the forecasts.
        *asked
            Its further arguments. Who asks the same at the same time waits for the same answer.
        """
        return await self._answer(self.forecasts, work, asked)

    async def answer_deal(self, work: DealWork, *asked: Hashable) -> Response:
        """Answer what is asked of a deal, as `answer_forecast` does: `work` is given the deals."""
        deals = self.engines.deals
        if deals is None:
            raise NoHistory
        return await self._answer(deals, work, asked)

    async def prepare(self, engines: Engines) -> None:
        """Answer what is asked of forecasts first, so that nobody has to wait for it.

        Parameters
        ----------
        engines : Engines
            About to answer, or answering.
        """
        if engines.forecasts is None:
            return
        for engine, work, asked in self._first_asked:
            try:
                await self._answer(getattr(engines, engine), work, asked)
            except Exception as error:  # noqa: BLE001 - whoever asks is told; all else is answered
                logger.warning("What is asked first of forecasts could not be answered beforehand: %s", error)

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
        loading = self._loading_thread.submit(work, *args, **kwargs)
        self._loading.add(loading)
        loading.add_done_callback(self._loading.discard)
        return await asyncio.wrap_future(loading)

    @property
    def at_work(self) -> bool:
        """Whether any thread is at work: it cannot be ended, and Python does not end before it."""
        return bool(self._loading) or self._scoring.at_work or self._forecasting.at_work

    async def close(self) -> None:
        """Begin no other work; work under way is waited for, but not for long."""
        self.opening.cancel()
        self._loading_thread.shutdown(wait=False, cancel_futures=True)
        self._scoring.close()
        self._forecasting.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._under_way()), PATIENCE)

    async def _open(self, load_engines: Callable[[], Engines]) -> None:
        self._loaded = await self.run_loading(load_engines)
        await self.prepare(self._loaded)

    async def _answer(
        self, source: Source, work: Callable[Concatenate[Source, ...], Response], asked: Asked
    ) -> Response:
        answers = self._answers.setdefault(source, SharedAnswers())
        return await answers.get((work, *asked), lambda: self.run_forecast(work, source, *asked))

    def _under_way(self) -> asyncio.Future[list[Any]]:
        futures = (*self._loading, *self._scoring.under_way, *self._forecasting.under_way)
        return asyncio.gather(*map(asyncio.wrap_future, futures), return_exceptions=True)


def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


TheService = Annotated[Service, Depends(_service)]
"""The service of the application that answers, as an endpoint takes it."""
