"""The registered model where there is nothing but what it asks for: MLflow's commands, and Spark."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from elsewhere import run, surroundings, with_requirements
from trainings import clairvoyant, trained_model

from winprob.training.track.tracking import log

CHAMPION = "models:/winprob@champion"
PYSPARK = "pyspark==4.3.0"

ASKED = [
    {"stage_position": 3, "days_in_stage": 10, "region": None, "industry": "a level never seen"},
    {"stage_position": 2, "next_contact_planned": True},
]
"""Whole numbers, missing values, a flag and a category; all other columns are left out."""

SPARK = """
import importlib.util
assert importlib.util.find_spec("winprob") is None
import mlflow, pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.functions import struct
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
model = "models:/winprob@champion"
table = spark.createDataFrame(
    [(3, 10, None, "a level never seen", None), (2, None, None, None, True)],
    "stage_position int, days_in_stage int, region string, industry string, next_contact_planned boolean",
)
kind = "probability double, low double, high double, `why.base` double"
alone = mlflow.pyfunc.spark_udf(spark, model, env_manager="local")
more = mlflow.pyfunc.spark_udf(
    spark, model, env_manager="local", params={"range": True, "explain": True}, result_type=kind
)
row = struct(*table.columns)
answer = table.select(alone(row).alias("alone"), more(row).alias("more")).select("alone", "more.*").toPandas()
answer.to_pickle("spark.pkl")
spark.stop()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a registry, its champion's requirements, and rows to ask for."""
    folder = tmp_path_factory.mktemp("commands")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        log(clairvoyant(trained_model()))
    (requirements,) = folder.rglob("requirements.txt")
    (folder / "requirements.txt").write_text(requirements.read_text())
    return folder


@pytest.fixture(scope="module")
def python(folder: Path) -> Path:
    """Python with these requirements alone."""
    return with_requirements(folder / "environment", folder / "requirements.txt")


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    """What the bundle says of the rows."""
    model = trained_model().bundle.model
    matrix = pd.DataFrame(ASKED).reindex(columns=list(trained_model().features))
    matrix["next_contact_planned"] = [np.nan, 1.0]
    ranges = pd.DataFrame(model.predict_range(matrix), columns=["low", "high"])
    return ranges.assign(probability=model.predict_proba(matrix)[:, 1], base=model.explain(matrix).base)


@pytest.mark.long
def test_mlflow_models_predict(folder: Path, python: Path, expected: pd.DataFrame) -> None:
    _write_request(folder / "request.json", {"explain": True})
    command = ["-m", "mlflow", "models", "predict", "--model-uri", CHAMPION, "--env-manager", "local"]
    files = ["--input-path", "request.json", "--content-type", "json", "--output-path", "answer.json"]
    run(python, [*command, *files], folder)
    answer = pd.DataFrame(_strict(folder.joinpath("answer.json").read_text())["predictions"])
    _same(answer["probability"], expected["probability"])
    log_odds = np.log(answer["probability"] / (1 - answer["probability"]))
    np.testing.assert_allclose(answer.filter(like="why.").sum(axis="columns"), log_odds, rtol=0, atol=1e-9)


@pytest.mark.long
def test_mlflow_models_serve(folder: Path, python: Path, expected: pd.DataFrame) -> None:
    _write_request(folder / "request.json", {"range": True})
    with _served(folder, python) as client:
        request = folder.joinpath("request.json").read_bytes()
        answered = client.post("/invocations", content=request, headers={"Content-Type": "application/json"})
        assert answered.status_code == 200, answered.text
        refused = client.post("/invocations", json={"dataframe_records": [{"stage_position": "late"}]})
    answer = pd.DataFrame(_strict(answered.text)["predictions"])
    assert list(answer) == ["probability", "low", "high"]
    for name in answer:
        _same(answer[name], expected[name])
    assert refused.status_code == 400
    assert "column stage_position: expected numbers as in the fit, found 'late'" in refused.text


@pytest.mark.spark
def test_spark_udf(folder: Path, tmp_path: Path, expected: pd.DataFrame) -> None:
    asked = tmp_path / "requirements.txt"
    asked.write_text(f"{folder.joinpath('requirements.txt').read_text()}\n{PYSPARK}\n")
    python = with_requirements(tmp_path / "environment", asked)
    run(python, ["-c", SPARK], folder)
    answer = pd.read_pickle(folder / "spark.pkl")
    _same(answer["alone"], expected["probability"])
    for name in ("probability", "low", "high"):
        _same(answer[name], expected[name])
    _same(answer["why.base"], expected["base"])


def _write_request(file: Path, params: dict[str, bool]) -> None:
    file.write_text(json.dumps({"dataframe_records": ASKED, "params": params}))


def _strict(text: str) -> dict[str, Any]:
    """Read JSON that has no NaN, which others than Python refuse."""
    read: dict[str, Any] = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the answer"))
    return read


def _same(answer: pd.Series[float], expected: pd.Series[float]) -> None:
    np.testing.assert_allclose(answer, expected, rtol=1e-12)


@contextmanager
def _served(folder: Path, python: Path) -> Iterator[httpx.Client]:
    """A client of ``mlflow models serve``, which is ended with its children."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "-m", "mlflow", "models", "serve", "--model-uri", CHAMPION, "--env-manager", "local"]
    with (folder / "serve.log").open("w") as said:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder, env=surroundings(python), stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _wait_for(client, server, folder / "serve.log")
            yield client
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _wait_for(client: httpx.Client, server: subprocess.Popen[bytes], said: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, said.read_text()
        try:
            if client.get("/ping").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise AssertionError(said.read_text())
