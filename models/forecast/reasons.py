"""Reasons of a pipeline's probabilities by family: stage, competition, risk form and so on."""

from __future__ import annotations

import pandas as pd

from winprob.features.families import UNEXPLAINED
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.forecast.pipeline import Pipeline
from winprob.models.win.explanation import Explanation


def family_codes(bundle: TrainedModel) -> tuple[str, ...]:
    """List the families of reasons that a model knows.

    Returns
    -------
    tuple of str
        Codes, in the order of the matrix.

    Examples
    --------
    ``family_codes(Bundle.load("bundle/"))``
    """
    return tuple(dict.fromkeys(_family_of(bundle).values())) if bundle.model.gives_reasons else (UNEXPLAINED,)


def reasons(pipeline: Pipeline) -> Explanation:
    """Explain the probabilities of open deals by family.

    Returns
    -------
    Explanation
        One row per open deal, one column per family of `family_codes`.

    Examples
    --------
    ``reasons(pipeline(bundle, history)).points.mean()``
    """
    if pipeline.scores is None:
        return Explanation(0.0, pd.DataFrame(columns=list(family_codes(pipeline.bundle)), dtype="float64"))
    return pipeline.scores.explanation.by_family(_family_of(pipeline.bundle))


def _family_of(bundle: TrainedModel) -> dict[str, str]:
    return {feature.name: feature.family for feature in bundle.features}
