"""Files and folders are there as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from disks import largest_file

from winprob.features.durable import NotWritten, make_folder, new_folder, write_durably


def test_a_file_replaces_the_one_before(tmp_path: Path) -> None:
    write_durably(tmp_path / "a.txt", b"old")
    write_durably(tmp_path / "a.txt", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"new"}


def test_a_full_disk_leaves_the_file_before_and_nothing_else(tmp_path: Path) -> None:
    write_durably(tmp_path / "a.txt", b"old")
    with largest_file(10), pytest.raises(NotWritten) as caught:
        write_durably(tmp_path / "a.txt", b"much longer than before")
    assert str(caught.value) == (
        f"{tmp_path / 'a.txt'}: expected to write it, found File too large; "
        "make room or choose another place, and try again"
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"old"}


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotWritten, match=r"folder: expected to write it, found Is a directory; make room"):
        write_durably(tmp_path / "folder", b"text")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(NotWritten, match=r"file/a\.txt: expected to write it, found Not a directory"):
        write_durably(tmp_path / "file" / "a.txt", b"text")
    with pytest.raises(NotWritten, match=r"file: expected to write it, found File exists"):
        make_folder(tmp_path / "file" / "deep")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_folder_appears_whole_with_those_around_it(tmp_path: Path) -> None:
    with new_folder(tmp_path / "deep" / "new") as beside:
        write_durably(beside / "a.txt", b"text")
        assert not (tmp_path / "deep" / "new").exists()
    assert (tmp_path / "deep" / "new" / "a.txt").read_bytes() == b"text"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["new"]


def test_a_folder_that_could_not_be_written_does_not_appear(tmp_path: Path) -> None:
    with (
        largest_file(10),
        pytest.raises(NotWritten, match=r"/new/a\.txt: expected to write it, found File too large"),
        new_folder(tmp_path / "new") as beside,
    ):
        write_durably(beside / "a.txt", b"longer than ten")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_whose_writer_fails_does_not_appear(tmp_path: Path) -> None:
    with pytest.raises(AttributeError), new_folder(tmp_path / "new") as beside:
        write_durably(beside / "a.txt", None.text)  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_came_in_the_meantime_stays_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "new" / "mine"
    with (
        pytest.raises(NotWritten, match=r"new: expected to write it, found Directory not empty"),
        new_folder(tmp_path / "new"),
    ):
        make_folder(mine)
    assert list(tmp_path.rglob("*")) == [mine.parent, mine]
