"""What is sent to whom."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from bundles import simulated_history

from benchmarks import contestants
from benchmarks.contestants import Variant, batches, installed_mlserver, our_request, requests
from benchmarks.served_company import ServedCompany
from benchmarks.servers import Server
from winprob.features.build import build


def company() -> ServedCompany:
    documents = [{"opportunity_id": f"D-{number}", "region": "华东"} for number in range(3)]
    return ServedCompany(Path("home"), simulated_history(), documents, build(simulated_history()))


def test_documents_go_alone_or_in_batches() -> None:
    alone = our_request(company(), Variant("brief answer", 1, "/v1/score", "?detail=brief"))
    assert [json.loads(line) for line in alone.bodies] == company().documents
    address = alone.to(Server((), 8000, "/readyz"))
    assert (address.port, address.path) == (8000, "/v1/score?detail=brief")
    batch = our_request(company(), Variant("brief answer", 500, "/v1/score/batch"))
    assert {len(json.loads(line)["documents"]) for line in batch.bodies} == {500}
    assert all(b"\n" not in line for line in (*alone.bodies, *batch.bodies))


def test_rows_go_in_requests_of_each_size() -> None:
    one, many = requests("mlflow plain", "/invocations", 3, lambda rows: {"rows": rows})
    assert [json.loads(line)["rows"] for line in one.bodies] == [[0], [1], [2]]
    assert [len(json.loads(line)["rows"]) for line in many.bodies] == [500] * 4
    assert (one.documents, many.documents) == (1, 500)


def test_batches_begin_with_different_opportunities() -> None:
    chosen = batches(200, 500)
    assert [batch[0] for batch in chosen] == [0, 50, 100, 150]
    assert chosen[0] == [number % 200 for number in range(500)]


def test_mlserver_is_left_out_with_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installed_mlserver(None) is None

    def failing(_: Path) -> Path:
        raise subprocess.CalledProcessError(1, ["pip"], stderr="collecting\nERROR: no distribution\n")

    monkeypatch.setattr(contestants, "mlserver_program", failing)
    assert installed_mlserver(Path("environments")) is None
    assert capsys.readouterr().out.splitlines() == [
        "without MLServer: --environments DIR says where it may be installed",
        "without MLServer: it cannot be installed: ERROR: no distribution",
    ]
