"""Print pins for pip: the lowest versions that pyproject.toml allows, and constraints.txt for all else.

.ci/lowest.txt has what goes with the lowest versions where constraints.txt does not.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = ("cli", "training", "serving", "dask", "test")


def pins(lines: list[str], sign: str) -> dict[str, str]:
    """Read versions, by the name that pip takes for the same."""
    found = {}
    for line in lines:
        name, _, version = line.partition(sign)
        if not re.fullmatch(r"\d[\w.]*", version):
            sys.exit(f"expected name{sign}version, found {line!r}")
        found[re.sub("[-_.]+", "-", name).lower()] = version
    return found


project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
extras = project["optional-dependencies"]
direct = [*project["dependencies"], *(line for extra in EXTRAS for line in extras[extra])]
lowest = pins([line for line in direct if not line.startswith("winprob[")], ">=")
newest, beside = (
    pins((ROOT / file).read_text().split(), "==") for file in ("constraints.txt", ".ci/lowest.txt")
)
for name, version in (newest | beside | lowest).items():
    print(f"{name}=={version}")
