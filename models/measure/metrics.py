"""Metrics: how good probabilities are, beside what happened."""

from __future__ import annotations

import math
from typing import Annotated, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import sklearn.metrics
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from winprob.models.measure.outcomes import Floats, Outcomes

BINS = 10
"""Bins of the calibration error."""


MEASURES = ("observed", "predicted", "log_loss", "brier", "auc", "calibration_error")


def _read(value: object) -> object:
    return float("nan") if value is None else value


def _write(value: float) -> float | None:
    return None if math.isnan(value) else value


Measure: TypeAlias = Annotated[float, BeforeValidator(_read), PlainSerializer(_write, when_used="json")]
"""A number that may be undefined, which is NaN here and null in JSON: JSON has no NaN."""


class Metrics(BaseModel):
    """How good probabilities are on some rows.

    Attributes
    ----------
    rows : int
        Rows measured.
    observed, predicted : float
        Weighted share of won rows, and weighted mean probability.
    log_loss, brier, auc, calibration_error : float
        See the functions of these names; `auc` is NaN where there is one outcome only, and null in JSON.
    remarks : tuple of str
        What could not be measured, and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    observed: Measure
    predicted: Measure
    log_loss: Measure
    brier: Measure
    auc: Measure
    calibration_error: Measure
    remarks: tuple[str, ...] = ()

    @classmethod
    def of_nothing(cls) -> Self:
        """Without rows there is nothing to measure.

        Returns
        -------
        Metrics
            All measures are NaN.
        """
        nothing = dict.fromkeys(MEASURES, float("nan"))
        remark = "nothing measured: no opportunity of the test has ended yet"
        return cls.model_validate({"rows": 0, "remarks": (remark,), **nothing})


def measure(
    y: npt.ArrayLike, probability: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
) -> Metrics:
    """Measure probabilities.

    Parameters
    ----------
    y : array-like of shape (n,)
        1 for won, 0 for lost.
    probability : array-like of shape (n,)
        Predicted probability of winning, 0 to 1.
    sample_weight : array-like of shape (n,), optional
        How many rows each row stands for.

    Raises
    ------
    ValueError
        If an outcome, probability or weight is out of its range, or their numbers differ.

    Examples
    --------
    >>> measured = measure([1, 1], [0.9, 0.7])
    >>> round(measured.brier, 3), measured.auc
    (0.05, nan)
    >>> measured.remarks
    ('auc: not defined, all 2 rows are won',)
    """
    if not len(np.asarray(y)):
        return Metrics.of_nothing()
    outcomes, p = _checked(y, probability, sample_weight)
    only = outcomes.only_outcome
    return Metrics(
        rows=len(outcomes),
        observed=outcomes.rate,
        predicted=float(np.average(p, weights=outcomes.weight)),
        log_loss=log_loss(y, p, sample_weight),
        brier=brier(y, p, sample_weight),
        auc=auc(y, p, sample_weight),
        calibration_error=calibration_error(y, p, sample_weight),
        remarks=(f"auc: not defined, all {len(outcomes)} rows are {only}",) if only else (),
    )


def log_loss(
    y: npt.ArrayLike, probability: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
) -> float:
    """Mean of -log of the probability given to what happened (natural logarithm; lower is better).

    Parameters
    ----------
    y, probability, sample_weight : array-like of shape (n,)
        See `measure`.

    Returns
    -------
    float
        Finite: probabilities of exactly 0 and 1 count as 2.2e-16 away from them.

    Examples
    --------
    >>> round(log_loss([1, 0], [0.5, 0.5]), 4)
    0.6931
    """
    outcomes, p = _checked(y, probability, sample_weight)
    return float(sklearn.metrics.log_loss(outcomes.won, p, sample_weight=outcomes.weight, labels=[0.0, 1.0]))


def brier(y: npt.ArrayLike, probability: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> float:
    """Mean squared difference of probability and outcome (Brier 1950; lower is better).

    Parameters
    ----------
    y, probability, sample_weight : array-like of shape (n,)
        See `measure`.

    Examples
    --------
    >>> brier([1, 0], [0.5, 0.5])
    0.25
    """
    outcomes, p = _checked(y, probability, sample_weight)
    return float(np.average((p - outcomes.won) ** 2, weights=outcomes.weight))


def auc(y: npt.ArrayLike, probability: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> float:
    """Chance that a won row has a higher probability than a lost one, ties counting half.

    Parameters
    ----------
    y, probability, sample_weight : array-like of shape (n,)
        See `measure`.

    Returns
    -------
    float
        NaN where all rows that count have one outcome.

    Examples
    --------
    >>> auc([1, 0, 0], [0.8, 0.3, 0.8])
    0.75
    """
    outcomes, p = _checked(y, probability, sample_weight)
    if outcomes.only_outcome:
        return float("nan")
    return float(sklearn.metrics.roc_auc_score(outcomes.won, p, sample_weight=outcomes.weight))


def calibration_error(
    y: npt.ArrayLike, probability: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None, bins: int = BINS
) -> float:
    """Mean distance of predicted and observed over bins of equal count, known as expected calibration error.

    Parameters
    ----------
    y, probability, sample_weight : array-like of shape (n,)
        See `measure`.
    bins : int
        How many bins; see `reliability`.

    Returns
    -------
    float
        Weighted by bin: 0 is perfect.

    Examples
    --------
    >>> round(calibration_error([1, 0, 1, 1], [0.5, 0.5, 0.9, 0.9]), 3)
    0.05
    """
    table = reliability(y, probability, sample_weight, bins)
    return float(np.average((table["predicted"] - table["observed"]).abs(), weights=table["weight"]))


def reliability(
    y: npt.ArrayLike, probability: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None, bins: int = BINS
) -> pd.DataFrame:
    """Predicted beside observed in bins of equal weight, from the lowest probabilities to the highest.

    Parameters
    ----------
    y, probability, sample_weight : array-like of shape (n,)
        See `measure`.
    bins : int
        How many bins at most. Rows of equal probability stay together, in the bin where the middle of their
        weight falls, so neither the order of rows nor chance decides; a bin that stays empty is left out.

    Returns
    -------
    pandas.DataFrame
        One row per bin: ``rows``, ``weight``, ``lowest`` and ``highest`` probability, and the weighted means
        ``predicted`` and ``observed``.

    Examples
    --------
    >>> reliability([1, 0, 1, 1], [0.5, 0.5, 0.9, 0.9], bins=2)[["predicted", "observed"]]
       predicted  observed
    0        0.5       0.5
    1        0.9       1.0
    """
    outcomes, p = _checked(y, probability, sample_weight)
    counted = outcomes.weight > 0
    table = pd.DataFrame({"p": p, "weight": outcomes.weight, "won": outcomes.won})[counted]
    # Sorted by every column, so that sums come out the same to the last bit in whatever order rows arrive.
    table = table.sort_values(["p", "weight", "won"], ignore_index=True)
    weight_of_value = table.groupby("p")["weight"].sum()
    middle = (weight_of_value.cumsum() - weight_of_value / 2) / weight_of_value.sum()
    bin_of_value = np.floor(middle * bins).clip(0, bins - 1)
    table["bin"] = table["p"].map(bin_of_value)
    table["predicted"], table["observed"] = table["p"] * table["weight"], table["won"] * table["weight"]
    found = table.groupby("bin").agg(
        rows=("p", "size"),
        weight=("weight", "sum"),
        lowest=("p", "min"),
        highest=("p", "max"),
        predicted=("predicted", "sum"),
        observed=("observed", "sum"),
    )
    found[["predicted", "observed"]] = found[["predicted", "observed"]].div(found["weight"], axis=0)
    return found.reset_index(drop=True)


def _checked(
    y: npt.ArrayLike, probability: npt.ArrayLike, sample_weight: npt.ArrayLike | None
) -> tuple[Outcomes, Floats]:
    outcomes = Outcomes.of(y, sample_weight)
    if not len(outcomes):
        raise ValueError("y: expected outcomes of at least one row, found none")
    p = np.asarray(probability, dtype=np.float64)
    if p.shape != outcomes.won.shape:
        raise ValueError(
            f"probability: expected one for each of {len(outcomes)} outcomes, found shape {p.shape}"
        )
    wrong = np.flatnonzero(~((p >= 0) & (p <= 1)))
    if len(wrong):
        raise ValueError(f"probability: expected numbers from 0 to 1, found {p[wrong[0]]} in row {wrong[0]}")
    return outcomes, p
