"""What an answer is worth if the document lacks a part: beside a model of just the columns that are there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.truth import calibration_error_against, expected_log_loss
from winprob.features.build import catalogue
from winprob.features.history import History
from winprob.models.win.win_model import WinModel
from winprob.training.fit import Trained
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import fit_calibrated
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import split

KEPT = {"stage_position", "stage_percentage", "log_amount"}
PARTS = {
    "stage and amount only": None,
    "without contacts": "contact",
    "without key persons": "key_persons",
    "without risk form": "risk",
    "without competitors": "competition",
}
"""What is missing: a family, or all but `KEPT`."""


Company = tuple[Trained, pd.DataFrame, np.ndarray]
"""A trained model, the matrix of moments and their true probabilities."""


def show_missing_parts(companies: list[Company], own_models: int = 2) -> None:
    """Print calibration error against the truth, and expected log loss beside that of a model of its own.

    Parameters
    ----------
    companies : list of Company
    own_models : int
        For how many companies models of just the remaining columns are trained.
    """
    print("\nmissing parts, means over the companies (goals: at most 0.04, at most 0.01)")
    print(f"{'':24}{'calibration error':>20}{'highest':>10}{'log loss above own model':>28}{'highest':>10}")
    for name, family in PARTS.items():
        found = [_missing(*company, family, own=at < own_models) for at, company in enumerate(companies)]
        error, above = np.array(found).T
        above = above[~np.isnan(above)]
        print(
            f"{name:24}{error.mean():20.4f}{error.max():10.4f}{above.mean():28.4f}{above.max():10.4f}",
            flush=True,
        )


def _missing(
    trained: Trained, matrix: pd.DataFrame, truth: np.ndarray, family: str | None, *, own: bool
) -> tuple[float, float]:
    gone = columns_of(trained.history, family)
    p = trained.tested.predict_proba(without(matrix, gone))[:, 1]
    error = calibration_error_against(truth, p)
    if not own:
        return error, np.nan
    rest = own_model(trained, gone).predict_proba(matrix.drop(columns=gone))[:, 1]
    return error, expected_log_loss(truth, p) - expected_log_loss(truth, rest)


def columns_of(history: History, family: str | None) -> list[str]:
    """Name the features of a family, or all but `KEPT`."""
    features = catalogue(history.playbook, history.attributes)
    return [
        each.name for each in features if (each.name not in KEPT if family is None else each.family == family)
    ]


def without(matrix: pd.DataFrame, gone: list[str]) -> pd.DataFrame:
    """Leave columns in the matrix empty, as the document would that lacks them."""
    empty = {name: pd.Series(None, matrix.index, matrix[name].dtype) for name in gone}
    return matrix.assign(**empty)


def own_model(trained: Trained, gone: list[str]) -> WinModel:
    """Train as `winprob.training.fit.train` does, on the remaining columns."""
    history = trained.history
    snapshots = Snapshots.weekly(history, trained.bundle.manifest.data.as_of)
    sides = split(replace(snapshots, X=snapshots.X.drop(columns=gone)))
    return fit_calibrated(untrained(history.playbook, history.attributes, seed=0), sides).tested
