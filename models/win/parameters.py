"""How a win model is made: every number that decides its quality, with its default and the reason for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Growth(BaseModel):
    """How trees are grown.

    Attributes
    ----------
    directions, trees, learning_rate, leaves, minimum_leaf, column_share, ridge, seed
        As `winprob.models.win.win_model.WinModel` explains them. `minimum_leaf` is at least 0.001, below
        which LightGBM takes rounding errors for rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    directions: dict[str, Literal[-1, 0, 1]] | None = None
    trees: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0, le=1)]
    leaves: Annotated[int, Field(ge=2)]
    minimum_leaf: Annotated[float, Field(ge=0.001)]
    column_share: Annotated[float, Field(gt=0, le=1)]
    ridge: Annotated[float, Field(ge=0)]
    seed: Annotated[int, Field(ge=0, lt=2**31)]


class Priors(BaseModel):
    """What is expected of the additive part before any row is seen: standard deviations, in log-odds.

    Attributes
    ----------
    coefficient : float
        Of a standardised number or of a level of a category, around 0: two usual values seldom change the
        odds by more than half by themselves. On simulated companies 0.2 was best with 100 outcomes and 0.3
        with 3,700.
    stated_slope : float
        Of the slope of stated log-odds, around 1: whoever states percentages is right about the order of the
        stages and not much more.
    intercept : float
        Of the intercept, around 0, where there are stated probabilities.
    misfit : float
        What a model of this form cannot tell with however many rows. It widens ranges and nothing else.
        Settled on two unlike simulated companies, from 100 to 4,000 outcomes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    coefficient: Annotated[float, Field(gt=0)] = 0.25
    stated_slope: Annotated[float, Field(gt=0)] = 0.5
    intercept: Annotated[float, Field(gt=0)] = 1.0
    misfit: Annotated[float, Field(ge=0)] = 0.45


class Shrinkage(BaseModel):
    """How far the trees are believed.

    Attributes
    ----------
    trees : float
        Share of the trees in the log-odds with endless data. Most effects in sales simply add up, and trees
        need many more opportunities to learn that.
    half_trees_at : float
        Independent outcomes with which it is half of that. On simulated companies shares around 0.25 were
        best with 150 outcomes, around 0.4 with 400 (also on a table of real deals), around 0.5 with 3,700.
    missing : float
        How fast the share of the trees falls with the variance of what is not recorded: with 0.01 it is half
        by default. Trees take what is usual for what is the case: most deals have reached somebody, so all
        count as if they had. The additive part does not. Settled on two simulated companies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    trees: Annotated[float, Field(ge=0, le=1)] = 0.5
    half_trees_at: Annotated[float, Field(gt=0)] = 100.0
    missing: Annotated[float, Field(ge=0)] = 100.0


class CalibrationPriors(BaseModel):
    """What is expected of later rows: standard deviations around "the model is right".

    Thousands of independent outcomes outweigh them, a few dozen hardly move the line.

    Attributes
    ----------
    slope : float
        Of the slope, around 1. Settled on six simulated companies, on two of the second kind with 100 to 400
        outcomes, and on a chip maker's log up to 2015-10-01.
    mean : float
        Of the mean log-odds. Settled on eight simulated companies, looking at that log as well.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    slope: Annotated[float, Field(gt=0)] = 0.2
    mean: Annotated[float, Field(gt=0)] = 0.05


class Hyperparameters(Growth):
    """How a win model is made: the constructor's arguments, checked.

    Attributes
    ----------
    start : str, optional
        The column of stated probabilities that the additive part starts from.
    families : dict of str to str, optional
        The family of each column: what is recorded together.
    relative_to : dict of str to str, optional
        Of number columns, the category within which their values compare.
    priors : Priors
        Of the additive part.
    shrinkage : Shrinkage
        Of the trees.
    calibration : CalibrationPriors
        Of the line that is fitted on later rows.
    """

    start: str | None = None
    families: dict[str, str] | None = None
    relative_to: dict[str, str] | None = None
    priors: Priors
    shrinkage: Shrinkage
    calibration: CalibrationPriors


GROUPS: dict[str, BaseModel] = {
    "priors": Priors(),
    "shrinkage": Shrinkage(),
    "calibration": CalibrationPriors(),
}
"""Parameters that are groups of numbers, with their defaults."""
