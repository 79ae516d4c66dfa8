from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundles import simulated_history, trained_bundle
from disks import largest_file
from estimators import own_estimator_bundle
from pandas.testing import assert_frame_equal, assert_series_equal

from winprob.features.build import build, open_snapshots
from winprob.features.digests import SUMS, digest_of, write_digests
from winprob.features.durable import NotWritten
from winprob.models.bundle.bundle import FILES, Bundle, InvalidBundle
from winprob.models.bundle.common_factor import CommonFactor
from winprob.models.bundle.scoring import score
from winprob.models.own_estimator.own_estimator import Contributions
from winprob.models.win.store import DamagedModel
from winprob.models.win.win_model import WinModel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return trained_bundle().save(tmp_path / "bundle")


def test_a_bundle_gives_exactly_the_same_answers_when_read_back(folder: Path) -> None:
    bundle, read = trained_bundle(), Bundle.load(folder)
    assert read.manifest == bundle.manifest
    assert read.card == bundle.card
    assert read.playbook == bundle.playbook
    assert read.attributes == bundle.attributes
    assert read.stage_win_rates == bundle.stage_win_rates
    assert read.closing_times is not None
    assert bundle.closing_times is not None
    assert read.closing_times.model_dump_json() == bundle.closing_times.model_dump_json()
    history = simulated_history()
    moments = open_snapshots(history, "2024-06-03")
    before, after = score(bundle, history, moments), score(read, history, moments)
    assert_series_equal(after.probability, before.probability, check_exact=True)
    assert_frame_equal(after.explanation.contributions, before.explanation.contributions, check_exact=True)
    assert_frame_equal(after.rules, before.rules, check_exact=True)


def test_a_bundle_knows_how_much_deals_move_together(tmp_path: Path) -> None:
    folder = replace(trained_bundle(), common_factor=CommonFactor(spread=0.123)).save(tmp_path / "bundle")
    assert Bundle.load(folder).common_factor == CommonFactor(spread=0.123)


def test_a_bundle_may_know_no_closing_times(tmp_path: Path) -> None:
    folder = replace(trained_bundle(), closing_times=None).save(tmp_path / "bundle")
    assert Bundle.load(folder).closing_times is None


