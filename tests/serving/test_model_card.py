"""What a client can know of the model."""

import httpx
from bundles import trained_bundle


def test_the_card_is_the_manifest_and_the_playbook(client: httpx.Client) -> None:
    bundle = trained_bundle()
    card = client.get("/v1/model").json()
    assert card["name"] == "winprob"
    assert card["version"] == bundle.manifest.created_at.isoformat()
    assert card["manifest"] == bundle.manifest.model_dump(mode="json")
    assert card["playbook"] == bundle.playbook.model_dump(mode="json")


def test_the_card_says_which_model_answers(client: httpx.Client) -> None:
    card = client.get("/v1/model").json()
    assert client.post("/v1/score", json={}).json()["model"] == {
        "name": card["name"],
        "version": card["version"],
    }
