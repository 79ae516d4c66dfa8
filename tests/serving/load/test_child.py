"""Processes that end with the one that started them."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from winprob.serving.load import child


def test_a_child_is_waited_for_and_heard() -> None:
    program = "import os, sys; print(os.environ['NAME']); print('wrong', file=sys.stderr); sys.exit(3)"
    done = child.run([sys.executable, "-c", program], {"NAME": "one"})
    assert (done.returncode, done.stdout, done.stderr) == (3, "one\n", "wrong\n")


def test_all_children_end_and_whoever_waits_is_told(tmp_path: Path) -> None:
    pipes = [tmp_path / "first", tmp_path / "second"]
    program = "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(600)"
    with ThreadPoolExecutor() as threads:
        for pipe in pipes:
            os.mkfifo(pipe)
        children = [
            threads.submit(child.run, [sys.executable, "-c", program, str(pipe)], {}) for pipe in pipes
        ]
        for pipe in pipes:
            pipe.read_text()  # its child is there; of one pipe for both, both could be read at once
        while not all(each.done() for each in children):
            child.end_all()
    assert [each.result().returncode for each in children] == [-signal.SIGKILL] * 2
    child.end_all()
