"""An estimator from elsewhere in a folder: its numbers as JSON, its parts by skops, which pickles nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from sklearn.base import BaseEstimator

from winprob.features.digests import write_digests
from winprob.features.durable import make_folder, write_durably
from winprob.features.mistake import Mistake
from winprob.models.own_estimator.own_module import importable, own_modules
from winprob.models.win.calibration import LogOddsCalibration
from winprob.models.win.columns import Columns
from winprob.models.win.parameters import CalibrationPriors
from winprob.models.win.store import DamagedModel, check_digests

ESTIMATOR, PARTS = "estimator.json", "estimator.skops"

TRUSTED = ("catboost", "collections", "functools", "lightgbm", "numpy", "scipy", "sklearn", "xgboost")
"""Packages whose classes are read; of others only estimators of scikit-learn's kind."""


class NotStorable(Mistake):
    """An estimator with parts that cannot be read back without running whatever they say."""


class SavedEstimator(BaseModel):
    """Everything of a model but its parts.

    Attributes
    ----------
    format : int
        Of this file.
    classes : tuple
        The two labels.
    named : bool
        Whether the fit's matrix had column names.
    contributions, start, resamples, extreme, seed
        As of `winprob.models.own_estimator.own_estimator.OwnEstimator`.
    priors : CalibrationPriors
        Of the calibration.
    calibration : LogOddsCalibration
        The line in log-odds.
    columns, always, ranges, rate
        As of `winprob.models.own_estimator.fitted.FittedEstimator`.
    modules : dict of str to str
        Source, by name, of the modules that its own classes are in, see `own_modules`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    classes: tuple[bool | int | float | str, bool | int | float | str]
    named: bool
    contributions: Literal["shap", "none"]
    start: str | None
    resamples: int
    extreme: float
    seed: int
    priors: CalibrationPriors
    calibration: LogOddsCalibration
    columns: Columns
    always: frozenset[str]
    ranges: dict[str, tuple[float, float]]
    rate: float
    modules: dict[str, str] = {}


def check_storable(estimator: BaseEstimator) -> None:
    """See whether an estimator can be stored, before time is spent on it.

    Raises
    ------
    NotStorable
        If skops is not installed, or a part of it is neither of a known package nor an estimator.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> check_storable(LogisticRegression())
    """
    _dumped(estimator)


def used_modules(estimator: BaseEstimator) -> frozenset[str]:
    """Modules that an estimator's class is in, and the classes of its parts.

    Examples
    --------
    >>> from lightgbm import LGBMClassifier
    >>> sorted(used_modules(LGBMClassifier()))
    ['lightgbm.sklearn']
    """
    parts = [part for part in estimator.get_params().values() if isinstance(part, BaseEstimator)]
    return frozenset(type(part).__module__ for part in (estimator, *parts))


def write(folder: Path, saved: SavedEstimator, parts: dict[str, Any]) -> Path:
    """Write a model.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if it is not there.
    saved : SavedEstimator
    parts : dict of str to value
        The recipe and what was fitted.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    NotStorable
        See `check_storable`.
    winprob.features.durable.NotWritten
        If a file cannot be written, such as on a full disk.
    """
    with importable(saved.modules):
        raw = _dumped(parts)
    own = own_modules(name.rpartition(".")[0] for name in _skops().get_untrusted_types(data=raw))
    saved = saved.model_copy(update={"modules": {**saved.modules, **own}})
    make_folder(folder)
    write_durably(folder / PARTS, raw)
    write_durably(folder / ESTIMATOR, saved.model_dump_json(indent=2).encode() + b"\n")
    write_digests(folder, [ESTIMATOR, PARTS])
    return folder


def read(folder: Path) -> tuple[SavedEstimator, dict[str, Any]]:
    """Read a model.

    Parameters
    ----------
    folder : pathlib.Path
        Where `write` put it.

    Returns
    -------
    SavedEstimator
    dict of str to value
        The recipe and what was fitted.

    Raises
    ------
    winprob.models.win.store.DamagedModel
        If a file is missing, cut off or changed, or a library that it needs is not installed.
    """
    check_digests(folder, ESTIMATOR, PARTS)
    try:
        saved = SavedEstimator.model_validate_json((folder / ESTIMATOR).read_bytes())
    except ValidationError as error:
        found = error.errors()[0]
        place = ".".join(str(key) for key in found["loc"]) or "the file"
        raise DamagedModel(
            folder / ESTIMATOR, "a model of format 1", f"at {place}: {found['msg']}"
        ) from error
    with importable(saved.modules):
        return saved, _loaded(folder / PARTS)


def _dumped(parts: Any) -> bytes:
    io = _skops()
    raw: bytes = io.dumps(parts)
    strange = [name for name in io.get_untrusted_types(data=raw) if not _is_trusted(name)]
    if strange:
        raise NotStorable(
            f"estimator: expected parts of {', '.join(TRUSTED)}, or classes of yours that derive from "
            f"sklearn.base.BaseEstimator and can be imported, found {', '.join(strange)}; put them into a "
            "module, and derive them from it"
        )
    return raw


def _loaded(file: Path) -> dict[str, Any]:
    io = _skops()
    raw = file.read_bytes()
    needed = io.get_untrusted_types(data=raw)
    strange = [name for name in needed if not _is_trusted(name)]
    if strange:
        raise NotStorable(
            f"{file}: expected classes that can be imported here, found none of the name "
            f"{', '.join(strange)}; install the package where the model is used"
        )
    loaded: dict[str, Any] = io.loads(raw, trusted=needed)
    return loaded


def _skops() -> Any:
    try:
        return import_module("skops.io")
    except ModuleNotFoundError as error:
        raise NotStorable(
            "estimator: expected skops, which stores estimators, found it not installed; "
            "pip install 'winprob[estimators]'"
        ) from error


def _is_trusted(name: str) -> bool:
    """Whether a class may be made: of a known package, or an estimator of somebody's own."""
    module, _, kind = name.rpartition(".")
    root = module.partition(".")[0]
    try:
        found = getattr(import_module(module), kind, None)
    except ImportError:
        return False
    return root in TRUSTED or (isinstance(found, type) and issubclass(found, BaseEstimator))
