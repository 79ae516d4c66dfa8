"""The load tool, against a server of a few lines."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from answering import DOCUMENTS, Answering, served

from benchmarks.load_tool import LoadFailed, Measured, closed_loop, open_loop


def test_documents_rotate_over_connections_that_stay_open() -> None:
    server = Answering(takes=0.001)
    with served(server) as address:
        measured = closed_loop(address, connections=3, seconds=0.2)
    assert server.connections == 3
    assert len(measured.latencies) == len(server.bodies) > 3
    sent = Counter(server.bodies)
    assert set(sent) == set(DOCUMENTS)
    assert max(sent.values()) - min(sent.values()) <= 1


def test_latencies_are_those_of_the_server_and_rates_follow_from_them() -> None:
    with served(Answering(takes=0.05)) as address:
        measured = closed_loop(address, connections=4, seconds=0.2)
    assert min(measured.latencies) >= 0.05
    assert measured.seconds >= 0.2
    assert measured.rate == len(measured.latencies) / measured.seconds
    assert measured.rate <= 4 / 0.05


def test_every_connection_gets_an_answer_however_short_the_load() -> None:
    with served(Answering(takes=0.05)) as address:
        assert len(closed_loop(address, connections=5, seconds=0.001).latencies) == 5


def test_a_steady_rate_does_not_wait_for_answers() -> None:
    with served(Answering(takes=0.1)) as address:
        measured = open_loop(address, connections=8, seconds=0.4, rate=40)
    assert len(measured.latencies) == 16
    assert measured.seconds >= 0.375


def test_what_is_due_while_all_connections_are_busy_counts_from_when_it_was_due() -> None:
    with served(Answering(takes=0.1)) as address:
        measured = open_loop(address, connections=1, seconds=0.2, rate=20)
    assert len(measured.latencies) == 4
    for number, latency in enumerate(measured.latencies):
        assert latency >= 0.1 + number * (0.1 - 1 / 20) - 0.001


@pytest.mark.parametrize(
    ("server", "told"),
    [
        (Answering(status=b"422 Refused"), "2 times status 422: ok"),
        (Answering(closes=True), "2 times a connection that the server closed"),
        (Answering(headers=b""), "2 times an answer without Content-Length"),
    ],
)
def test_an_answer_that_is_not_200_is_refused(server: Answering, told: str) -> None:
    with served(server) as address, pytest.raises(LoadFailed) as refused:
        closed_loop(address, connections=2, seconds=0.05)
    assert str(refused.value) == f"/score?detail=brief: expected 200 alone, found {told}"


def test_percentiles_are_those_of_numpy() -> None:
    latencies = np.random.default_rng(0).exponential(0.01, 101)
    measured = Measured(latencies.tolist(), seconds=2.0)
    for percent in (50, 95, 99):
        assert measured.percentile(percent) == pytest.approx(1000 * np.percentile(latencies, percent))
