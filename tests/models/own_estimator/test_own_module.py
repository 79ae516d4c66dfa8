"""Sources of one's own classes: which are kept, and what importing them leaves behind."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from winprob.features.mistake import Mistake
from winprob.models.own_estimator.own_module import importable, own_modules


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file ``mine.py`` that has been imported."""
    file = tmp_path / "mine.py"
    file.write_text("class Mine:\n    version = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "mine", import_module("mine"))
    return file


def test_only_files_of_no_package_are_kept(mine: Path) -> None:
    assert own_modules(["mine", "sklearn", "sklearn.linear_model", "__main__", "nowhere"]) == {
        "mine": mine.read_text()
    }


def test_a_module_with_the_same_source_is_not_run_again(mine: Path) -> None:
    before = sys.modules["mine"]
    with importable({"mine": mine.read_text()}):
        assert sys.modules["mine"] is before


def test_another_version_of_a_module_takes_its_name_for_a_while(mine: Path) -> None:
    assert mine.exists()
    before = import_module("mine")
    with importable({"mine": "class Mine:\n    version = 2\n"}):
        other = import_module("mine").Mine
    assert sys.modules["mine"] is before
    assert (other.version, before.Mine.version) == (2, 1)


def test_a_module_that_cannot_be_run_is_named_and_nothing_is_left() -> None:
    with (
        pytest.raises(Mistake, match=r"missing\.py, as stored with the model: .*No module named 'nowhere'"),
        importable({"missing": "import nowhere"}),
    ):
        raise AssertionError("it was run")
    assert "missing" not in sys.modules
