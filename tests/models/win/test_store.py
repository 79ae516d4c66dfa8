import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from disks import largest_file

from winprob.features.digests import write_digests
from winprob.features.durable import NotWritten
from winprob.models.win.store import DamagedModel
from winprob.models.win.win_model import WinModel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    X = np.random.default_rng(0).normal(size=(60, 2))
    return WinModel(trees=5).fit(X, X[:, 0] > 0).save(tmp_path / "deep" / "model")


def refusal(folder: Path) -> str:
    with pytest.raises(DamagedModel) as refused:
        WinModel.load(folder)
    return str(refused.value)


def change(path: Path, **changes: Any) -> None:
    """Change a file as a program would that writes models: with its digest."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    sign(path.parent)


def sign(folder: Path) -> None:
    write_digests(folder, ["booster.txt", "model.json"])


@pytest.mark.parametrize("name", ["booster.txt", "model.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    message = refusal(folder)
    assert message.startswith(f"{folder / name}: expected sha256 ")
    assert message.endswith(
        "found No such file or directory; copy the whole folder again, or train the model anew"
    )


@pytest.mark.parametrize("name", ["booster.txt", "model.json"])
@pytest.mark.parametrize("damage", [lambda text: text[:-100], lambda text: text.replace(b"0.", b"1.", 1)])
def test_a_damaged_file_is_refused(folder: Path, name: str, damage: Any) -> None:
    path = folder / name
    path.write_bytes(damage(path.read_bytes()))
    assert f"{path}: expected sha256 " in refusal(folder)


@pytest.mark.parametrize("name", ["booster.txt", "model.json"])
def test_a_file_without_a_digest_is_not_believed(folder: Path, name: str) -> None:
    write_digests(folder, [other for other in ("booster.txt", "model.json") if other != name])
    assert f"SHA256SUMS: expected a digest of {name}, found none; copy" in refusal(folder)


def test_a_full_disk_leaves_the_model_that_was_there(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    model = WinModel.load(folder)
    with largest_file(100), pytest.raises(NotWritten, match=r"booster\.txt: expected to write it"):
        model.save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_trees_that_lightgbm_cannot_read_are_refused_with_its_reason(folder: Path) -> None:
    (folder / "booster.txt").write_bytes(b"trees")
    sign(folder)
    with pytest.raises(DamagedModel, match=r"expected trees that LightGBM .* reads, found") as refused:
        WinModel.load(folder)
    assert refused.value.__cause__ is not None


def test_a_cut_off_description_is_refused(folder: Path) -> None:
    path = folder / "model.json"
    path.write_text(path.read_text()[:-40])
    sign(folder)
    assert "model.json: expected a model of format 3, found at the file: Invalid JSON" in refusal(folder)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"format": 1}, "format"),
        ({"calibration": {"slope": -1.0}}, "calibration.slope"),
        ({"more": 1}, "more"),
    ],
)
def test_a_changed_description_is_refused_at_its_place(
    folder: Path, changes: dict[str, Any], place: str
) -> None:
    change(folder / "model.json", **changes)
    assert f"model.json: expected a model of format 3, found at {place}: " in refusal(folder)


def test_a_description_of_other_columns_is_refused(folder: Path) -> None:
    change(folder / "model.json", columns={"names": ["x0"], "levels": {}, "usual": [None]})
    assert "model.json: expected the 2 columns of booster.txt, found 1 names" in refusal(folder)


def test_an_additive_part_of_other_columns_is_refused(folder: Path) -> None:
    linear = json.loads((folder / "model.json").read_text())["linear"]
    change(folder / "model.json", linear=linear | {"terms": linear["terms"][:1]})
    message = refusal(folder)
    assert "model.json: expected linear.terms of its columns: a curve for each number" in message
    assert "found 1 terms, of other columns" in message
