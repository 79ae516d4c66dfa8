"""A win model as text in a folder, read back exactly or refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import lightgbm
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from winprob.features.digests import COPY_AGAIN, SUMS, WrongDigests, intact, write_digests
from winprob.features.durable import make_folder, write_durably
from winprob.features.mistake import Mistake
from winprob.models.win.blend import Blend
from winprob.models.win.calibration import LogOddsCalibration
from winprob.models.win.columns import Columns
from winprob.models.win.imputation import Imputation
from winprob.models.win.linear import LinearPart
from winprob.models.win.parameters import Hyperparameters
from winprob.models.win.uncertainty import Uncertainty

BOOSTER, MODEL = "booster.txt", "model.json"


class DamagedModel(Mistake):
    """A saved model that is not what was saved.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    expected, found : str
        What should be there, and what is.
    """

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(f"{path}: expected {expected}, found {found}; {COPY_AGAIN}")


class SavedModel(BaseModel):
    """Everything of a model but its trees.

    Attributes
    ----------
    format : int
        Of this file.
    parameters : Hyperparameters
        How the model was made.
    classes : tuple
        The two labels.
    named : bool
        Whether the fit's matrix had column names.
    columns : Columns
        Names and vocabulary of the columns.
    linear : LinearPart
        The additive part; one term for each column.
    share, missing : float
        Of the trees in the log-odds, and how fast it falls with what is not recorded.
    uncertainty : Uncertainty
        Of the additive part.
    imputation : Imputation
        What is expected where something is not recorded.
    calibration : LogOddsCalibration
        The line in log-odds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[3] = 3
    parameters: Hyperparameters
    classes: tuple[bool | int | float | str, bool | int | float | str]
    named: bool
    columns: Columns
    linear: LinearPart
    share: Annotated[float, Field(ge=0, le=1)]
    missing: Annotated[float, Field(ge=0)]
    uncertainty: Uncertainty
    imputation: Imputation
    calibration: LogOddsCalibration

    @classmethod
    def of(cls, blend: Blend, **others: Any) -> Self:
        """Take the parts of a blend, and what else there is of a model."""
        parts = {field.name: getattr(blend, field.name) for field in fields(Blend) if field.name != "trees"}
        return cls.model_validate(parts | others)

    def blend(self, trees: lightgbm.Booster | None) -> Blend:
        """Put the blend together again."""
        parts = {field.name: getattr(self, field.name) for field in fields(Blend) if field.name != "trees"}
        return Blend(trees=trees, **parts)


def write(folder: Path, saved: SavedModel, booster: lightgbm.Booster | None) -> Path:
    """Write a model.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if it is not there.
    saved : SavedModel
        Everything but the trees.
    booster : lightgbm.Booster, optional
        The trees; without any their file is empty.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    winprob.features.durable.NotWritten
        If a file cannot be written, such as on a full disk.
    """
    make_folder(folder)
    write_durably(folder / BOOSTER, booster.model_to_string().encode() if booster else b"")
    write_durably(folder / MODEL, saved.model_dump_json(indent=2).encode() + b"\n")
    write_digests(folder, [BOOSTER, MODEL])
    return folder


def read(folder: Path) -> tuple[SavedModel, lightgbm.Booster | None]:
    """Read a model.

    Parameters
    ----------
    folder : pathlib.Path
        Where `write` put it.

    Returns
    -------
    SavedModel
        Everything but the trees.
    lightgbm.Booster or None
        The trees, if it has any.

    Raises
    ------
    DamagedModel
        If a file is missing, cut off or changed.
    """
    check_digests(folder, BOOSTER, MODEL)
    saved = _read_saved(folder / MODEL)
    path = folder / BOOSTER
    trees = path.read_bytes()
    booster = _read_trees(path, trees, saved) if trees else None
    if not saved.linear.is_of(saved.columns):
        expected = "linear.terms of its columns: a curve for each number, a log-odds for each level"
        raise DamagedModel(folder / MODEL, expected, f"{len(saved.linear.terms)} terms, of other columns")
    return saved, booster


def check_digests(folder: Path, *names: str) -> None:
    """See that files are there as they were written.

    Raises
    ------
    DamagedModel
        If one is missing or changed, or has no digest.
    """
    try:
        known = intact(folder)
    except WrongDigests as error:
        first = error.problems[0]
        raise DamagedModel(folder / first.key, first.expected, first.found) from error
    for name in set(names) - known:
        raise DamagedModel(folder / SUMS, f"a digest of {name}", "none")


def _read_trees(path: Path, trees: bytes, saved: SavedModel) -> lightgbm.Booster:
    try:
        booster = lightgbm.Booster(model_str=trees.decode())
    except (lightgbm.basic.LightGBMError, UnicodeDecodeError) as error:
        raise DamagedModel(path, f"trees that LightGBM {lightgbm.__version__} reads", str(error)) from error
    if booster.num_feature() != len(saved.columns.names):
        found = f"{len(saved.columns.names)} names"
        raise DamagedModel(path.with_name(MODEL), f"the {booster.num_feature()} columns of {BOOSTER}", found)
    return booster


def _read_saved(path: Path) -> SavedModel:
    try:
        return SavedModel.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(key) for key in first["loc"]) or "the file"
        raise DamagedModel(path, "a model of format 3", f"at {place}: {first['msg']}") from error
