"""Real MLflow registries, made and changed in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from winprob.features.digests import digest_of
from winprob.models.registry.access import DIGEST

REGISTER = f"""
import sys
from pathlib import Path
import mlflow
folder = Path(sys.argv[1])
client = mlflow.MlflowClient()
experiment = client.create_experiment("winprob", artifact_location=(folder / "artifacts").as_uri())
client.create_registered_model("winprob")
for bundle, digest in zip(sys.argv[2::2], sys.argv[3::2]):
    run = client.create_run(experiment)
    client.log_artifacts(run.info.run_id, bundle, "model")
    client.create_model_version(
        "winprob", f"{{run.info.artifact_uri}}/model", run_id=run.info.run_id, tags={{{DIGEST!r}: digest}}
    )
client.set_registered_model_alias("winprob", "champion", "1")
"""

MOVE = """
import sys
import mlflow
mlflow.MlflowClient().set_registered_model_alias("winprob", "champion", sys.argv[1])
"""


def registered(folder: Path, *bundles: Path) -> str:
    """A registry with a version of a model for each bundle, the first of them champion; its address."""
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    pairs = [text for bundle in bundles for text in (str(bundle), digest_of(bundle))]
    _run(uri, REGISTER, str(folder), *pairs)
    return uri


def set_champion(uri: str, version: str) -> None:
    """Make another version champion."""
    _run(uri, MOVE, version)


def _run(uri: str, program: str, *arguments: str) -> None:
    command = [sys.executable, "-c", program, *arguments]
    subprocess.run(command, env={"MLFLOW_TRACKING_URI": uri}, capture_output=True, check=True)
