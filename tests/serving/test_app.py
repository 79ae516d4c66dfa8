"""The application as a whole."""

import re
import subprocess
import sys
from pathlib import Path

import httpx

from winprob.serving.app import create_app, prepare
from winprob.serving.engines import Engines
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings


def test_neither_mlflow_nor_shap_is_imported_to_serve(bundle_folder: Path) -> None:
    program = f"""
import sys
from winprob.serving.app import create_app
from winprob.serving.follow.follower import Follower
from winprob.serving.settings import Settings
create_app(Settings())
follower = Follower.of(Settings(model={str(bundle_folder)!r}))
follower.open()
follower.poll(asked=True)
print(sorted({{"mlflow", "shap", "matplotlib", "training"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_applications_share_nothing() -> None:
    one, other = create_app(Settings()), create_app(Settings(model="bundle/"))
    assert one is not other
    assert one.state is not other.state
    assert one.openapi() == other.openapi()


def test_the_docs_need_no_network(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    needed = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(needed) >= 3
    for address in needed:
        assert address.startswith("/")
        assert client.get(address).status_code == 200
    assert "http" not in page.text.split("</head>")[0]


def test_an_address_is_one_address(client: httpx.Client) -> None:
    assert client.post("/v1/score/", json={}).status_code == 404


def test_without_forecasts_there_is_nothing_to_prepare(scorer: Scorer) -> None:
    prepare(Settings(), Engines(scorer))
