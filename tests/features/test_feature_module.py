from __future__ import annotations

import hashlib
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from feature_modules import MODULE, write

from winprob.features import feature_module
from winprob.features.feature_module import FeatureModule, installed_modules
from winprob.features.mistake import Mistake


def test_a_module_is_read_and_not_run(tmp_path: Path) -> None:
    file = write(tmp_path, FeatureModule("loud", "raise SystemExit"))
    assert FeatureModule.read(file) == FeatureModule("loud", "raise SystemExit")


def test_its_digest_is_that_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path)
    assert FeatureModule.read(str(file)).digest == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["my-features.py", "特征.py", "features.txt", "1st.py"])
def test_a_file_that_cannot_be_a_module_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Mistake, match=r"expected a Python file with a name .*, found '.*'; rename it$"):
        FeatureModule.read(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "my_features.py"
    with pytest.raises(Mistake) as refused:
        FeatureModule.read(file)
    expected = "expected a Python file, found No such file or directory; correct the path"
    assert str(refused.value) == f"{file}: {expected}"


def test_a_file_in_another_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "my_features.py"
    file.write_bytes("名 = '特征模块的说明文字'".encode("gbk"))
    with pytest.raises(Mistake, match=r"my_features\.py: .*expected text in UTF-8, found .*; .*UTF-8"):
        FeatureModule.read(file)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """What installed packages say that they have."""
    points: list[EntryPoint] = []
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(feature_module, "entry_points", lambda **_: points)
    write(tmp_path, FeatureModule("acme_crm_features", MODULE.source))
    return points


def test_installed_packages_bring_modules(installed: list[EntryPoint]) -> None:
    installed.append(EntryPoint("acme", "acme_crm_features", feature_module.GROUP))
    assert installed_modules() == (FeatureModule("acme", MODULE.source),)
    assert "acme_crm_features" not in sys.modules


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("acme", "acme_crm_faetures", "expected a module in Python, found none"),
        ("acme", "no_such_package.features", "expected a module, found No module named 'no_such_package'"),
        ("acme", "math", "expected a module in Python, found none"),
        ("acme crm", "acme_crm_features", "expected a name of Latin letters, digits and _, found 'acme crm'"),
    ],
)
def test_an_entry_point_that_leads_nowhere_is_named(
    installed: list[EntryPoint], name: str, value: str, expected: str
) -> None:
    installed.append(EntryPoint(name, value, feature_module.GROUP))
    with pytest.raises(Mistake) as refused:
        installed_modules()
    place = f"entry point {name} = {value!r} in winprob.features of a package: "
    assert str(refused.value).startswith(f"{place}{expected}; ")
