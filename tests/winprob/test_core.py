"""The core alone: a bundle is loaded and asked where nothing is installed but what it needs."""

from __future__ import annotations

from pathlib import Path

from bundles import simulated_company, trained_bundle
from without import run_without

EXTRAS = (
    *("rich", "typer", "xlsxwriter"),
    *("filelock", "matplotlib", "mlflow", "plotly", "shap"),
    *("cachetools", "fastapi", "fastapi_offline", "jinja2", "starlette", "uvicorn"),
)
ASK = """
import winprob as wp
from winprob.features.build import open_snapshots
from winprob.models.bundle.scoring import score

bundle = wp.load("bundle")
history = wp.read("history")
X = wp.matrix(history, as_of="2024-10-01")
why = bundle.model.explain(X)
p = bundle.model.predict_proba(X)[:, 1]
assert len(X) > 10 and abs(why.points.sum(axis=1) + why.base_probability - p).max() < 1e-9
scores = score(bundle, history, open_snapshots(history, history.moment("2024-10-01")))
assert (scores.probability.to_numpy() == p).all()
forecast = wp.Forecaster(bundle).predict(history, "2024-10-01")
print(len(forecast.table) > 0, len(forecast.explain().parts) > 0)
"""


def test_a_bundle_is_loaded_and_asked_without_what_only_extras_bring(tmp_path: Path) -> None:
    trained_bundle().save(tmp_path / "bundle")
    simulated_company().write(tmp_path / "history")
    done = run_without(EXTRAS, ASK, folder=tmp_path)
    assert done.stderr == ""
    assert done.stdout == "True True\n"
