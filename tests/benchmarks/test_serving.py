"""Loads of a server, and our own service in a run as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from answering import Answering, served

from benchmarks import serving
from benchmarks.contestants import OURS, contestants
from benchmarks.serving_figures import Figure

SECONDS = 0.05


def test_single_documents_are_loaded_at_half_load_as_well() -> None:
    with served(Answering(takes=0.002)) as address:
        figures = list(serving.measure("full answer", 1, address, SECONDS))
        batches = list(serving.measure("full answer", 500, address, SECONDS))
    assert [figure.connections for figure in figures] == [1, 8, 64, None]
    assert [figure.connections for figure in batches] == [1, 8, 64]
    assert all(0 < figure.p50 <= figure.p95 <= figure.p99 for figure in (*figures, *batches))


def test_loads_that_would_take_too_long_are_left_out_with_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "LONGEST", 0.4)
    with served(Answering(takes=0.1)) as address:
        figures = list(serving.measure("full answer", 1, address, SECONDS))
    assert [figure.connections for figure in figures] == [1, None]
    assert capsys.readouterr().out.splitlines() == [
        f"full answer, 1 documents, {connections} connections: left out, it takes too long"
        for connections in (8, 64)
    ]


def test_wrk_stands_beside_the_load_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "wrk_rate", lambda *_: 1234.5)
    figures = [
        Figure("full answer", 1, connections, 100.0 * connections, 1, 2, 3) for connections in (1, 8, 64)
    ]
    with served(Answering()) as address:
        told = serving.checked(figures, address, SECONDS)
    assert told == "full answer, 8 connections: 800.0 requests/s, 1,234.5 by wrk"


@pytest.mark.long
def test_our_own_service_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ours(*asked: object) -> Iterator[object]:
        return islice(contestants(*asked), 1)

    few = tuple(replace(variant, documents=min(variant.documents, 3)) for variant in OURS)
    monkeypatch.setattr("benchmarks.contestants.OURS", few)
    monkeypatch.setattr(serving, "contestants", ours)
    monkeypatch.setattr(serving, "CONNECTIONS", (1, 2))
    monkeypatch.setattr("sys.argv", ["serving.py", "--opportunities", "200", "--seconds", "0.2"])
    serving.main()
    told = capsys.readouterr().out
    for variant in few:
        assert f"| {variant.answer} | {variant.documents} | 2 | " in told
    assert "| full answer >= 4 x mlflow explained | not measured |  |" in told
