"""Categories of a forecast, under the names that sales people use: told by the chance, not by the seller."""

from __future__ import annotations

import numpy as np

from winprob.features.message import message
from winprob.features.playbook_part import ForecastCategories
from winprob.features.timeline import Floats, Integers

CLOSED, COMMIT, BEST_CASE, PIPELINE, OMITTED = "closed", "commit", "best_case", "pipeline", "omitted"
OPEN = (COMMIT, BEST_CASE, PIPELINE, OMITTED)
"""Categories of open deals, the surest first."""
NAMES = {
    CLOSED: message("closed"),
    COMMIT: message("commit"),
    BEST_CASE: message("best case"),
    PIPELINE: message("pipeline"),
    OMITTED: message("omitted"),
}


def category(chance: Floats, thresholds: ForecastCategories) -> Integers:
    """Sort open deals by their chance to be won in a period.

    Parameters
    ----------
    chance : numpy.ndarray of float64, shape (n,)
        From 0 to 1.
    thresholds : ForecastCategories
        Of the playbook.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Positions in `OPEN`.

    Examples
    --------
    >>> [OPEN[number] for number in category(np.array([0.7, 0.6, 0.1, 0.0]), ForecastCategories())]
    ['commit', 'commit', 'pipeline', 'omitted']
    """
    lowest = np.array([thresholds.commit, thresholds.best_case, thresholds.pipeline])
    return np.asarray((chance[:, np.newaxis] < lowest).sum(axis=1), dtype=np.int64)
