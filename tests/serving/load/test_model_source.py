"""Places of models, and whether they can come to mean another one."""

import shutil
from pathlib import Path

import pytest
from bundles import trained_bundle
from successors import successor

from winprob.serving.load.model_source import FixedModel, ModelFolder, model_source
from winprob.serving.load.registered_model import RegisteredModel


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("models:/winprob@champion", RegisteredModel),
        ("models:/winprob/latest", RegisteredModel),
        ("models:/winprob/Production", RegisteredModel),
        ("models:/winprob/3", FixedModel),
        ("models:/m-0123456789abcdef", FixedModel),
        ("runs:/0123/model", FixedModel),
        ("s3://bucket/model", FixedModel),
        ("bundle", ModelFolder),
        ("/srv/bundle", ModelFolder),
    ],
)
def test_what_can_move_is_followed(place: str, kind: type) -> None:
    assert type(model_source(place, "sqlite:///none.db")) is kind


def test_a_fixed_place_is_always_the_same() -> None:
    source = FixedModel("models:/winprob/3", "sqlite:///none.db")
    before = source.state
    source.poll(asked=True)
    assert source.state == before


def test_a_folder_is_another_model_once_its_files_are(bundle_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bundle_folder, tmp_path / "bundle"))
    source = ModelFolder(folder)
    first = source.state
    assert source.open().bundle.manifest == trained_bundle().manifest
    shutil.rmtree(folder)
    successor().save(folder)
    source.poll()
    assert source.state == first
    source.poll()
    assert source.state != first
    assert source.open().bundle.manifest == successor().manifest
