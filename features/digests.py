"""Digests of the files in a folder: what was written is what is read, to the last bit.

They stand in a file of their own, so that they cover the manifest of a bundle as well, and in the form of
``sha256sum``, so that anybody can check them: ``sha256sum --check SHA256SUMS``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from winprob.features.durable import write_durably
from winprob.features.mistake import Mistake
from winprob.features.problem import Problem

SUMS = "SHA256SUMS"

COPY_AGAIN = "copy the whole folder again, or train the model anew"

LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>\w[\w.-]*)\n", re.ASCII)


class WrongDigests(Mistake):
    """A folder whose files are not those that were written.

    Parameters
    ----------
    problems : sequence of Problem
        One for each file, whose name is the key.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


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
    winprob.features.durable.NotWritten
        If the disk is full.
    """
    lines = [f"{_sha256((folder / name).read_bytes())}  {name}\n" for name in names]
    write_durably(folder / SUMS, "".join(lines).encode())


def intact(folder: Path, digest: str | None = None) -> frozenset[str]:
    """Name the files that are as they were written. Files without a digest are not looked at.

    Parameters
    ----------
    folder : pathlib.Path
        Where `write_digests` wrote.
    digest : str, optional
        What `digest_of` gave when it had written.

    Returns
    -------
    frozenset of str
        All files with a digest.

    Raises
    ------
    WrongDigests
        If one of them is missing or another, or the digests are not those that were written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = Path(place)
    ...     _ = (folder / "a.txt").write_bytes(b"text")
    ...     write_digests(folder, ["a.txt"])
    ...     sorted(intact(folder))
    ['a.txt']

    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = Path(place)
    ...     _ = (folder / "a").write_bytes(b"text")
    ...     write_digests(folder, ["a"])
    ...     _ = (folder / "a").write_bytes(b"test")
    ...     intact(folder)
    Traceback (most recent call last):
    ...
    winprob.features.digests.WrongDigests: a: expected sha256 982d9e3e... as SHA256SUMS says, found sha256...
    """
    content = _read(folder / SUMS, "the digests of all files")
    if digest is not None and digest != _sha256(content):
        expected = f"sha256 {digest}, which the registry has kept"
        raise WrongDigests([Problem(SUMS, expected, f"sha256 {_sha256(content)}", COPY_AGAIN)])
    text = content.decode(errors="replace")
    lines = list(LINE.finditer(text))
    if "".join(line.group() for line in lines) != text:
        found = "other text too"
        raise WrongDigests([Problem(SUMS, "nothing but lines as sha256sum writes them", found, COPY_AGAIN)])
    digests = {line["name"]: line["digest"] for line in lines}
    problems = [problem for name, known in digests.items() for problem in _problems(folder / name, known)]
    if problems:
        raise WrongDigests(problems)
    return frozenset(digests)


def digest_of(folder: Path) -> str:
    """Give the digest of all digests: what a registry keeps of a bundle.

    Parameters
    ----------
    folder : pathlib.Path
        Where `write_digests` wrote.

    Returns
    -------
    str
        SHA-256 of the file ``SHA256SUMS``, in hexadecimal.

    Raises
    ------
    WrongDigests
        If there are none.

    Examples
    --------
    ``digest_of(bundle.save("bundle"))``
    """
    return _sha256(_read(folder / SUMS, "the digests of all files"))


def _problems(path: Path, digest: str) -> list[Problem]:
    expected = f"sha256 {digest} as {SUMS} says"
    try:
        found = f"sha256 {_sha256(_read(path, expected))}"
    except WrongDigests as error:
        return list(error.problems)
    return [] if found == f"sha256 {digest}" else [Problem(path.name, expected, found, COPY_AGAIN)]


def _read(path: Path, expected: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        found = error.strerror or "no readable file"
        raise WrongDigests([Problem(path.name, expected, found, COPY_AGAIN)]) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
