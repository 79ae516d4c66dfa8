"""Alive is not ready."""

from datetime import datetime, timedelta

import httpx
from bundles import simulated_history, trained_bundle


def test_a_server_with_a_model_is_alive_and_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    found = ready.json()
    since = datetime.fromisoformat(found["model"].pop("since"))
    assert since.utcoffset() == timedelta(0)
    assert found == {
        "status": "ready",
        "model": {"name": "winprob", "version": trained_bundle().manifest.created_at.isoformat()},
        "history": None,
        "rejected": [],
    }


def test_a_server_with_a_history_says_until_when_it_goes(forecasts: httpx.Client) -> None:
    found = forecasts.get("/readyz").json()
    assert datetime.fromisoformat(found["history"]["until"]) == simulated_history().last_event


def test_a_server_without_its_model_is_alive_and_says_why_it_is_not_ready(
    broken_client: httpx.Client,
) -> None:
    assert broken_client.get("/healthz").status_code == 200
    for answer in (
        broken_client.get("/readyz"),
        broken_client.get("/v1/model"),
        broken_client.post("/v1/score", json={}),
        broken_client.post("/v1/score/batch", json={"documents": []}),
    ):
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].startswith(
            "The model or the history could not be loaded: no/such/folder cannot be used"
        )
