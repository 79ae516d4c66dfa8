"""Two workers, in processes of their own: the same scores byte for byte, and the same model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import distributed
import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from command import verb
from partitions import company

from winprob.dask_engine import cluster, fit_by_workers
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.models.win.win_model import WinModel
from winprob.training.fit import train
from winprob.training.learn.fitting import FitTask, FittedModel

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Address of a scheduler with two workers."""
    workers = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with workers:
        yield workers.scheduler_address


@pytest.mark.parametrize("options", [[], ["--as-of", "2024-03-04", "--explain", "--by", "2024-12-31"]])
def test_two_workers_give_the_file_of_one_process(tmp_path: Path, scheduler: str, options: list[str]) -> None:
    history, partitions, bundle = company(tmp_path)
    written = []
    for name, place, engine in (
        ("one.csv", history, []),
        ("two.csv", partitions, ["--engine", "dask", "--scheduler", scheduler]),
    ):
        arguments = ["--out", str(tmp_path / name), "--model", str(bundle), *options, *engine]
        done = verb("score", str(place), *arguments)
        assert done.exit_code == 0, done.output
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_two_workers_fit_the_models_of_one_process(scheduler: str) -> None:
    history = simulated_history()
    here = train(history)
    with cluster(scheduler) as client:
        there = train(history, fit_map=fit_by_workers(client))
    assert there.evaluation.metrics == here.evaluation.metrics
    for one, other in zip(there.past, here.past, strict=True):
        np.testing.assert_array_equal(one.log_odds, other.log_odds)
    assert files_of(there.bundle) == files_of(here.bundle)


def test_the_command_trains_a_model_from_partitions(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, partitions, _ = company(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    done = verb("train", str(partitions), "--engine", "dask", "--scheduler", scheduler, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["promoted"]


def test_a_module_that_workers_lack_is_named(scheduler: str) -> None:
    def fit(_: FitTask) -> FittedModel:
        raise ModuleNotFoundError("No module named 'my_estimators'")

    task = FitTask(WinModel(), pd.DataFrame({"size": [1.0]}), pd.Series([1.0]), pd.Series([1.0]), None)
    with (
        cluster(scheduler) as client,
        pytest.raises(Mistake, match=r"found No module named 'my_estimators'; install it where they run"),
    ):
        next(fit_by_workers(client)(fit, [task]))


def files_of(bundle: Bundle) -> dict[str, bytes]:
    """What is learned; when that was, is another matter."""
    with TemporaryDirectory() as place:
        files = {file.name: file.read_bytes() for file in bundle.save(Path(place, "bundle")).iterdir()}
    return {name: files[name] for name in files.keys() - {"manifest.json", "SHA256SUMS"}}


def test_where_no_scheduler_answers_it_says_how_to_start_one() -> None:
    with (
        pytest.raises(Mistake, match=r"found tcp://127\.0\.0\.1:1, where none answers"),
        cluster("tcp://127.0.0.1:1"),
    ):
        raise AssertionError("nothing is there")
