"""Bundles of models that learned from features of a company's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bundles import simulated_history, trained_bundle
from feature_modules import CONTACTS, MODULE, module, trained_with_features

from winprob.features.build import open_snapshots
from winprob.features.digests import SUMS, write_digests
from winprob.models.bundle.bundle import Bundle, InvalidBundle
from winprob.models.bundle.scoring import score

FILE = "features.my_features.py"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_with_features().bundle.save(tmp_path_factory.mktemp("features") / "bundle")


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "bundle"))


def signed_again(folder: Path) -> None:
    names = [file.name for file in folder.iterdir() if file.name != SUMS]
    write_digests(folder, names)


def test_the_source_is_stored_and_read_back(folder: Path) -> None:
    assert (folder / FILE).read_text(encoding="utf-8") == MODULE.source
    read = Bundle.load(folder)
    assert read.playbook.feature_modules == (MODULE,)
    assert read.manifest.feature_modules == {"my_features": MODULE.digest}
    assert list(read.manifest.features)[-2:] == ["contacts_of_the_week", "region_letter"]


def test_histories_that_know_nothing_of_the_features_are_scored(folder: Path) -> None:
    history = simulated_history()
    snapshots = open_snapshots(history, "2024-06-03")
    before, after = (
        score(bundle, history, snapshots) for bundle in (trained_with_features().bundle, Bundle.load(folder))
    )
    assert before.probability.equals(after.probability)
    assert before.features["contacts_of_the_week"].notna().any()


def test_an_older_model_scores_a_history_with_further_features() -> None:
    history = simulated_history()
    newer = replace(history, playbook=history.playbook.with_features((MODULE,)))
    snapshots = open_snapshots(history, "2024-06-03")
    one, two = (score(trained_bundle(), found, snapshots).probability for found in (history, newer))
    assert one.equals(two)


def test_a_bundle_without_features_of_its_own_has_no_code(tmp_path: Path) -> None:
    folder = trained_bundle().save(tmp_path / "bundle")
    assert not list(folder.glob("*.py"))
    stated = json.loads((folder / "manifest.json").read_text())
    del stated["feature_modules"]  # as bundles of before have none
    (folder / "manifest.json").write_text(json.dumps(stated))
    signed_again(folder)
    assert Bundle.load(folder).playbook.feature_modules == ()


def _another_source(folder: Path) -> None:
    (folder / FILE).write_text(module(CONTACTS).source)


def _no_source(folder: Path) -> None:
    (folder / FILE).unlink()


def _another_name(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"my_features"', '"../my_features"'))


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (_another_source, f"{FILE}: expected sha256 {MODULE.digest}, as manifest.json says, found sha256 "),
        (_no_source, f"{SUMS}: expected a digest of {FILE}, found none; copy the whole folder again"),
        (_another_name, "manifest.json: expected a Manifest, found at feature_modules.../my_features"),
    ],
)
def test_code_that_is_not_what_the_manifest_says_is_not_run(
    folder: Path, damage: Callable[[Path], None], problem: str
) -> None:
    damage(folder)
    signed_again(folder)
    with pytest.raises(InvalidBundle) as refused:
        Bundle.load(folder)
    assert refused.value.problems[0].startswith(problem)


def test_code_that_cannot_be_run_here_is_named(folder: Path) -> None:
    needy = replace(MODULE, source=f"{MODULE.source}\nimport no_such_package\n")
    (folder / FILE).write_text(needy.source, encoding="utf-8")
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace(MODULE.digest, needy.digest))
    signed_again(folder)
    with pytest.raises(InvalidBundle, match="found none of the name 'no_such_package'; install the package"):
        Bundle.load(folder)


ASK = """
import sys
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import score_documents
from winprob.features.checking import read_document
bundle = Bundle.load(sys.argv[1])
data = {"as_of": "2024-06-03", "stage": "intent", "activities": [{"at": "2024-06-01"}]}
document = read_document(data, bundle.playbook, bundle.attributes)
print(score_documents(bundle, [document]).features["contacts_of_the_week"].tolist())
"""


def test_a_fresh_process_has_the_features(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, folder], check=True, capture_output=True, text=True)
    assert done.stdout == "[1.0]\n"
