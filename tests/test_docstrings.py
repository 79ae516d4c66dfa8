"""Every example in a docstring runs."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = {name: f"winprob.{name}" for name in ("features", "models", "training", "serving")} | {
    "winprob": "winprob",
    "benchmarks": "benchmarks",
}


def modules() -> list[str]:
    found = []
    for folder, package in PLACES.items():
        for file in sorted((ROOT / folder).rglob("*.py")):
            parts = file.relative_to(ROOT / folder).with_suffix("").parts
            found.append(".".join((package, *parts)).removesuffix(".__init__"))
    return found


@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred:UserWarning")  # mlflow's own, of its import
@pytest.mark.parametrize("name", modules())
def test_examples_of(name: str) -> None:
    found = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert found.failed == 0
