"""Models in a real MLflow registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
from winprob.training.track import run_facts, tracking
from winprob.training.track.forecast_page import forecast_pages
from winprob.training.track.promotion import Champion, Decision, decide
from winprob.training.track.registry import (
    QUIET,
    ChampionOutOfReach,
    check_registry,
    open_registry,
    quiet_mlflow,
)
from winprob.training.track.run_facts import DIGEST_LENGTH
from winprob.training.track.tracking import DESCRIPTION, Logged, log, promote


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
    pages: dict[int, dict[str, str]] = {}

    def draw(trained: Trained) -> dict[str, str]:
        known = id(trained.bundle)
        if known not in pages:
            pages[known] = forecast_pages(trained)
        return pages[known]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_facts, "forecast_pages", draw)
        yield


@pytest.fixture(scope="module")
def first(home: Path) -> Logged:
    """A model that beat its rules, logged where there was nothing."""
    assert not list(home.iterdir())
    return log(against(trained_model(), stage=0.99, competition=None, base_rate=0.98))


@pytest.fixture
def ready(first: Logged) -> Logged:
    """The first model is champion when a test begins."""
    promote(first.version)
    return first


def _champion(name: str = "winprob") -> str:
    with quiet_mlflow():
        return str(open_registry().get_model_version_by_alias(name, "champion").version)


def test_the_first_good_model_is_champion(first: Logged, home: Path) -> None:
    assert (first.version, first.promoted) == ("1", True)
    assert first.sentence.startswith("winprob version 1 is champion: its log loss of ")
    assert _champion() == "1"
    assert (home / "mlruns" / "mlflow.db").is_file()
    assert sorted(path.name for path in home.iterdir()) == ["mlruns"]


def test_a_run_holds_parameters_data_metrics_and_figures(first: Logged) -> None:
    trained = against(trained_model(), stage=0.99, competition=None, base_rate=0.98)
    with quiet_mlflow():
        client = open_registry()
        run = client.get_run(first.run_id)
        figures = {file.path for file in client.list_artifacts(first.run_id, "figures")}
    assert run.data.params.items() >= {"playbook": "customer-grades", "seed": "0"}.items()
    assert run.data.params["trees"] == str(trained.parameters["trees"])
    assert run.data.metrics["model.log_loss"] == pytest.approx(trained.evaluation.model.log_loss)
    assert run.data.metrics["stage.brier"] == pytest.approx(trained.evaluation.rules["stage"].brier)  # type: ignore[union-attr]
    assert run.data.metrics["base_rate.auc"] == 0.5
    assert not [name for name in run.data.metrics if name.startswith("competition")]
    drawn = {f"figures/{name}.png" for name in ("reliability", "roc", "gain", "shap", "families")}
    assert figures == drawn | {"figures/forecast.html", "figures/forecast.zh.html"}
    assert run.inputs is not None
    (used,) = run.inputs.dataset_inputs
    digest = trained.bundle.manifest.data.digest
    assert (used.dataset.name, used.dataset.digest) == ("history", digest[:DIGEST_LENGTH])
    assert run.data.tags["data.digest"] == digest
    assert run.data.tags["promotion.reason"] == first.reason
    assert {run.data.tags[f"leaks.{name}"] for name in ("allowed", "left_out", "not_applicable")} == {"none"}


def test_a_version_says_why_it_is_champion(first: Logged) -> None:
    with quiet_mlflow():
        version = open_registry().get_model_version("winprob", first.version)
    assert version.run_id == first.run_id
    assert version.tags == {
        "promotion": "champion",
        "promotion.reason": first.reason,
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
    assert not again.promoted
    assert again.sentence.startswith(f"winprob version {again.version} is logged, but not champion: its log")
    assert f"is not below that of the champion, version {ready.version}" in again.sentence
    assert again.sentence.endswith("rows.")
    assert _champion() == ready.version
    with quiet_mlflow():
        tags = open_registry().get_model_version("winprob", again.version).tags
    assert tags.items() >= {"promotion": "refused", "promotion.reason": again.reason}.items()


def test_a_better_model_is_champion(ready: Logged) -> None:
    better = log(clairvoyant(trained_model()))
    assert better.promoted
    assert f"and that of the champion, version {ready.version}" in better.reason
    assert _champion() == better.version


def test_a_champion_that_changes_during_the_comparison_is_compared_with(
    ready: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = log(clairvoyant(trained_model()))
    promote(ready.version)
    opponents = []

    def slow(trained: Trained, champion: Champion | None) -> Decision:
        assert champion is not None
        opponents.append(champion.version)
        decision = decide(trained, champion)
        if len(opponents) == 1:  # meanwhile, another training on another machine
            with quiet_mlflow():
                open_registry().set_registered_model_alias("winprob", "champion", best.version)
        return decision

    monkeypatch.setattr(tracking, "decide", slow)
    log(clairvoyant(trained_model()))
    assert opponents == [ready.version, best.version]


def test_no_password_is_shown_or_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ann:secret@127.0.0.1:1")
    for use in (lambda: promote("1"), lambda: log(trained_model()), check_registry):
        with pytest.raises(
            RegistryOutOfReach, match=r"http://\*\*\*@127.0.0.1:1: .*Connection refused"
        ) as told:
            use()
        assert "secret" not in str(told.value)


def test_a_person_decides_where_numbers_cannot(ready: Logged) -> None:
    other = log(clairvoyant(trained_without("company_size")))
    assert not other.promoted
    assert _champion() == ready.version
    command = f"python -P -m winprob.training.track.tracking {other.version}"
    assert other.sentence.endswith(
        "cannot be compared with it: it knows attributes that these data lack (company_size). Serve it with "
        f"--model models:/winprob/{other.version}, or make it champion with {command}."
    )
    subprocess.run([sys.executable, *command.split()[1:]], check=True, capture_output=True)
    assert _champion() == other.version


def test_no_person_can_choose_a_version_that_is_not_there(ready: Logged) -> None:
    with pytest.raises(Mistake, match="expected a registered version, found no version '99' in sqlite"):
        promote("99")
    assert _champion() == ready.version


def test_a_champion_of_other_features_gives_way(ready: Logged) -> None:
    manifest = _files(ready) / MANIFEST
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace(trained_model().bundle.manifest.catalogue_hash, "0" * 64), "utf-8")
    try:
        better = log(clairvoyant(trained_model()))
    finally:
        manifest.write_text(text, "utf-8")
    assert better.promoted
    assert (
        f"the champion, version {ready.version}, cannot be used any more (manifest.json: exp" in better.reason
    )


def test_a_champion_whose_files_are_gone_is_named_and_nothing_is_logged(ready: Logged) -> None:
    files = _files(ready).parents[1]
    shutil.move(files, files.with_name("away"))
    try:
        with pytest.raises(ChampionOutOfReach) as refused:
            log(clairvoyant(trained_model()))
    finally:
        shutil.move(files.with_name("away"), files)
    assert f"models:/winprob@champion: expected the files of version {ready.version}, found" in str(
        refused.value
    )
    assert "put them back, or take the alias 'champion' away" in str(refused.value)
    assert _champion() == ready.version


def test_one_registry_keeps_models_of_several_names(ready: Logged) -> None:
    named = log(clairvoyant(trained_model()), name="projects")
    assert (named.version, named.promoted) == ("1", True)
    assert named.sentence.startswith("projects version 1 is champion: ")
    assert (_champion("projects"), _champion()) == ("1", ready.version)


def test_the_place_can_be_chosen_and_not_a_word_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "elsewhere" / "runs.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place}")
    monkeypatch.chdir(tmp_path)
    surroundings = dict(os.environ)
    assert log(against(trained_model(), model=0.5, base_rate=0.5)).promoted is False
    assert capfd.readouterr() == ("", "")
    assert dict(os.environ) == surroundings
    assert not QUIET.keys() & surroundings.keys()
    assert sorted(path.name for path in place.parent.iterdir()) == ["artifacts", "runs.db", "runs.db.lock"]
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def _files(logged: Logged) -> Path:
    """Where the bundle of a version lies."""
    with quiet_mlflow():
        place = open_registry().get_model_version_download_uri(logged.name, logged.version)
    return Path(place.removeprefix("file://")) / "data" / "bundle"
