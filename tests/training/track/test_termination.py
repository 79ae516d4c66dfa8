"""Requests to terminate."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from winprob.training.track.termination import termination_as_exit


def test_a_request_to_terminate_is_an_exit_and_only_inside() -> None:
    before = signal.getsignal(signal.SIGTERM)
    cleaned: list[bool] = []
    with pytest.raises(SystemExit) as end, termination_as_exit(), ExitStack() as stack:  # noqa: PT012
        stack.callback(cleaned.append, True)
        signal.raise_signal(signal.SIGTERM)
    assert end.value.code == 128 + signal.SIGTERM
    assert cleaned
    assert signal.getsignal(signal.SIGTERM) == before


def test_in_other_threads_nothing_is_changed() -> None:
    def handler() -> object:
        with termination_as_exit():
            return signal.getsignal(signal.SIGTERM)

    with ThreadPoolExecutor() as threads:
        assert threads.submit(handler).result() == signal.getsignal(signal.SIGTERM)
