"""A piece of work, in steps between which it can be left off."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Generic, ParamSpec, TypeVar

from winprob.serving.work.lane import Lane

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

Steps = Generator[None, None, Result]
"""Work that lets others go first at each ``yield``, and returns its result."""


class Job(Generic[Result]):
    """Work that waits, or is being done.

    Parameters
    ----------
    lane : Lane
    steps : generator
        Yields after each step but the last, and returns the result.

    Attributes
    ----------
    future : concurrent.futures.Future
        Has the result. Whoever does not want it any more cancels it: no further step is taken then.
    begun : bool
        Whether a thread has taken it.
    """

    def __init__(self, lane: Lane, steps: Steps[Result]) -> None:
        self.lane = lane
        self.future: Future[Result] = Future()
        self.begun = False
        self._steps = steps

    def step(self) -> None:
        """Take the next step; after the last the result, or the error, is there."""
        try:
            next(self._steps)
        except StopIteration as end:
            self.tell(result=end.value)
        except BaseException as error:  # noqa: BLE001 - whoever waits for the result is told
            self.tell(error=error)

    def tell(self, result: Result | None = None, error: BaseException | None = None) -> None:
        """End with a result or an error, unless it has ended or nobody wants it any more."""
        with suppress(InvalidStateError):
            if error is None:
                self.future.set_result(result)  # type: ignore[arg-type]
            else:
                self.future.set_exception(error)


def one_step(
    work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Steps[Result]:
    """Make steps of work that cannot be left off.

    Yields
    ------
    None
        Never: there is no step after which others could go first.

    Examples
    --------
    >>> list(one_step(divmod, 7, 2))
    []
    """
    return work(*args, **kwargs)
    yield  # a generator by this, though none is reached
