"""Print the lowest versions that pyproject.toml allows, as pins for pip: of the core, and of the extras named."""

import re
import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path(__file__).resolve().parents[1].joinpath("pyproject.toml").read_text())["project"]
extras = project["optional-dependencies"]
for requirement in (*project["dependencies"], *(line for extra in sys.argv[1:] for line in extras[extra])):
    if not requirement.startswith("winprob["):
        found = re.fullmatch(r"([\w.-]+)>=([\w.]+)", requirement)
        if found is None:
            sys.exit(f"expected name>=version, found {requirement!r}")
        print(f"{found[1]}=={found[2]}")
