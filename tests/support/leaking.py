"""Histories and flat tables in which columns know the ending, or only seem to."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from small import GRADES

from winprob.features.history import History
from winprob.training.leaks.first_snapshots import FirstSnapshots
from winprob.training.simulation import Simulated, simulate

Texts = npt.NDArray[np.object_]
Plant = Callable[[Texts, np.random.Generator], npt.ArrayLike]
"""From the outcome as it is recorded (won, lost, empty while open) to a column."""


@cache
def company(opportunities: int, seed: int) -> Simulated:
    return simulate(opportunities, 2, seed)


def planted(opportunities: int, seed: int, **plants: Plant) -> History:
    """A simulated company that keeps further columns."""
    tables = dict(company(opportunities, seed).tables)
    outcome = tables["opportunities"]["outcome"].fillna("").to_numpy(object)
    random = np.random.default_rng(seed)
    columns = {name: plant(outcome, random) for name, plant in plants.items()}
    tables["opportunities"] = tables["opportunities"].assign(**columns)
    return History.of(GRADES, tables)


def loss_reason(outcome: Texts, random: np.random.Generator) -> pd.Series:
    reasons = random.choice(["price", "rival", "no need"], len(outcome))
    return pd.Series(
        np.where((outcome == "lost") & (random.random(len(outcome)) < 0.9), reasons, None), dtype="str"
    )


def final_price(outcome: Texts, random: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.where(outcome == "won", random.lognormal(10, 1, len(outcome)), np.nan)


def noisy_copy(outcome: Texts, random: np.random.Generator) -> npt.NDArray[np.float64]:
    wrong = random.random(len(outcome)) < 0.02
    return np.where(outcome == "", np.nan, (outcome == "won") ^ wrong)


def won_flag(outcome: Texts, _: np.random.Generator) -> npt.NDArray[np.float64]:
    return (outcome == "won").astype(np.float64)


LEAKS: dict[str, Plant] = {
    "loss_reason": loss_reason,
    "final_price": final_price,
    "noisy_copy": noisy_copy,
    "won_flag": won_flag,
}


def snapshots_of(won: npt.ArrayLike, **columns: npt.ArrayLike) -> FirstSnapshots:
    """Rows of a flat table; texts become categories."""
    X = pd.DataFrame(columns)
    for name in X.select_dtypes(exclude="number"):
        X[name] = pd.Categorical(X[name])
    return FirstSnapshots(X, np.asarray(won, np.float64), frozenset(X))


def write_table(folder: Path, rows: int = 300) -> Path:
    """A flat table of deals with a column that was filled in when they were lost."""
    random = np.random.default_rng(1)
    size, rivals = random.integers(1, 100, rows), random.integers(0, 4, rows)
    won = random.logistic(size=rows) < size / 30 - rivals
    reason = np.where(won, "", random.choice(["price", "rival"], rows))
    table = pd.DataFrame(
        {"Size": size, "Rivals": rivals, "Reason": reason, "Status": np.where(won, "Won", "Lost")}
    )
    file = folder / "deals.csv"
    table.to_csv(file, index=False)
    return file
