"""A module of features, run: its family, of which every column is checked as it is computed.

Each module is run in a namespace of its own, named after its source, so that models with different modules
of one name live side by side.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.catalogue import Column, Family, Feature
from winprob.features.families import FAMILIES, FAMILY_NAMES, TAKEN
from winprob.features.feature_module import FeatureModule
from winprob.features.mistake import Mistake
from winprob.features.playbook import Playbook
from winprob.features.texts import Texts

FORM = 'FAMILY = Family("service", message("service"), View)'


@lru_cache(maxsize=64)
def family_of(module: FeatureModule) -> Family:
    """Run a module and give the family of features that it declares.

    Parameters
    ----------
    module : FeatureModule
        Its code runs with all rights of this process.

    Returns
    -------
    Family

    Raises
    ------
    winprob.features.mistake.Mistake
        If it cannot be run, or what it declares cannot be used.

    Examples
    --------
    >>> source = '''
    ... from winprob.features.catalogue import Family
    ... from winprob.features.message import message
    ... from winprob.features.view import View
    ... FAMILY = Family("service", message("service"), View)
    ... @FAMILY.feature(message("moments"))
    ... def zero(view):
    ...     "Nothing."
    ...     return 0.0 * view.moment
    ... '''
    >>> [feature.name for feature in family_of(FeatureModule("mine", source)).declared]
    ['zero']
    """
    namespace = ModuleType(f"winprob_features_{module.name}_{module.digest[:16]}")
    sys.modules[namespace.__name__] = namespace  # where dataclasses look their module up
    declared = [(family, len(family.declared)) for family in FAMILIES]
    try:
        _run(module, namespace)
        touched = [family.code for family, count in declared if len(family.declared) != count]
    finally:
        for family, count in declared:
            del family.declared[count:]
    if touched:
        raise _mistake(module, f"a family of its own, as {FORM}", f"features added to {touched[0]!r}")
    return _checked(module, getattr(namespace, "FAMILY", None))


def _run(module: FeatureModule, namespace: ModuleType) -> None:
    try:
        exec(compile(module.source, _file(module), "exec"), namespace.__dict__)
    except SyntaxError as error:
        raise Mistake(
            f"{_file(module)}, line {error.lineno}: expected Python, found {error.msg}; correct it"
        ) from error
    except ModuleNotFoundError as error:
        raise Mistake(
            f"{_place(module, error)}: expected a module that is installed, found none of the name "
            f"{error.name!r}; install the package that has it, or, if it is a file beside, move it in here"
        ) from error
    except Exception as error:
        raise Mistake(
            f"{_place(module, error)}: expected a module that can be imported, found "
            f"{type(error).__name__}: {error}; correct it"
        ) from error


def _checked(module: FeatureModule, family: Any) -> Family:
    if not isinstance(family, Family):
        raise _mistake(module, f"{FORM}, as winprob.features.catalogue has it", f"{family!r} as FAMILY")
    if family.code in FAMILY_NAMES or family.code in TAKEN:
        raise _mistake(module, "a family with a code of its own", f"{family.code!r}, which is taken")
    if not family.declared and family.more is None:
        raise _mistake(module, "features, each with the decorator @FAMILY.feature", "none")
    further = family.more

    def more(playbook: Playbook, attributes: Sequence[Attribute]) -> list[Feature]:
        return [_guarded(module, feature) for feature in further(playbook, attributes)] if further else []

    declared = [_guarded(module, feature) for feature in family.declared]
    taken = {feature.name for built_in in FAMILIES for feature in built_in.declared}
    for number, feature in enumerate(declared):
        if feature.name in taken:
            raise _mistake(module, "a feature with a name of its own", f"{feature.name!r}, which is taken")
        taken.add(feature.name)
        if not family.declared[number].compute.__doc__:
            raise _mistake(module, f"a docstring of {feature.name}, its definition", "none")
    return replace(family, declared=declared, more=more)


def _guarded(module: FeatureModule, feature: Feature) -> Feature:
    """The feature with a check of what it computes."""
    compute = feature.compute

    def checked(view: Any) -> Column:
        try:
            column = compute(view)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
            raise _mistake(module, f"a column of {feature.name}", found, _place(module, error)) from error
        if not _is(column, feature, len(view.moment)):
            expected = f"{_expected(feature, len(view.moment))} of {feature.name}"
            raise _mistake(module, expected, _found(column))
        return column

    guarded: Callable[[Any], Column] = checked
    return replace(feature, compute=guarded)


def _is(column: Any, feature: Feature, rows: int) -> bool:
    if feature.kind == "category":
        return isinstance(column, Texts | pd.Categorical) and len(column) == rows
    if not isinstance(column, np.ndarray) or column.shape != (rows,) or column.dtype.kind not in "fiub":
        return False
    return not np.isinf(column).any()


def _expected(feature: Feature, rows: int) -> str:
    kind = (
        "Texts or pandas.Categorical"
        if feature.kind == "category"
        else "numpy array of finite numbers, or NaN,"
    )
    return f"a {kind} with a value for each of {rows} moments"


def _found(column: Any) -> str:
    if isinstance(column, np.ndarray):
        infinite = " with infinite numbers" if column.dtype.kind == "f" and np.isinf(column).any() else ""
        return f"an array of {column.dtype} and shape {column.shape}{infinite}"
    return (
        f"{type(column).__name__} with {len(column)} values" if hasattr(column, "__len__") else repr(column)
    )


def _mistake(module: FeatureModule, expected: str, found: str, place: str = "") -> Mistake:
    return Mistake(f"{place or _file(module)}: expected {expected}, found {found}; correct it")


def _file(module: FeatureModule) -> str:
    return f"{module.name}.py"


def _place(module: FeatureModule, error: Exception) -> str:
    """The last line of the module that the error came through."""
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _file(module)
    ]
    return f"{_file(module)}, line {lines[-1]}" if lines else _file(module)
