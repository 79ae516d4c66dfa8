"""Models that come after the trained one: another that is as good, and some that must not be served."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
from bundles import trained_bundle

from winprob.models.bundle.bundle import Bundle
from winprob.models.win.explanation import Explanation


@cache
def successor() -> Bundle:
    """The trained bundle, calibrated otherwise: each of its probabilities is another."""
    bundle = trained_bundle()
    model = deepcopy(bundle.model)
    log_odds = np.linspace(-2, 2, 400)
    model.calibrate(log_odds, np.arange(400) % 4 == 0)
    made = bundle.manifest.created_at + timedelta(days=1)
    return replace(bundle, model=model, manifest=bundle.manifest.model_copy(update={"created_at": made}))


def out_of_range() -> Bundle:
    """A bundle that loads and scores, but so far beyond all numbers of use that its parts do not add up."""
    bundle = successor()
    model = deepcopy(bundle.model)
    model.calibration_ = model.calibration_.model_copy(update={"slope": 1e306})
    return replace(bundle, model=model)


def explained_by(change: Callable[[Explanation], Explanation]) -> Bundle:
    """The successor, with other explanations than its own; only in memory."""
    bundle = successor()
    model = deepcopy(bundle.model)
    usual = model.explain

    def explain(X: Any) -> Explanation:
        return change(usual(X))

    model.explain = explain  # type: ignore[method-assign]
    return replace(bundle, model=model)
