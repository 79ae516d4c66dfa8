"""What a running application holds: threads for the work, and the desk once its model is loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, ParamSpec, TypeVar, cast

from fastapi import Depends, Request

from serving.desk import Desk

THREADS = 4
"""Scoring holds a thread for milliseconds, a large batch for seconds: others get their turn beside it."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class NotReady(RuntimeError):
    """The model is not loaded: not yet, or it could not be."""


class Service:
    """The desk and the threads that work at it.

    Loading takes seconds; it goes on beside the event loop, so that the process is seen to be alive.

    Parameters
    ----------
    open_desk : callable
        Loads the model.

    Attributes
    ----------
    opening : asyncio.Task
        Ends when the model is loaded or could not be.

    Examples
    --------
    See `serving.app.create_app`.
    """

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "scoring")
        self.opening = asyncio.create_task(self.run(open_desk))

    @property
    def desk(self) -> Desk:
        """The desk.

        Raises
        ------
        NotReady
            While the model is being loaded, and for good if it could not be; says which.
        """
        if not self.opening.done():
            raise NotReady("The model is being loaded: try again in a few seconds")
        error = self.opening.exception()
        if error is not None:
            raise NotReady(f"The model could not be loaded: {error}") from error
        return self.opening.result()

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
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """Let work under way end, and begin no other."""
        self.opening.cancel()
        self._threads.shutdown(cancel_futures=True)


def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


TheService = Annotated[Service, Depends(_service)]
