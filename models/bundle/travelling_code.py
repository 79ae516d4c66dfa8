"""The code that a bundle needs to answer: it travels with the registered model.

``winprob`` itself without its verbs, the features, and the rooms of the models up to this one.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

WHOLE = (
    "winprob.features",
    "winprob.models.bundle",
    "winprob.models.closing",
    "winprob.models.measure",
    "winprob.models.own_estimator",
    "winprob.models.win",
)
"""Packages that travel with all that is in them."""

INITS = ("winprob", "winprob.models")
"""Packages of which only the file travels that makes them one."""


def travelling_files() -> dict[str, Path]:
    """Find the files as they are imported now.

    Returns
    -------
    dict of str to pathlib.Path
        By its place as installed, such as ``winprob/features/build.py``, where each file lies.
    """
    inits = {f"{_place(package)}/__init__.py": _folder(package) / "__init__.py" for package in INITS}
    trees = {_place(package): _folder(package) for package in WHOLE}
    trees["winprob/locale"] = _folder("winprob") / "locale"
    return inits | {
        f"{place}/{file.relative_to(folder).as_posix()}": file
        for place, folder in trees.items()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.parent.name != "__pycache__"
    }


def differing(code: Path) -> list[str]:
    """Compare the code that came with a model with the code that is imported.

    Parameters
    ----------
    code : pathlib.Path
        Folder of the code that came with the model.

    Returns
    -------
    list of str
        Places of the files that are not the same; none if no code came with the model.
    """
    if not code.is_dir() or _folder("winprob").resolve().is_relative_to(code):
        return []
    imported = travelling_files()
    came = {file.relative_to(code).as_posix() for file in code.rglob("*.py")}
    python = {place for place in imported if place.endswith(".py")}
    return sorted(
        place
        for place in came | python
        if place not in came
        or place not in python
        or imported[place].read_bytes() != (code / place).read_bytes()
    )


def _place(package: str) -> str:
    return package.replace(".", "/")


def _folder(package: str) -> Path:
    return Path(str(import_module(package).__file__)).parent
