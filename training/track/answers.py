"""What a model says of rows: that they are won, and that they are won within some days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from winprob.features.timeline import Floats
from winprob.models.bundle.scoring import probability
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.closing.closing_times import ClosingTimes

HORIZONS = (30, 90)
"""Days within which a win is asked for: about a month and a quarter ahead."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model says of rows.

    Attributes
    ----------
    probability : numpy.ndarray of float64, shape (n,)
        That they are won.
    within : numpy.ndarray of float64, shape (n, len(HORIZONS)), optional
        That they are won within so many days; none where the model does not know when deals close.
    """

    probability: Floats
    within: Floats | None

    @classmethod
    def of(cls, probability: Floats, X: pd.DataFrame, times: ClosingTimes | None, at: pd.Series) -> Self:
        """Say when rows of a win probability are won.

        Parameters
        ----------
        probability : numpy.ndarray of float64, shape (n,)
        X : pandas.DataFrame, shape (n, k)
            With the columns of the closing times.
        times : ClosingTimes, optional
        at : pandas.Series of datetime64[us, UTC], shape (n,)
            The moment of each row.
        """
        if times is None:
            return cls(probability, None)
        shares, _ = times.outlook(X[list(times.columns.names)], at).shares_within(HORIZONS)
        return cls(probability, probability[:, np.newaxis] * shares)

    @classmethod
    def by(cls, bundle: TrainedModel, X: pd.DataFrame, at: pd.Series) -> Self:
        """Ask a model.

        Parameters
        ----------
        bundle : TrainedModel
        X : pandas.DataFrame, shape (n, k)
            With the columns of its model.
        at : pandas.Series of datetime64[us, UTC], shape (n,)
            The moment of each row.
        """
        known = X[list(bundle.model.columns_.names)]
        return cls.of(np.asarray(probability(bundle, known)), known, bundle.closing_times, at)
