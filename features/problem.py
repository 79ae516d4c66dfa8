"""What is wrong with a settings file: the key, what was expected, what was found and what to do."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from features.nearest import nearest


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a settings file.

    Attributes
    ----------
    key : str
        Where: a path of keys such as ``stages[2].probability``, counted from 0.
    expected : str
        What should be there.
    found : str
        What is there.
    remedy : str
        What to do about it.

    Examples
    --------
    >>> print(Problem("pass_mark", "at most 18", "20", "lower it"))
    pass_mark: expected at most 18, found 20; lower it
    """

    key: str
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """One line that says it all."""
        return f"{self.key}: expected {self.expected}, found {self.found}; {self.remedy}"


def key_path(location: Sequence[int | str]) -> str:
    """Write the place of a value in a settings file.

    Parameters
    ----------
    location : sequence of int or str
        Keys and positions from the outside in.

    Returns
    -------
    str

    Examples
    --------
    >>> key_path(("stages", 2, "name", "zh"))
    'stages[2].name.zh'
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Put pydantic's findings into the words of this project.

    Parameters
    ----------
    error : pydantic.ValidationError
        What pydantic found wrong; findings of type ``contradiction`` are left to their own report.
    model : type of pydantic.BaseModel
        The model that was validated; says which keys are known where.

    Returns
    -------
    list of Problem
        In the order of pydantic's findings.
    """
    return [_problem(dict(found), model) for found in error.errors() if found["type"] != "contradiction"]


def _problem(found: dict[str, Any], model: type[BaseModel]) -> Problem:
    key = key_path(found["loc"])
    if found["type"] == "extra_forbidden":
        known = list(_model_at(model, found["loc"][:-1]).model_fields)
        hint = nearest(str(found["loc"][-1]), known)
        expected = f"one of the keys {', '.join(known)}{hint}"
        return Problem(key, expected, "an unknown key", "rename or remove it")
    if found["type"] == "missing":
        return Problem(key, "a value", "nothing", "add the key")
    expected = re.sub(r"^\w+ should (be |have )?", "", found["msg"])
    return Problem(key, expected, reprlib.repr(found["input"]), "correct the value")


def _model_at(model: type[BaseModel], location: Sequence[int | str]) -> type[BaseModel]:
    for part in location:
        if part in model.model_fields:
            model = _model_in(model.model_fields[str(part)].annotation) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
