"""Digests of a bundle's files: what was written is what is read, to the last bit.

They stand in a file of their own, so that they cover the manifest as well, and in the form of ``sha256sum``,
so that anybody can check them: ``sha256sum --check SHA256SUMS``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from features.durable import write_durably

SUMS = "SHA256SUMS"


def write_digests(folder: Path, names: Sequence[str]) -> None:
    """Write down the digests of files.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files are.
    names : sequence of str
        Their names.

    Raises
    ------
    features.durable.NotWritten
        If the disk is full.

    Examples
    --------
    See `wrong_digests`.
    """
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in names]
    write_durably(folder / SUMS, "".join(lines).encode())


def wrong_digests(folder: Path, names: Sequence[str]) -> list[str]:
    """Name the files that are not what was written.

    Parameters
    ----------
    folder : pathlib.Path
        Where `write_digests` wrote.
    names : sequence of str
        The files that must have a digest.

    Returns
    -------
    list of str
        Each says what was expected and what was found; empty if all are as they were.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = Path(place)
    ...     _ = (folder / "a.txt").write_bytes(b"text")
    ...     write_digests(folder, ["a.txt"])
    ...     before = wrong_digests(folder, ["a.txt"])
    ...     _ = (folder / "a.txt").write_bytes(b"test")
    ...     len(before), len(wrong_digests(folder, ["a.txt"]))
    (0, 1)
    """
    pairs = (line.partition("  ") for line in _lines(folder / SUMS))
    stated = {name: digest for digest, _, name in pairs}
    problems = []
    for name in names:
        expected, found = stated.get(name), _sha256(folder / name)
        if expected != found:
            told = f"sha256 {expected}" if expected else "a digest of it"
            problems.append(f"{name}: expected {told} as {SUMS} says, found sha256 {found}")
    return problems


def digest_of(folder: Path) -> str:
    """Give the digest of all digests: what a registry keeps of a bundle.

    Parameters
    ----------
    folder : pathlib.Path
        Where `write_digests` wrote.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    return _sha256(folder / SUMS)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
