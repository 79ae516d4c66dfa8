"""Folders that are replaced, and when that counts."""

import os
from pathlib import Path

import pytest

from winprob.serving.load.folder_state import SettledFolder, folder_state


def write(folder: Path, name: str, text: str, at: float = 1_000_000) -> None:
    (folder / name).write_text(text)
    os.utime(folder / name, (at, at))


def test_names_sizes_and_times_tell_a_folder_from_another(tmp_path: Path) -> None:
    write(tmp_path, "amounts.csv", "opportunity_id")
    states = [folder_state(tmp_path)]
    for change in (
        lambda: write(tmp_path, "amounts.csv", "opportunity_id", at=2_000_000),
        lambda: write(tmp_path, "amounts.csv", "opportunity_ids", at=2_000_000),
        lambda: write(tmp_path, ".amounts.csv.part", "opportunity"),
        lambda: (tmp_path / ".amounts.csv.part").rename(tmp_path / "close_dates.csv"),
        lambda: (tmp_path / "amounts.csv").unlink(),
    ):
        change()
        states.append(folder_state(tmp_path))
    assert len(set(states)) == len(states)
    assert folder_state(tmp_path) == states[-1]


def test_a_folder_that_is_not_there_has_a_state_too(tmp_path: Path) -> None:
    assert folder_state(tmp_path / "no") == (("No such file or directory", 0, 0),)
    assert folder_state(tmp_path) == ()


def test_a_link_to_another_folder_is_a_change(tmp_path: Path) -> None:
    for name in ("monday", "tuesday"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "amounts.csv", name)
    (tmp_path / "now").symlink_to("monday")
    before = folder_state(tmp_path / "now")
    (tmp_path / "new").symlink_to("tuesday")
    (tmp_path / "new").rename(tmp_path / "now")
    assert folder_state(tmp_path / "now") == folder_state(tmp_path / "tuesday") != before


def test_a_folder_counts_once_two_looks_agree(tmp_path: Path) -> None:
    write(tmp_path, "amounts.csv", "a")
    folder = SettledFolder(tmp_path)
    first = folder.state
    for text in ("ab", "abc"):
        write(tmp_path, "amounts.csv", text)
        folder.poll()
        assert folder.state == first
    folder.poll()
    assert folder.state == folder_state(tmp_path) != first


@pytest.mark.parametrize("polls", [1, 2])
def test_who_says_that_it_is_complete_is_believed(tmp_path: Path, polls: int) -> None:
    folder = SettledFolder(tmp_path)
    write(tmp_path, "amounts.csv", "a")
    for _ in range(polls):
        folder.poll(asked=True)
        assert folder.state == folder_state(tmp_path)
