from __future__ import annotations

import pytest

from benchmarks.size import chosen_numbers, lines_of_code, main

MODULE = '''"""What it is."""

from pathlib import Path

A, B = 1, -2.5
C: int = 3  # why
NAMES = ("a", "b")
HALF = 1 / 2


class Priors:
    """What is believed.

    In several lines.
    """

    # A comment.
    coefficient: float = 0.25
    on: bool = True

    def fit(self, rows: int = 7, *, seed: int = 0, name: str = "x") -> None:
        """Fit."""
        self.rows = 99
'''


def test_lines_of_code_are_neither_empty_nor_comments_nor_docstrings() -> None:
    assert lines_of_code(MODULE) == 10


def test_numbers_are_those_of_modules_and_defaults() -> None:
    assert sorted(chosen_numbers(MODULE)) == [0] * 3 + [1] * 5 + [2]


def test_a_line_for_each_revision(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["size.py", "HEAD", "--folders", "benchmarks", "--without", "nothing"])
    main()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("HEAD: ")
    assert line.endswith(" numbers")
