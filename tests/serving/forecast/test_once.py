from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from winprob.serving.forecast.once import once


def test_who_asks_at_the_same_time_waits_for_the_same() -> None:
    may_end, calls = Event(), []

    def work(number: int) -> int:
        calls.append(number)
        may_end.wait()
        return number + 1

    asked = once(2, work)
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(asked, 1) for _ in range(4)]
        may_end.set()
        assert [answer.result() for answer in answers] == [2] * 4
    assert calls == [1]


def test_the_latest_are_kept() -> None:
    calls: list[int] = []
    asked = once(2, lambda number: calls.append(number) or number)
    for number in (1, 2, 1, 3, 1, 2):
        assert asked(number) == number
    assert calls == [1, 2, 3, 2]
