"""Modules of somebody's own classes, kept with the estimator that is made of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

from winprob.features.mistake import Mistake


def own_modules(names: Iterable[str]) -> dict[str, str]:
    """Read the modules that no installed package has, so that a model brings them along.

    Parameters
    ----------
    names : iterable of str
        Of modules that have been imported.

    Returns
    -------
    dict of str to str
        Source by the name of the module: of those that are one file, not part of a package.
    """
    installed = packages_distributions()
    files = {name: _file(name) for name in sorted(set(names)) if "." not in name and name not in installed}
    return {name: file.read_text(encoding="utf-8") for name, file in files.items() if file is not None}


def _file(name: str) -> Path | None:
    """The file of an imported module; what is typed into a notebook has none that could be run."""
    file = getattr(sys.modules.get(name), "__file__", None)
    return Path(file) if file is not None and name != "__main__" and file.endswith(".py") else None


@contextmanager
def importable(modules: Mapping[str, str]) -> Iterator[None]:
    """Let stored modules be imported for a while.

    Parameters
    ----------
    modules : mapping of str to str
        Source by name. It is run, with all rights of this process, unless a module with the very same source
        has been imported. Afterwards whatever had these names has them again, so that models with
        different modules of one name live side by side.

    Raises
    ------
    winprob.features.mistake.Mistake
        If a module cannot be run here.

    Examples
    --------
    >>> with importable({"my_estimators": "ANSWER = 42"}):
    ...     from my_estimators import ANSWER
    >>> ANSWER
    42
    """
    strange = [name for name, source in modules.items() if own_modules([name]).get(name) != source]
    before = {name: sys.modules.get(name) for name in strange}
    try:
        for name in strange:
            sys.modules[name] = ModuleType(name)
            _run(name, modules[name])
        yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


def _run(name: str, source: str) -> None:
    try:
        exec(compile(source, f"{name}.py", "exec"), sys.modules[name].__dict__)
    except Exception as error:
        raise Mistake(
            f"{name}.py, as stored with the model: expected a module that runs here, found "
            f"{type(error).__name__}: {error}; install what it imports"
        ) from error
