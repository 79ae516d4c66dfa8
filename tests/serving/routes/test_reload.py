"""Asking a running server to look for another model or history now."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from bundles import trained_bundle
from servers import problem, running, settle
from successors import out_of_range, successor

from winprob.models.bundle.bundle import Bundle
from winprob.serving.app import create_app
from winprob.serving.follow import canary
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.example import example
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings

RELOAD = "/v1/models/reload"


@pytest.fixture
def folder(bundle_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle_folder, tmp_path / "bundle"))


@pytest.fixture
def server(folder: Path) -> Iterator[httpx.Client]:
    with running(Settings(model=str(folder))) as client:
        settle(client, 200)
        yield client


def replace(folder: Path, bundle: Bundle) -> None:
    shutil.rmtree(folder)
    bundle.save(folder)


def version_of(bundle: Bundle) -> str:
    return bundle.manifest.created_at.isoformat()


def reload(server: httpx.Client) -> dict[str, Any]:
    answer = server.post(RELOAD)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    ready = server.get("/readyz").json()
    assert ready.pop("status") == "ready"
    assert {name: found[name] for name in ready} == ready
    return found


def test_nothing_new(server: httpx.Client) -> None:
    found = reload(server)
    assert (found["result"], found["swapped"], found["rejected"], found["history"]) == (
        "unchanged",
        [],
        [],
        None,
    )
    assert found["model"]["version"] == version_of(trained_bundle())


def test_another_model_is_served_whole(server: httpx.Client, folder: Path) -> None:
    before = reload(server)
    replace(folder, successor())
    found = reload(server)
    assert (found["result"], found["swapped"], found["rejected"]) == ("swapped", ["model"], [])
    assert found["model"]["version"] == version_of(successor())
    assert datetime.fromisoformat(found["model"]["since"]) > datetime.fromisoformat(before["model"]["since"])
    assert server.get("/v1/model").json()["version"] == version_of(successor())
    sent = example(successor().playbook) | {"language": "en"}
    expected = Scorer(ServedModel(successor(), version_of(successor()))).score(sent, "en")
    assert server.post("/v1/score", json=sent).json() == expected.model_dump(mode="json")


def test_a_model_that_fails_the_canary_set_is_rejected(server: httpx.Client, folder: Path) -> None:
    replace(folder, out_of_range())
    found = reload(server)
    assert (found["result"], found["swapped"]) == ("rejected", [])
    [rejected] = found["rejected"]
    assert (rejected["part"], rejected["version"]) == ("model", None)
    assert rejected["reason"].startswith("canary set, opportunity A-1001: expected contributions that add up")
    assert found["model"]["version"] == version_of(trained_bundle())


def test_a_damaged_model_is_rejected(server: httpx.Client, folder: Path) -> None:
    with (folder / "model.json").open("a") as file:
        file.write(" ")
    [rejected] = reload(server)["rejected"]
    assert "model.json: expected sha256 " in rejected["reason"]
    replace(folder, trained_bundle())
    assert reload(server)["rejected"] == []


def test_another_history_is_read_and_a_broken_one_is_not(
    bundle_folder: Path, history_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary, "MOST", 3)
    history = Path(shutil.copytree(history_folder, tmp_path / "history"))
    with running(Settings(model=str(bundle_folder), history=history)) as server:
        settle(server, 200)
        before = server.get("/v1/forecast").json()
        assert reload(server)["history"]["until"] == before["as_of"]
        amounts = (history / "amounts.csv").read_text()
        whole, _, last = amounts.rstrip("\n").rpartition("\n")
        (history / "amounts.csv").write_text(f"{whole}\n")
        found = reload(server)
        assert (found["result"], found["swapped"]) == ("swapped", ["history"])
        (history / "amounts.csv").write_text(f"{whole}\n{last[:-3]},,,\n")
        found = reload(server)
        assert (found["result"], [each["part"] for each in found["rejected"]]) == ("rejected", ["history"])
        assert "amounts" in found["rejected"][0]["reason"]
        assert server.get("/v1/forecast").status_code == 200


def test_requests_under_way_are_answered_by_one_model_each(server: httpx.Client, folder: Path) -> None:
    bundles = {version_of(bundle): bundle for bundle in (trained_bundle(), successor())}
    sent = example(successor().playbook) | {"language": "en"}
    expected = {
        version: Scorer(ServedModel(bundle, version)).score(sent, "en").model_dump(mode="json")
        for version, bundle in bundles.items()
    }
    over, answers = threading.Event(), []

    def send() -> None:
        with httpx.Client(base_url=server.base_url, timeout=60) as client:
            while not over.is_set():
                batch = client.post("/v1/score/batch?detail=full", json={"documents": [sent] * 5})
                answers.append((batch.status_code, batch.json()))

    senders = [threading.Thread(target=send) for _ in range(3)]
    for sender in senders:
        sender.start()
    try:
        for bundle in (successor(), trained_bundle(), successor()):
            replace(folder, bundle)
            assert reload(server)["swapped"] == ["model"]
    finally:
        over.set()
        for sender in senders:
            sender.join()
    seen = set()
    for status, batch in answers:
        assert status == 200
        found = [result["answer"] for result in batch["results"]]
        [version] = {answer["model"]["version"] for answer in found}
        assert found == [expected[version]] * 5
        seen.add(version)
    assert seen == set(bundles)


@pytest.mark.parametrize("header", ["Forwarded", "X-Real-IP", "X-Forwarded-For"])
@pytest.mark.parametrize("client", ["127.0.0.1", "203.0.113.7"])
def test_a_proxy_is_refused_whoever_its_client_is(server: httpx.Client, header: str, client: str) -> None:
    found = problem(server.post(RELOAD, headers={header: client}), 403, "loopback-only")
    assert f"through a proxy (header {header.lower()})" in found["detail"]
    assert found["errors"][0]["remedy"].startswith("send it on the machine that the server runs on")


def test_another_machine_is_refused_even_before_a_model_is_there() -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(Settings(host="0.0.0.0")), client=("192.0.2.7", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await client.post(RELOAD)

    assert "one from 192.0.2.7" in problem(asyncio.run(ask()), 403, "loopback-only")["detail"]


def test_without_a_model_there_is_nothing_to_replace(broken_client: httpx.Client) -> None:
    problem(broken_client.post(RELOAD), 503, "not-ready")


def test_it_is_asked_by_post(server: httpx.Client) -> None:
    problem(server.get(RELOAD), 405, "method-not-allowed")
