"""Models in a real MLflow registry."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from registries import champion_of, files_of
from trainings import against, clairvoyant, trained_model

from winprob.features.digests import digest_of
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Card
from winprob.models.present.card_markdown import markdown
from winprob.models.present.card_reliability import FIGURE
from winprob.models.present.card_summary import summary
from winprob.models.registry.access import RegistryOutOfReach
from winprob.serving.load.fetch import fetch
from winprob.training.track.champion import promote
from winprob.training.track.registry import (
    QUIET,
    VersionOutOfReach,
    check_registry,
    open_registry,
    quiet_mlflow,
)
from winprob.training.track.run_facts import DIGEST_LENGTH
from winprob.training.track.tracking import DESCRIPTION, FAILURE, Logged, log, training_run


def test_the_first_good_model_is_champion(first: Logged, home: Path) -> None:
    assert (first.version, first.decision.promoted) == ("1", True)
    assert first.sentence.startswith("winprob version 1 is champion: its log loss of ")
    assert champion_of() == "1"
    assert (home / "mlruns" / "mlflow.db").is_file()
    assert sorted(path.name for path in home.iterdir()) == ["mlruns"]


def test_a_run_holds_parameters_data_metrics_and_figures(first: Logged) -> None:
    trained = against(trained_model(), stage=0.99, competition=None, base_rate=0.98)
    with quiet_mlflow():
        client = open_registry()
        run = client.get_run(first.run_id)
        figures = {file.path: file.file_size for file in client.list_artifacts(first.run_id, "figures")}
    assert run.data.params.items() >= {"playbook": "customer-grades", "seed": "0"}.items()
    assert run.data.params["trees"] == str(trained.parameters["trees"])
    metrics = run.data.metrics
    assert metrics["log_loss"] == pytest.approx(trained.evaluation.model.log_loss)
    assert metrics["rule.stage.brier"] == pytest.approx(trained.evaluation.rules["stage"].brier)  # type: ignore[union-attr]
    assert metrics["rule.base_rate.auc"] == 0.5
    assert not [name for name in metrics if name.startswith("rule.competition")]
    lead = metrics["rule.base_rate.log_loss"] - metrics["log_loss"]
    assert metrics["lead.best_rule.low"] < metrics["lead.best_rule"] == pytest.approx(lead)
    assert metrics["closing.coverage_80"] == trained.bundle.manifest.closing.coverage  # type: ignore[union-attr]
    assert 0 <= metrics["forecast.coverage_80"] <= 1
    windows = client.get_metric_history(first.run_id, "window.log_loss")
    assert [each.step for each in windows] == list(range(len(windows)))
    assert len(windows) > 1
    assert run.info.run_name == f"customer-grades to {trained.bundle.manifest.data.as_of:%Y-%m-%d}"
    assert run.data.params["as_of"] == trained.bundle.manifest.data.as_of.isoformat()  # type: ignore[union-attr]
    assert run.data.tags["winprob.version"]
    names = ("reliability", "roc", "gain", "shap", "families", "forecasts")
    assert set(figures) == {f"figures/{name}.png" for name in names}
    assert max(figures.values()) < 300_000  # bytes: they are looked at over slow lines too
    assert run.inputs is not None
    (used,) = run.inputs.dataset_inputs
    digest = trained.bundle.manifest.data.digest
    assert (used.dataset.name, used.dataset.digest) == ("history", digest[:DIGEST_LENGTH])
    assert run.data.tags["data.digest"] == digest
    assert run.data.tags["promotion.reason"] == first.decision.reason
    assert {run.data.tags[f"leaks.{name}"] for name in ("allowed", "left_out", "not_applicable")} == {"none"}


def test_a_run_and_its_version_show_what_the_model_knows(first: Logged, home: Path) -> None:
    bundle = trained_model().bundle
    assert (home / first.card).read_text("utf-8") == markdown(bundle, first.version)
    assert (home / first.card).with_name("card.zh.md").read_text("utf-8") == markdown(
        bundle, first.version, "zh"
    )
    stored = (home / first.card).with_name("card.json").read_text("utf-8")
    assert Card.model_validate_json(stored) == bundle.card
    assert (home / first.card).parent.joinpath(FIGURE).is_file()
    with quiet_mlflow():
        client = open_registry()
        run, version = client.get_run(first.run_id), client.get_model_version("winprob", first.version)
    assert version.description == run.data.tags[DESCRIPTION] == summary(bundle, first.version)
    assert len(version.description) < 5000  # what a registry's database takes


def test_the_server_fetches_what_was_logged(first: Logged, home: Path, tmp_path: Path) -> None:
    fetched = fetch("models:/winprob@champion", tmp_path, f"sqlite:///{home / 'mlruns' / 'mlflow.db'}")
    bundle, trained = Bundle.load(fetched.folder), trained_model()
    assert fetched.version == first.version
    assert fetched.digest == digest_of(fetched.folder)
    assert bundle.manifest == trained.bundle.manifest
    expected = trained.bundle.model.predict_proba(trained.features)
    assert (bundle.model.predict_proba(trained.features) == expected).all()


@pytest.mark.usefixtures("ready")
def test_a_training_that_fails_leaves_a_run_that_says_why() -> None:
    failure = Mistake("history: expected deals, found none; export them")
    with pytest.raises(Mistake), training_run(run_name="of nothing", tags={"team": "north"}) as run:
        raise failure
    with quiet_mlflow():
        found = open_registry().get_run(run.run_id)
    assert (found.info.status, found.info.run_name) == ("FAILED", "of nothing")
    assert found.data.tags["team"] == "north"
    assert found.data.tags[FAILURE] == f"Mistake: {failure}"


@pytest.mark.usefixtures("ready")
def test_seconds_are_told_by_phase() -> None:
    told = []
    with training_run() as run:
        progress = run.timed(lambda doing, done, of: told.append((doing, done, of)))
        progress("features", 0, 2)
        progress("calibration 1 of 2", 1, 2)
        progress("done", 2, 2)
    assert told == [("features", 0, 2), ("calibration 1 of 2", 1, 2), ("done", 2, 2)]
    assert list(run.phases) == ["features", "calibration 1 of 2"]
    assert min(run.phases.values()) >= 0


def test_no_password_is_shown_or_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ann:secret@127.0.0.1:1")
    for use in (lambda: promote("1", "why not"), lambda: log(trained_model()), check_registry):
        with pytest.raises(
            RegistryOutOfReach, match=r"http://\*\*\*@127.0.0.1:1: .*Connection refused"
        ) as told:
            use()
        assert "secret" not in str(told.value)


def test_a_champion_whose_files_are_gone_is_named_and_nothing_is_logged(ready: Logged) -> None:
    files = files_of(ready).parents[1]
    shutil.move(files, files.with_name("away"))
    try:
        with pytest.raises(VersionOutOfReach) as refused:
            log(clairvoyant(trained_model()))
    finally:
        shutil.move(files.with_name("away"), files)
    assert f"models:/winprob/{ready.version}: expected its files, found" in str(refused.value)
    assert "put them back, or, if it is champion, take the alias 'champion' away" in str(refused.value)
    assert champion_of() == ready.version


def test_one_registry_keeps_models_of_several_names(ready: Logged) -> None:
    named = log(clairvoyant(trained_model()), name="projects")
    assert (named.version, named.decision.promoted) == ("1", True)
    assert named.sentence.startswith("projects version 1 is champion: ")
    assert (champion_of("projects"), champion_of()) == ("1", ready.version)


def test_the_place_can_be_chosen_and_not_a_word_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "elsewhere" / "runs.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place}")
    monkeypatch.chdir(tmp_path)
    surroundings = dict(os.environ)
    assert log(against(trained_model(), model=0.99, base_rate=0.5)).decision.promoted is False
    assert capfd.readouterr() == ("", "")
    assert dict(os.environ) == surroundings
    assert not QUIET.keys() & surroundings.keys()
    assert sorted(path.name for path in place.parent.iterdir()) == ["artifacts", "runs.db", "runs.db.lock"]
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]
