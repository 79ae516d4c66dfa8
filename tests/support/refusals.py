"""Documents that are refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from small import AT, GRADES

from winprob.features.attribute import Attribute
from winprob.features.checking import InvalidDocument, read_document
from winprob.features.playbook import Playbook
from winprob.features.problem import Problem

ATTRIBUTES = [Attribute("size", "number"), Attribute("segment", "category")]
LATER = "2026-04-01"
"""After the moment of the examples."""


def problems(data: dict[str, Any], playbook: Playbook = GRADES) -> list[Problem]:
    """Everything that is wrong with a document of these fields."""
    with pytest.raises(InvalidDocument) as refused:
        read_document({"as_of": AT, **data}, playbook, ATTRIBUTES)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return list(refused.value.problems)


def problem(data: dict[str, Any], playbook: Playbook = GRADES) -> Problem:
    """The only thing that is wrong with it."""
    (only,) = problems(data, playbook)
    return only
