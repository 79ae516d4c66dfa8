"""Models out of folders; those out of a registry are in test_fetch.py."""

from datetime import timedelta
from pathlib import Path

from bundles import trained_bundle

from winprob.serving.load.served_model import open_model


def test_a_folder_is_used_as_it_is(bundle_folder: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in bundle_folder.rglob("*")}
    served = open_model(bundle_folder, "sqlite:///none.db")
    assert served.bundle.manifest == trained_bundle().manifest
    assert {file: file.stat().st_mtime_ns for file in bundle_folder.rglob("*")} == before


def test_a_model_without_a_number_is_called_by_the_moment_it_was_made(bundle_folder: Path) -> None:
    served = open_model(str(bundle_folder), "sqlite:///none.db")
    assert served.version == trained_bundle().manifest.created_at.isoformat()
    assert trained_bundle().manifest.created_at.utcoffset() == timedelta(0)
