"""The code that travels with a registered model."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

from bundles import trained_bundle

from winprob.models.bundle.travelling_code import differing, travelling_files

ASK = """
import json, sys
import pandas as pd
from winprob.models.bundle.pyfunc import _load_pyfunc
model = _load_pyfunc(sys.argv[1])
model.predict(pd.DataFrame({"stage_position": [3]}), {"explain": True, "range": True})
print(json.dumps([name for name in sys.modules if name.split(".")[0] == "winprob"]))
"""


def test_all_travels_that_is_imported_until_a_bundle_has_answered(tmp_path: Path) -> None:
    bundle = trained_bundle().save(tmp_path / "data" / "bundle")
    done = subprocess.run([sys.executable, "-c", ASK, bundle], check=True, capture_output=True, text=True)
    assert not [name for name in json.loads(done.stdout) if not _travels(name)]
    assert {"winprob/locale/zh/models.po", "winprob/features/playbooks/eight-step.toml"} <= set(
        travelling_files()
    )


def test_it_imports_nothing_that_stays() -> None:
    """But for the verbs, which are imported when they are first used."""
    staying = {
        place: names
        for place, file in travelling_files().items()
        if place.endswith(".py") and (names := [name for name in _imports(file) if not _travels(name)])
    }
    assert list(staying) == ["winprob/__init__.py"]


def test_only_code_travels() -> None:
    places = [Path(place) for place in travelling_files()]
    assert {place.suffix for place in places} == {".py", ".po", ".toml"}
    assert {place.parts[1] for place in places} == {"__init__.py", "features", "models", "locale"}


def test_a_model_without_code_differs_from_nothing(tmp_path: Path) -> None:
    assert differing(tmp_path / "code") == []


def test_files_that_one_side_lacks_differ(tmp_path: Path) -> None:
    (tmp_path / "winprob").mkdir()
    (tmp_path / "winprob" / "gone.py").write_text("")
    found = differing(tmp_path)
    assert {"winprob/gone.py", "winprob/__init__.py", "winprob/models/win/win_model.py"} <= set(found)


def _travels(module: str) -> bool:
    place = module.replace(".", "/")
    return not {f"{place}.py", f"{place}/__init__.py"}.isdisjoint(travelling_files())


def _imports(file: Path) -> list[str]:
    """Modules of winprob that a file imports from."""
    imports = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
    return [str(node.module) for node in imports if str(node.module).startswith("winprob")]
