from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import winprob as wp
from winprob.features.history import History
from winprob.models.win.win_model import WinModel
from winprob.training.fit import train


def test_everything_that_is_named_can_be_had() -> None:
    assert dir(wp) == sorted(wp.__all__)
    assert all(getattr(wp, name).__name__ for name in wp.__all__)
    assert (wp.History, wp.WinModel, wp.train) == (History, WinModel, train)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'winprob' has no attribute 'predict'"):
        wp.predict  # noqa: B018


def test_nothing_is_imported_before_it_is_used() -> None:
    program = "import sys, winprob; print(sorted({'lightgbm', 'pandas', 'typer', 'mlflow'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_modules_of_the_same_names_beside_it_are_in_nobody_s_way(tmp_path: Path) -> None:
    for name in ("features", "models", "serving", "training"):
        (tmp_path / f"{name}.py").write_text("value = 'mine'\n", encoding="utf-8")
    program = "import features, models, training, winprob as wp; print(features.value, wp.matrix, wp.train)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("mine <function build")
