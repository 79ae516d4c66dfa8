"""Models in a real MLflow registry."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from trainings import against, clairvoyant, trained_model, trained_without

from winprob.features.digests import digest_of
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import MANIFEST, Bundle
from winprob.models.bundle.card import Card
from winprob.models.present.card_markdown import markdown
from winprob.models.present.card_reliability import FIGURE
from winprob.models.present.card_summary import summary
from winprob.models.registry.access import DIGEST, RegistryOutOfReach
from winprob.serving.load.fetch import fetch
from winprob.training.fit import Trained
from winprob.training.track import champion, run_facts
from winprob.training.track.champion import Change, changes, promote, rollback
from winprob.training.track.comparison import RegisteredVersion
from winprob.training.track.past_forecasts import past_forecasts
from winprob.training.track.promotion import Decision, decide
from winprob.training.track.registry import (
    QUIET,
    VersionOutOfReach,
    check_registry,
    open_registry,
    quiet_mlflow,
)
from winprob.training.track.run_facts import DIGEST_LENGTH
from winprob.training.track.tracking import DESCRIPTION, FAILURE, Logged, log, training_run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder to work in, and nothing said about MLflow."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module", autouse=True)
def drawn_once() -> Iterator[None]:
    """Models that differ in nothing but how their tests came out have one forecast."""
    past: dict[int, pd.DataFrame] = {}

    def replay(trained: Trained) -> pd.DataFrame:
        known = id(trained.bundle)
        if known not in past:
            past[known] = past_forecasts(trained)
        return past[known]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_facts, "past_forecasts", replay)
        yield


@pytest.fixture(scope="module")
def first(home: Path) -> Logged:
    """A model that beat its rules, logged where there was nothing."""
    assert not list(home.iterdir())
    return log(against(trained_model(), stage=0.99, competition=None, base_rate=0.98))


@pytest.fixture
def ready(first: Logged) -> Logged:
    """The first model is champion when a test begins."""
    if _champion() != first.version:
        promote(first.version, "a test begins")
    return first


def _champion(name: str = "winprob") -> str:
    with quiet_mlflow():
        return str(open_registry().get_model_version_by_alias(name, "champion").version)


def test_the_first_good_model_is_champion(first: Logged, home: Path) -> None:
    assert (first.version, first.decision.promoted) == ("1", True)
    assert first.sentence.startswith("winprob version 1 is champion: its log loss of ")
    assert _champion() == "1"
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


def test_a_version_says_why_it_is_champion(first: Logged) -> None:
    with quiet_mlflow():
        version = open_registry().get_model_version("winprob", first.version)
    assert version.run_id == first.run_id
    assert version.tags == {
        "promotion": "champion",
        "promotion.reason": first.decision.reason,
        DIGEST: digest_of(_files(first)),
    }


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


def test_the_same_model_again_is_refused(ready: Logged) -> None:
    again = log(against(trained_model(), stage=0.99, competition=None, base_rate=0.98))
    assert int(again.version) > int(ready.version)
    assert not again.decision.promoted
    assert again.sentence.startswith(f"winprob version {again.version} is logged, but not champion: not bet")
    assert f"that of the champion, version {ready.version}" in again.sentence
    assert _champion() == ready.version
    tags = _tags(again.version)
    assert tags.items() >= {"promotion": "refused", "promotion.reason": again.decision.reason}.items()


def test_a_better_model_is_champion_and_only_one_version_says_so(ready: Logged) -> None:
    better = log(clairvoyant(trained_model()))
    assert better.decision.promoted
    assert _champion() == better.version
    with quiet_mlflow():
        client = open_registry()
        versions = client.search_model_versions("name = 'winprob'")
        trail = changes(client, "winprob")
        lead = client.get_run(better.run_id).data.metrics["lead.champion"]
    champions = [str(each.version) for each in versions if each.tags["promotion"] == "champion"]
    assert champions == [better.version]
    assert _tags(ready.version)["promotion"] == "former champion"
    assert trail[-1] == Change(
        version=better.version,
        before=ready.version,
        at=trail[-1].at,
        by=trail[-1].by,
        why=better.decision.reason,
        kind="promotion",
    )
    assert better.decision.lead is not None
    assert lead == pytest.approx(better.decision.lead.value)


def test_rolling_back_goes_one_champion_back_each_time(ready: Logged) -> None:
    second, third = (log(clairvoyant(trained_model())).version for _ in range(2))
    assert _champion() == second
    promote(third, "tried by hand as well")
    assert rollback("it was worse").version == second
    assert _champion() == second
    back = rollback("so was that")
    assert (back.version, back.before, back.kind) == (ready.version, second, "rollback")
    assert back.why == "so was that"
    assert "@" in back.by
    assert [_tags(version)["promotion"] for version in (ready.version, second, third)] == [
        "champion",
        "former champion",
        "former champion",
    ]


def test_a_change_needs_a_reason() -> None:
    for change in (lambda: promote("1", "  "), lambda: rollback("")):
        with pytest.raises(Mistake, match="why: expected a reason, found none"):
            change()


def test_there_must_be_something_to_roll_back_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'runs.db'}")
    with pytest.raises(
        Mistake, match="expected a champion before the present one to roll back to, found none"
    ):
        rollback("why not")


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


def test_a_champion_that_changes_during_the_comparison_is_compared_with(
    ready: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = log(clairvoyant(trained_model()))
    promote(ready.version, "before another training")
    opponents = []

    def slow(trained: Trained, rival: RegisteredVersion | None) -> Decision:
        assert rival is not None
        opponents.append(rival.version)
        decision = decide(trained, rival)
        if len(opponents) == 1:  # meanwhile, another training on another machine
            with quiet_mlflow():
                open_registry().set_registered_model_alias("winprob", "champion", best.version)
        return decision

    monkeypatch.setattr(champion, "decide", slow)
    log(clairvoyant(trained_model()))
    assert opponents == [ready.version, best.version]


def test_no_password_is_shown_or_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ann:secret@127.0.0.1:1")
    for use in (lambda: promote("1", "why not"), lambda: log(trained_model()), check_registry):
        with pytest.raises(
            RegistryOutOfReach, match=r"http://\*\*\*@127.0.0.1:1: .*Connection refused"
        ) as told:
            use()
        assert "secret" not in str(told.value)


def test_a_person_decides_where_numbers_cannot(ready: Logged) -> None:
    other = log(clairvoyant(trained_without("company_size")))
    assert not other.decision.promoted
    assert _champion() == ready.version
    assert other.sentence.endswith(
        "cannot be compared with it: it knows attributes that these data lack (company_size). Serve it with "
        f"--model models:/winprob/{other.version}, or make it champion with "
        f"winprob promote {other.version} --why REASON."
    )
    promote(other.version, "company size is not asked any more")
    assert _champion() == other.version
    with pytest.raises(Mistake, match="expected another one than the champion"):
        promote(other.version, "again")


def test_no_person_can_choose_a_version_that_is_not_there(ready: Logged) -> None:
    with pytest.raises(Mistake, match="expected a registered version, found no version '99' in sqlite"):
        promote("99", "why not")
    assert _champion() == ready.version


def test_a_champion_that_cannot_be_used_stays_until_a_person_decides(ready: Logged) -> None:
    manifest = _files(ready) / MANIFEST
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace(trained_model().bundle.manifest.catalogue_hash, "0" * 64), "utf-8")
    try:
        better = log(clairvoyant(trained_model()))
    finally:
        manifest.write_text(text, "utf-8")
    assert not better.decision.promoted
    assert "it cannot be used any more (manifest.json: exp" in better.decision.reason


def test_a_champion_whose_files_are_gone_is_named_and_nothing_is_logged(ready: Logged) -> None:
    files = _files(ready).parents[1]
    shutil.move(files, files.with_name("away"))
    try:
        with pytest.raises(VersionOutOfReach) as refused:
            log(clairvoyant(trained_model()))
    finally:
        shutil.move(files.with_name("away"), files)
    assert f"models:/winprob/{ready.version}: expected its files, found" in str(refused.value)
    assert "put them back, or, if it is champion, take the alias 'champion' away" in str(refused.value)
    assert _champion() == ready.version


def test_one_registry_keeps_models_of_several_names(ready: Logged) -> None:
    named = log(clairvoyant(trained_model()), name="projects")
    assert (named.version, named.decision.promoted) == ("1", True)
    assert named.sentence.startswith("projects version 1 is champion: ")
    assert (_champion("projects"), _champion()) == ("1", ready.version)


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


def _tags(version: str) -> dict[str, str]:
    with quiet_mlflow():
        return dict(open_registry().get_model_version("winprob", version).tags)


def _files(logged: Logged) -> Path:
    """Where the bundle of a version lies."""
    with quiet_mlflow():
        place = open_registry().get_model_version_download_uri(logged.name, logged.version)
    return Path(place.removeprefix("file://")) / "data" / "bundle"
