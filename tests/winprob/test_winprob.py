from __future__ import annotations

import subprocess
import sys

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
