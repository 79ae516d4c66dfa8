"""What is not installed is named in one line, with what to install."""

from __future__ import annotations

from pathlib import Path

import pytest
from without import run_without

RUN = "from winprob.console import main; sys.argv[0] = 'winprob'; main()"


@pytest.mark.parametrize("absent", ["rich", "typer"])
def test_without_the_command_line_it_says_what_to_install(absent: str, tmp_path: Path) -> None:
    done = run_without([absent], RUN, "contract", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == f"expected {absent}, found it not installed; pip install 'winprob[cli]'\n"


@pytest.mark.parametrize(
    ("absent", "verb", "extra"), [("uvicorn", "serve", "serving"), ("filelock", "train", "training")]
)
def test_a_verb_says_which_extra_it_needs(absent: str, verb: str, extra: str, tmp_path: Path) -> None:
    arguments = ["history"] if verb == "train" else []
    done = run_without([absent], RUN, verb, *arguments, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == f"expected {absent}, found it not installed; pip install 'winprob[{extra}]'"


def test_an_engine_says_which_extra_it_needs(tmp_path: Path) -> None:
    asked = ["score", "history", "--out", "a.csv", "--engine", "dask"]
    done = run_without(["distributed"], RUN, *asked, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == "expected distributed, found it not installed; pip install 'winprob[dask]'"


def test_what_no_extra_brings_is_a_fault_of_its_own(tmp_path: Path) -> None:
    done = run_without(["lightgbm"], "import winprob.console as it\n" + RUN, "--help", folder=tmp_path)
    assert done.returncode == 0
    broken = run_without(["difflib"], RUN, "train", "history", folder=tmp_path)
    assert "ModuleNotFoundError" in broken.stderr
