"""What a client can know of the model."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from bundles import trained_bundle
from servers import running, settle

from winprob.models.bundle.card import Card
from winprob.models.measure.metrics import MEASURES, Metrics
from winprob.models.present.card_markdown import markdown
from winprob.serving.routes.model_card import prefers_markdown
from winprob.serving.settings import Settings


def test_the_card_is_the_manifest_the_playbook_and_what_the_test_said(client: httpx.Client) -> None:
    bundle = trained_bundle()
    card = client.get("/v1/model").json()
    assert card["name"] == "winprob"
    assert card["version"] == bundle.manifest.created_at.isoformat()
    assert card["manifest"] == bundle.manifest.model_dump(mode="json")
    assert card["playbook"] == bundle.playbook.model_dump(mode="json")
    assert Card.model_validate(card["card"]) == bundle.card


def test_what_is_not_defined_is_null(tmp_path: Path) -> None:
    metrics = {"model": Metrics.of_nothing(), "competition": None}
    bundle = trained_bundle()
    undefined = replace(bundle, manifest=bundle.manifest.model_copy(update={"metrics": metrics}))
    with running(Settings(model=str(undefined.save(tmp_path / "bundle")))) as client:
        settle(client, 200)
        served = client.get("/v1/model").json()["manifest"]["metrics"]
        described = client.get("/openapi.json").json()["components"]["schemas"]["Metrics"]["properties"]
    assert served["competition"] is None
    assert {served["model"][measure] for measure in MEASURES} == {None}
    assert all({"type": "null"} in described[measure]["anyOf"] for measure in MEASURES)


def test_the_card_says_which_model_answers(client: httpx.Client) -> None:
    card = client.get("/v1/model").json()
    assert client.post("/v1/score", json={"stage": "target"}).json()["model"] == {
        "name": card["name"],
        "version": card["version"],
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_card_can_be_read_as_a_page(client: httpx.Client, language: str) -> None:
    answer = client.get("/v1/model", headers={"Accept": "text/markdown", "Accept-Language": language})
    bundle = trained_bundle()
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert answer.text == markdown(bundle, bundle.manifest.created_at.isoformat(), language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (None, False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("application/json", False),
        ("text/markdown, */*", True),
        ("text/markdown;q=0.9, */*;q=0.8", True),
        ("text/markdown;q=0.8, application/*", False),
        ("text/markdown;q=0", False),
    ],
)
def test_a_page_is_for_those_who_ask_for_it(accept: str | None, page: bool) -> None:
    assert prefers_markdown(accept) is page


def test_both_forms_are_described_and_told_apart_by_caches(client: httpx.Client) -> None:
    for accept in ("application/json", "text/markdown"):
        assert (
            client.get("/v1/model", headers={"Accept": accept}).headers["vary"]
            == "Accept, Accept-Language, Accept-Encoding"
        )
    paths = client.get("/openapi.json").json()["paths"]
    described = paths["/v1/model"]["get"]["responses"]["200"]
    assert set(described["content"]) == {"application/json", "text/markdown"}
    assert "Accept: text/markdown" in described["description"]


def test_without_a_model_there_is_no_card(broken_client: httpx.Client) -> None:
    answer = broken_client.get("/v1/model", headers={"Accept": "text/markdown"})
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
