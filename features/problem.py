"""What is wrong with a settings file or a document: the key, what was expected and found, what to do."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a settings file or a document.

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


class InvalidSettings(Mistake):
    """A settings file that cannot be used, with everything that is wrong with it.

    Parameters
    ----------
    place : str
        The file, or its name.
    problems : sequence of Problem
        All of them.

    Attributes
    ----------
    what : str
        What the file is to be, such as a playbook.
    """

    what = "settings file"

    def __init__(self, place: str, problems: Sequence[Problem]) -> None:
        self.place = place
        self.problems = tuple(problems)
        super().__init__(place, self.problems)

    def __str__(self) -> str:
        """Every problem on a line of its own."""
        return "\n  ".join([f"{self.place} cannot be used as a {self.what}:", *map(str, self.problems)])


def key_path(location: Sequence[int | str]) -> str:
    """Write the place of a value.

    Parameters
    ----------
    location : sequence of int or str
        Keys and positions from the outside in.

    Examples
    --------
    >>> key_path(("stages", 2, "name", "zh"))
    'stages[2].name.zh'
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def problems_of(
    error: ValidationError | Sequence[dict[str, Any]], model: type[BaseModel], most: int | None = None
) -> list[Problem]:
    """Put pydantic's findings into the words of this project.

    Parameters
    ----------
    error : pydantic.ValidationError or sequence of dict
        What pydantic found wrong. Findings of type ``contradiction`` are left to their own report; those of
        type ``problem`` bring the fields of a `Problem` as their context.
    model : type of pydantic.BaseModel
        The model that was validated; says which keys are known where.
    most : int, optional
        Stop after so many.

    Returns
    -------
    list of Problem
        In the order of pydantic's findings, one for each place.

    Examples
    --------
    >>> from winprob.features.document import Document
    >>> try:
    ...     Document.model_validate({"stage_changes": 7})
    ... except ValidationError as error:
    ...     print(*problems_of(error, Document))
    stage_changes: expected a valid list, found 7; correct the value
    """
    problems: dict[str, Problem] = {}
    all_found = map(dict, error.errors(include_url=False)) if isinstance(error, ValidationError) else error
    for found in all_found:
        if len(problems) == most:
            break
        if found["type"] != "contradiction":
            problem = _problem(found, model)
            earlier = problems.get(problem.key, problem).expected
            either = earlier if problem.expected in earlier else f"{earlier} or {problem.expected}"
            problems[problem.key] = replace(problem, expected=either)
    return list(problems.values())


def _problem(found: dict[str, Any], model: type[BaseModel]) -> Problem:
    if found["type"] == "problem":
        return Problem(**found["ctx"])
    unknown = found["loc"][-1:] if found["type"] == "extra_forbidden" else ()
    place, annotation = _follow(found["loc"][: len(found["loc"]) - len(unknown)], model)
    key = key_path([*place, *unknown]) or "document"
    if unknown:
        known = list(_fields(_model_in(annotation) or model))
        expected = f"one of the keys {', '.join(known)}{nearest(str(unknown[0]), known)}"
        return Problem(key, expected, "an unknown key", "rename or remove it")
    if found["type"] == "missing":
        return Problem(key, "a value", "nothing", "add the key")
    if found["type"] == "too_long":
        return Problem(key, _expected(found), str(found["ctx"]["actual_length"]), "send fewer")
    remedy = getattr(found.get("ctx", {}).get("error"), "remedy", "correct the value")
    return Problem(key, _expected(found), reprlib.repr(found["input"]), remedy)


def _expected(found: dict[str, Any]) -> str:
    error = found.get("ctx", {}).get("error")
    if isinstance(error, ValueError):
        return getattr(error, "expected", str(error).removeprefix("expected "))
    if found["type"] == "too_long":
        return f"at most {found['ctx']['max_length']}"
    if found["type"].startswith("datetime"):
        return f"a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00 ({found['ctx']['error']})"
    if found["type"] == "bool_parsing":
        return "true or false"
    return re.sub(r"^\w+ should (be |have )?|( or|,) instance of \w+$", "", found["msg"])


def _follow(location: Sequence[int | str], model: type[BaseModel]) -> tuple[list[int | str], object]:
    """Leave out what is not a key or a position but pydantic's name for one kind of value among several."""
    place: list[int | str] = []
    annotation: object = model
    for part in location:
        inner = _inside(annotation, part)
        if inner is not None:
            place.append(part)
            annotation = inner
    return place, annotation


def _inside(annotation: object, part: int | str) -> object:
    """Look up what is expected at a key or a position; `None` if there is no such place."""
    kinds = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = _fields(annotation)
        return fields[str(part)].annotation if part in fields else None
    if get_origin(annotation) is dict:
        return kinds[1]
    if get_origin(annotation) in (list, tuple):
        return kinds[0] if isinstance(part, int) else None
    return next((inner for kind in kinds if (inner := _inside(kind, part)) is not None), None)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the names under which they are sent."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
