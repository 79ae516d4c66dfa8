"""Processes that log, some of which have ended."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

from winprob.training.track.logging_process import LoggingProcess


def test_this_process_is_here_and_its_tags_say_so() -> None:
    current = LoggingProcess.current()
    assert current.pid == os.getpid()
    assert LoggingProcess.of(current.tags) == current
    assert not current.is_gone


def test_a_killed_process_is_gone_even_before_its_parent_asks() -> None:
    program = (
        "from winprob.training.track.logging_process import LoggingProcess as P\n"
        "print(P.current().tags); input()"
    )
    streams = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=streams, stdout=streams, text=True) as child:
        assert child.stdout is not None
        process = LoggingProcess.of(eval(child.stdout.readline()))
        assert process is not None
        assert not process.is_gone
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert process.is_gone
    assert process.is_gone


def test_a_later_process_of_the_same_number_is_another() -> None:
    assert replace(LoggingProcess.current(), started="1").is_gone


def test_nothing_is_known_of_other_machines_and_other_runs() -> None:
    assert not replace(LoggingProcess.current(), host="elsewhere", started="1").is_gone
    assert not replace(LoggingProcess.current(), started="").is_gone
    assert LoggingProcess.of({"mlflow.user": "ann"}) is None
