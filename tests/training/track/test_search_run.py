"""A search in MLflow: a run for each trial below the run of the model, and a picture of what mattered."""

from __future__ import annotations

from pathlib import Path

import pytest

from winprob.models.win.win_model import WinModel
from winprob.training.search import Searched, Trial
from winprob.training.track.registry import open_registry, quiet_mlflow
from winprob.training.track.search_run import importance_figure, log_search, log_trial
from winprob.training.track.tracking import training_run

IMPORTANCE = {"ridge": 0.7, "trees": 0.2, "leaves": 0.1}
TRIALS = (
    Trial(0, {"ridge": 6.0, "trees": 150}, (0.5, 0.4), pruned=False),
    Trial(1, {"ridge": 2.0, "trees": 60}, (0.6,), pruned=True),
    Trial(2, {"ridge": 9.0, "trees": 90}, (0.4, 0.3), pruned=False),
)


def test_trials_are_runs_below_that_of_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'runs.db'}")
    searched = Searched(TRIALS, TRIALS[2], WinModel(), IMPORTANCE)
    with training_run(run_name="search") as run:
        for trial in TRIALS:
            log_trial(trial)
        log_search(searched)
    with quiet_mlflow():
        client = open_registry()
        found = client.get_run(run.run_id)
        below = client.search_runs(
            [found.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run.run_id}'", order_by=["start_time"]
        )
        steps = [
            [each.value for each in client.get_metric_history(trial.info.run_id, "window.log_loss")]
            for trial in below
        ]
        (figure,) = client.list_artifacts(run.run_id, "figures")
    assert [each.info.run_name for each in below] == ["trial 1", "trial 2", "trial 3"]
    assert steps == [list(trial.losses) for trial in TRIALS]
    assert [each.data.tags["pruned"] for each in below] == ["false", "true", "false"]
    assert below[1].data.params == {"ridge": "2.0", "trees": "60"}
    assert found.data.metrics == {
        "search.trials": 3,
        "search.log_loss": pytest.approx(0.35),
        "search.log_loss.usual": pytest.approx(0.45),
    }
    assert figure.path == "figures/importance.png"
    assert figure.file_size < 300_000


def test_what_mattered_most_is_on_top() -> None:
    (axes,) = importance_figure(IMPORTANCE).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["leaves", "trees", "ridge"]
    assert [bar.get_width() for bar in axes.patches] == [0.1, 0.2, 0.7]
