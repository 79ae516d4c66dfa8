"""A module of a company's own features: its name and its source, as they are stored with a model."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from winprob.features.mistake import Mistake
from winprob.features.text_file import NotText, decode

GROUP = "winprob.features"
"""The entry point by which an installed package says that it has such a module."""

NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)


@dataclass(frozen=True)
class FeatureModule:
    """Python that declares features.

    Attributes
    ----------
    name : str
        The file's name without its ending, or the entry point's name.
    source : str
        All of it: a model brings it along, so that it answers wherever it is.

    Examples
    --------
    >>> FeatureModule("my_features", "FAMILY = ...").digest[:8]
    'e0926500'
    """

    name: str
    source: str

    @property
    def digest(self) -> str:
        """SHA-256 of the source."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @classmethod
    def read(cls, file: str | Path) -> FeatureModule:
        """Read a module, without running it.

        Parameters
        ----------
        file : str or pathlib.Path
            A Python file that needs no other file beside it.

        Raises
        ------
        winprob.features.mistake.Mistake
            If it is not there, is no text, or its name is no name of a module.
        """
        file = Path(file)
        if not NAME.fullmatch(file.stem) or file.suffix != ".py":
            raise Mistake(
                f"{file}: expected a Python file with a name of Latin letters, digits and _, such as "
                f"my_features.py, found {file.name!r}; rename it"
            )
        return cls(file.stem, _source(file, str(file)))


def installed_modules() -> tuple[FeatureModule, ...]:
    """Read the modules of features that installed packages have, without running them.

    Returns
    -------
    tuple of FeatureModule
        By name: those under the entry point ``winprob.features``.

    Raises
    ------
    winprob.features.mistake.Mistake
        If one of them has no source, or no name of a module.
    """
    return tuple(_installed(point) for point in sorted(entry_points(group=GROUP), key=lambda each: each.name))


def _installed(point: EntryPoint) -> FeatureModule:
    package = point.dist.name if point.dist else "a package"
    place = f"entry point {point.name} = {point.value!r} in {GROUP} of {package}"
    if not NAME.fullmatch(point.name):
        raise Mistake(
            f"{place}: expected a name of Latin letters, digits and _, found {point.name!r}; rename it"
        )
    try:
        spec = find_spec(point.module)
    except ImportError as error:
        raise Mistake(f"{place}: expected a module, found {error}; correct it, or uninstall it") from error
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise Mistake(f"{place}: expected a module in Python, found none; correct it, or uninstall {package}")
    return FeatureModule(point.name, _source(Path(spec.origin), place))


def _source(file: Path, place: str) -> str:
    try:
        return decode(file.read_bytes())
    except OSError as error:
        raise Mistake(
            f"{place}: expected a Python file, found {error.strerror or error}; correct the path"
        ) from error
    except NotText as error:
        raise Mistake(f"{place}: {error.problem}") from error