def test_a_bundle_is_text(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for name in FILES:
        (folder / name).read_text(encoding="utf-8")


def test_an_empty_folder_can_be_written_to_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    assert trained_bundle().save(tmp_path / "bundle") == tmp_path / "bundle"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_bundle_is_never_written_over_another(folder: Path) -> None:
    with pytest.raises(FileExistsError, match=f"{folder}: expected a folder that is not there yet"):
        trained_bundle().save(folder)
    (folder.parent / "file").write_text("mine")
    with pytest.raises(FileExistsError, match="found one that holds something; choose another or remove it"):
        trained_bundle().save(folder.parent / "file")
    assert (folder.parent / "file").read_text() == "mine"


def test_a_bundle_is_there_completely_or_not_at_all(tmp_path: Path) -> None:
    unwritable = replace(trained_bundle(), stage_win_rates=None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        unwritable.save(tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InvalidBundle) as caught:
        Bundle.load(folder)
    assert caught.value.folder == folder
    (problem,) = caught.value.problems
    assert problem.startswith(f"{name}: expected ")
    assert problem.endswith(
        "found No such file or directory; copy the whole folder again, or train the model anew"
    )


def test_all_missing_files_are_named(folder: Path) -> None:
    for name in ("card.json", "playbook.json"):
        (folder / name).unlink()
    with pytest.raises(InvalidBundle) as caught:
        Bundle.load(folder)
    assert {problem.split(":")[0] for problem in caught.value.problems} == {"card.json", "playbook.json"}


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "card.json").unlink()
    (folder / "card.json").mkdir()
    with pytest.raises(InvalidBundle, match=r"card\.json: expected sha256 .*, found Is a directory; copy"):
        Bundle.load(folder)


@pytest.mark.parametrize("name", FILES[1:])
def test_a_file_without_a_digest_is_not_believed(folder: Path, name: str) -> None:
    write_digests(folder, [other for other in FILES[1:] if other != name])
    with pytest.raises(InvalidBundle, match=f"SHA256SUMS: expected a digest of {name}, found none; copy"):
        Bundle.load(folder)


def test_no_folder_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidBundle, match=r"nowhere cannot be used as a bundle:\n.*found no such folder"):
        Bundle.load(tmp_path / "nowhere")
    with pytest.raises(InvalidBundle, match="found File name too long; correct the path"):
        Bundle.load(tmp_path / ("a" * 300))


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_off_is_refused(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    for rest in (0, 1, len(content) // 2, len(content) - 1):
        (folder / name).write_bytes(content[:rest])
        with pytest.raises(InvalidBundle, match=r"expected .* found .*; copy the whole folder again"):
            Bundle.load(folder)


@pytest.mark.parametrize("text", ["[]", "7", '"manifest"', "\ufffd"])
def test_a_manifest_that_is_no_object_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    _sign(folder)
    with pytest.raises(InvalidBundle, match=r"manifest\.json: expected a JSON object, found something else"):
        Bundle.load(folder)


def test_a_wrong_value_is_placed(folder: Path) -> None:
    _edit(folder / "manifest.json", data={"rows": -1})
    with pytest.raises(InvalidBundle) as caught:
        Bundle.load(folder)
    assert caught.value.problems[0].startswith(
        "manifest.json: expected a Manifest, found at data.rows: Input should be greater than or equal to 0"
    )
    assert len(caught.value.problems) > 1


@pytest.mark.parametrize("digests", [True, False])
def test_another_format_is_refused(folder: Path, digests: bool) -> None:
    _edit(folder / "manifest.json", format=2, something_new=True)
    if not digests:  # as in the formats before 4
        (folder / SUMS).unlink()
    with pytest.raises(InvalidBundle) as caught:
        Bundle.load(folder)
    assert caught.value.problems == (
        "manifest.json: expected format 8, which this version reads, found 2; "
        "train the model anew with this version",
    )


def test_features_of_another_version_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {**trained_bundle().manifest.versions.model_dump(), "winprob": "0.0.7"}
    features = {**trained_bundle().manifest.features, "age": "0" * 64, "weather": "0" * 64}
    _edit(folder / "manifest.json", features=features, versions=versions)
    monkeypatch.setattr(WinModel, "load", None)  # refused before the model is read
    with pytest.raises(InvalidBundle) as caught:
        Bundle.load(folder)
    gone, changed = caught.value.problems
    assert "found weather of winprob 0.0.7, which do not exist now; " in gone
    assert "found age of winprob 0.0.7, which are something else now; " in changed
    assert gone.endswith("train the model anew with this version")


def test_a_playbook_with_other_features_is_refused(folder: Path) -> None:
    _edit(folder / "playbook.json", seller_features=False)
    with pytest.raises(InvalidBundle, match="which do not exist now; train the model anew with this version"):
        Bundle.load(folder)


def test_a_bundle_of_a_later_format_with_other_files_is_refused_as_such(folder: Path) -> None:
    (folder / "common_factor.json").unlink()
    (folder / "manifest.json").write_text('{"format": 99}')
    write_digests(folder, ["manifest.json"])
    with pytest.raises(InvalidBundle, match="found 99; train the model anew with this version"):
        Bundle.load(folder)


def test_a_model_that_cannot_be_read_is_refused_with_its_cause(folder: Path) -> None:
    (folder / "booster.txt").write_text("trees")
    _sign(folder)
    with pytest.raises(InvalidBundle, match=r"booster\.txt: expected trees that LightGBM") as caught:
        Bundle.load(folder)
    assert isinstance(caught.value.__cause__, DamagedModel)


@pytest.mark.parametrize("name", FILES)
def test_a_single_flipped_bit_is_refused_before_anything_is_parsed(folder: Path, name: str) -> None:
    dice = np.random.default_rng(7)
    content = (folder / name).read_bytes()
    expected = r": expected " if name == SUMS else rf"\n  {name}: expected sha256 "
    for _ in range(100):
        damaged = bytearray(content)
        damaged[dice.integers(len(damaged))] ^= 1 << dice.integers(8)
        (folder / name).write_bytes(damaged)
        with pytest.raises(InvalidBundle, match=rf"{expected}.*, found .*; copy the whole folder again"):
            Bundle.load(folder)
    (folder / name).write_bytes(content)
    Bundle.load(folder)


def test_digests_are_checked_with_the_common_tool(folder: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=folder, capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK\n") == len(FILES) - 1


def test_a_bundle_in_place_of_the_registered_one_is_refused(folder: Path, tmp_path: Path) -> None:
    kept = digest_of(folder)
    assert Bundle.load(folder, kept).manifest.name == "winprob"
    other = replace(trained_bundle(), common_factor=CommonFactor(spread=0.2)).save(tmp_path / "other")
    with pytest.raises(InvalidBundle, match=f"SHA256SUMS: expected sha256 {kept}, which the registry has"):
        Bundle.load(other, kept)


def test_what_does_not_belong_to_a_bundle_is_not_looked_at(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"\0")
    Bundle.load(folder)


@pytest.mark.parametrize(("room", "name"), [(20_000, "booster.txt"), (100_000, "model.json")])
def test_a_disk_that_is_full_leaves_nothing_and_names_the_file(tmp_path: Path, room: int, name: str) -> None:
    bundle = trained_bundle()
    with largest_file(room), pytest.raises(NotWritten) as caught:
        bundle.save(tmp_path / "bundle")
    assert str(caught.value) == (
        f"{tmp_path / 'bundle' / name}: expected to write it, found File too large; "
        "make room or choose another place, and try again"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_is_on_the_disk_when_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed, fsync = [], os.fsync

    def spy(handle: int) -> None:
        fsync(handle)
        flushed.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", spy)
    folder = trained_bundle().save(tmp_path / "bundle")
    assert {path.stat().st_ino for path in folder.iterdir()} <= set(flushed)
    assert flushed[-2:] == [folder.stat().st_ino, tmp_path.stat().st_ino]


def _edit(path: Path, **values: object) -> None:
    """Change a file as a program would that writes bundles: with its digest."""
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")
    _sign(path.parent)


def _sign(folder: Path) -> None:
    write_digests(folder, [name for name in FILES if name != SUMS])


@pytest.mark.parametrize("contributions", ["shap", "none"])
def test_an_estimator_from_elsewhere_travels_like_the_win_model(
    tmp_path: Path, contributions: Contributions
) -> None:
    bundle = own_estimator_bundle(contributions)
    loaded = Bundle.load(bundle.save(tmp_path / "bundle"))
    X = build(simulated_history(), "2024-06-03")
    np.testing.assert_array_equal(loaded.model.predict_proba(X), bundle.model.predict_proba(X))
    (tmp_path / "bundle" / "estimator.skops").unlink()
    with pytest.raises(InvalidBundle, match=r"estimator\.skops"):
        Bundle.load(tmp_path / "bundle")
