"""Workers get as many connections each, are started anew when they die, and end with their supervisor."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

PROGRAM = """
import os, socket
from winprob.serving.supervisor import Supervisor

def work(channel):
    channel.send(b"ready")
    while True:
        told, files, _, _ = socket.recv_fds(channel, 4, 1)
        if not told:
            return
        if told == b"look":
            print("looks", os.getpid(), flush=True)
            continue
        with socket.socket(fileno=files[0]) as connection:
            asked = connection.recv(9)
            if asked == b"look":
                channel.send(b"look")
            if asked == b"die":
                os._exit(3)
            if asked == b"fail":
                raise ValueError("asked to fail")
            connection.sendall(str(os.getpid()).encode())

listener = socket.create_server(("127.0.0.1", 0))
announce = lambda: print(listener.getsockname()[1], flush=True)
print(Supervisor(listener, 3, work, announce).run().name)
"""

Started = tuple["subprocess.Popen[str]", int]


@pytest.fixture
def supervised() -> Iterator[Started]:
    """A supervisor of three workers that tell who they are, and its port."""
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def ask(port: int, what: str = "who") -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(what.encode())
            return connection.makefile().read()
        except ConnectionResetError:
            return ""  # it was with a worker that died


def is_there(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pids: Counter[str]) -> None:
    for _ in range(200):
        if not any(map(is_there, pids)):
            return
        time.sleep(0.05)
    raise AssertionError(f"still there: {pids}")


def test_each_worker_gets_as_many_connections(supervised: Started) -> None:
    _, port = supervised
    assert sorted(Counter(ask(port) for _ in range(30)).values()) == [10, 10, 10]


def test_all_but_the_one_that_says_so_are_told_to_look(supervised: Started) -> None:
    process, port = supervised
    first, *others = [ask(port) for _ in range(3)]
    assert ask(port, "look") == first
    assert process.stdout is not None
    told = {process.stdout.readline().split()[1] for _ in others}
    assert told == {*others}


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_all_end_when_it_is_told_to(supervised: Started, stop: signal.Signals) -> None:
    process, port = supervised
    workers = Counter(ask(port) for _ in range(3))
    process.send_signal(stop)
    told, log = process.communicate(timeout=20)
    assert (process.returncode, told, log) == (0, f"{stop.name}\n", "")
    wait_until_gone(workers)


@pytest.mark.parametrize(("how", "status"), [("die", 3), ("fail", 1)])
def test_a_worker_that_dies_is_started_anew(supervised: Started, how: str, status: int) -> None:
    process, port = supervised
    before = {ask(port) for _ in range(3)}
    assert ask(port, how) == ""
    for _ in range(200):
        after = {ask(port) for _ in range(3)} - {""}
        if len(after) == 3:
            break
    assert len(before & after) == 2
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=20)
    [died] = before - after
    assert f"Worker {died} has ended with status {status}; another is started\n" in log
    assert ("ValueError: asked to fail" in log) == (how == "fail")


def test_workers_do_not_outlive_it(supervised: Started) -> None:
    process, port = supervised
    workers = Counter(ask(port) for _ in range(3))
    process.kill()
    process.wait()
    wait_until_gone(workers)
