from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from estimators import deals
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from winprob.features.digests import write_digests
from winprob.models.own_estimator.own_estimator import OwnEstimator
from winprob.models.own_estimator.store import ESTIMATOR, PARTS, NotStorable, check_storable, used_modules
from winprob.models.win.store import DamagedModel


class Cautious(LogisticRegression):  # type: ignore[misc]
    """An estimator of somebody's own."""


def doubled(X: object) -> object:
    """A function of somebody's own."""
    return X


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return OwnEstimator(LogisticRegression(), resamples=2).fit(*deals(60)).save(tmp_path / "model")


@pytest.mark.parametrize("name", [ESTIMATOR, PARTS])
def test_a_missing_or_changed_file_is_named(folder: Path, name: str) -> None:
    file = folder / name
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(DamagedModel, match=f"{name}: expected sha256"):
        OwnEstimator.load(folder)
    file.unlink()
    with pytest.raises(DamagedModel, match=f"{name}: expected sha256"):
        OwnEstimator.load(folder)


def test_a_file_without_digest_is_not_read(folder: Path) -> None:
    write_digests(folder, [ESTIMATOR])
    with pytest.raises(DamagedModel, match=r"expected a digest of estimator\.skops, found none"):
        OwnEstimator.load(folder)


def test_another_format_is_named(folder: Path) -> None:
    file = folder / ESTIMATOR
    file.write_text(file.read_text().replace('"format": 1', '"format": 9'))
    write_digests(folder, [ESTIMATOR, PARTS])
    with pytest.raises(DamagedModel, match="expected a model of format 1, found at format"):
        OwnEstimator.load(folder)


def test_a_class_that_no_file_has_is_read_only_where_it_can_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("cautious")
    module.Cautious = Cautious  # type: ignore[attr-defined]
    monkeypatch.setattr(Cautious, "__module__", "cautious")
    monkeypatch.setitem(sys.modules, "cautious", module)
    X, y = deals(60)
    model = OwnEstimator(Cautious(), resamples=2).fit(X, y)
    model.save(tmp_path)
    assert (OwnEstimator.load(tmp_path).predict_proba(X) == model.predict_proba(X)).all()
    monkeypatch.delitem(sys.modules, "cautious")
    with pytest.raises(
        NotStorable, match=r"expected classes that can be imported here, found .* cautious.Cautious; install"
    ):
        OwnEstimator.load(tmp_path)


def test_a_class_of_a_file_of_one_s_own_travels_with_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "halving.py"
    file.write_text(
        "from sklearn.linear_model import LogisticRegression\n"
        "class Halving(LogisticRegression):\n"
        "    def decision_function(self, X):\n"
        "        return super().decision_function(X) / 2\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    X, y = deals(60)
    model = OwnEstimator(import_module("halving").Halving(), "none", resamples=2).fit(X, y)
    told = model.predict_proba(X)
    saved = model.save(tmp_path / "model")
    file.unlink()
    monkeypatch.delitem(sys.modules, "halving")
    loaded = OwnEstimator.load(saved)
    assert (loaded.predict_proba(X) == told).all()
    assert "halving" not in sys.modules
    again = OwnEstimator.load(loaded.save(tmp_path / "again"))
    assert (again.predict_proba(X) == told).all()


def test_what_is_no_estimator_is_refused_before_anything_is_fitted() -> None:
    doubled.__module__ = "test_store"
    with pytest.raises(NotStorable, match=r"found .*doubled; put them into a module"):
        check_storable(make_pipeline(FunctionTransformer(doubled), LogisticRegression()))


def test_the_modules_of_a_pipeline_are_those_of_its_steps() -> None:
    assert used_modules(make_pipeline(LGBMClassifier())) == {"lightgbm.sklearn", "sklearn.pipeline"}


def test_without_skops_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skops.io", None)
    with pytest.raises(NotStorable, match=r"pip install 'winprob\[estimators\]'"):
        check_storable(LogisticRegression())
