"""Digests of files: one other bit, in a file or in the digests themselves, and the folder is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from winprob.features.digests import SUMS, WrongDigests, digest_of, intact, write_digests


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(b"text")
    (tmp_path / "b.json").write_bytes(b"{}\n")
    write_digests(tmp_path, ["a.txt", "b.json"])
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(WrongDigests) as caught:
        intact(folder)
    return str(caught.value)


def test_files_are_intact_whatever_else_is_there(folder: Path) -> None:
    (folder / "other").write_bytes(b"not looked at")
    assert intact(folder) == {"a.txt", "b.json"}


@pytest.mark.parametrize("name", ["a.txt", "b.json", SUMS])
def test_every_flipped_bit_is_refused(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    for bit in range(8 * len(content)):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        (folder / name).write_bytes(damaged)
        assert ": expected " in refusal(folder), (bit, damaged)


def test_digests_that_are_cut_off_or_go_on_are_refused(folder: Path) -> None:
    content = (folder / SUMS).read_bytes()
    for other in (content[:-1], content + b"\n", content + b"# more\n", content.replace(b"\n", b"\r\n")):
        (folder / SUMS).write_bytes(other)
        assert "SHA256SUMS: expected nothing but lines as sha256sum writes them, found" in refusal(folder)


def test_all_files_that_differ_are_named(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"test")
    (folder / "b.json").unlink()
    changed, missing = refusal(folder).splitlines()
    assert changed.startswith("a.txt: expected sha256 982d9e3eb996")
    assert "as SHA256SUMS says, found sha256 9f86d081884c" in changed
    assert "b.json: expected sha256 " in missing
    assert missing.endswith(
        "found No such file or directory; copy the whole folder again, or train the model anew"
    )


def test_no_file_outside_the_folder_is_read(folder: Path) -> None:
    (folder / SUMS).write_text(f"{'0' * 64}  ../a.txt\n")
    assert "expected nothing but lines" in refusal(folder)


def test_the_digest_of_digests_tells_folders_apart(folder: Path) -> None:
    kept = digest_of(folder)
    assert intact(folder, kept) == {"a.txt", "b.json"}
    (folder / "a.txt").write_bytes(b"test")
    write_digests(folder, ["a.txt", "b.json"])
    with pytest.raises(
        WrongDigests, match=f"SHA256SUMS: expected sha256 {kept}, which the registry has kept"
    ):
        intact(folder, kept)
    (folder / SUMS).unlink()
    with pytest.raises(WrongDigests, match="expected the digests of all files, found No such file"):
        digest_of(folder)
