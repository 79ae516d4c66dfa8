"""Lay the packages out in build/tree as they are installed: folders with links to the sources."""

import shutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TREE = ROOT / "build" / "tree"

shutil.rmtree(TREE, ignore_errors=True)
places = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-dir"]
for package, place in {"winprob": "winprob", **places, "benchmarks": "benchmarks"}.items():
    for source in (ROOT / place).rglob("*.py"):
        link = TREE / package.replace(".", "/") / source.relative_to(ROOT / place)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(source)
