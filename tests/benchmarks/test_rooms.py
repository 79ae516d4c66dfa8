"""Figures of the rooms, and their drawing, which is of the code as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.rooms import Rooms

ROOT = Path(__file__).parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/rooms.py", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_rooms_of_a_circle_stand_on_one_floor() -> None:
    arrows = frozenset({("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")})
    assert Rooms.of(["a", "b", "c", "d"], arrows).floors == {"a": 3, "b": 2, "c": 2, "d": 1}


def test_the_drawing_in_the_documentation_is_of_the_code_as_it_is() -> None:
    checked = run("--check")
    assert checked.returncode == 0, checked.stderr


def test_figures_of_a_revision() -> None:
    printed = run("HEAD")
    assert printed.returncode == 0, printed.stderr
    rows = printed.stdout.splitlines()
    assert rows[0].startswith("| | at ")
    assert any(row.startswith("| `models/`: rooms, floors, arrows | ") for row in rows)
    assert any(row.startswith("| `models/win/` | ") for row in rows)


def test_a_revision_that_is_not_there() -> None:
    assert run("no-such-revision").returncode != 0


@pytest.mark.parametrize("word", ["features/", "models/", "training/", "serving/", "winprob/"])
def test_the_drawing_names_every_package(word: str) -> None:
    assert f">{word}</text>" in (ROOT / "docs" / "rooms.svg").read_text(encoding="utf-8")
