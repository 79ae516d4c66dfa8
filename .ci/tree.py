"""Lay the packages out in build/tree as they are installed: folders with links to the sources."""

import shutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def lay_out(root: Path, tree: Path) -> None:
    """Link the files of a checkout into a folder that imports can be resolved in."""
    shutil.rmtree(tree, ignore_errors=True)
    places = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["package-dir"]
    for package, place in {"winprob": "winprob", **places, "benchmarks": "benchmarks"}.items():
        files = (file for file in (root / place).rglob("*") if file.is_file())
        for source in (file for file in files if file.parent.name != "__pycache__"):
            link = tree / package.replace(".", "/") / source.relative_to(root / place)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)


if __name__ == "__main__":
    lay_out(ROOT, ROOT / "build" / "tree")
