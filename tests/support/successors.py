"""Models that come after the trained one: another that is as good, and some that must not be served."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
from bundles import trained_bundle

from winprob.models.bundle.bundle import Bundle
from winprob.models.measure.outcomes import Floats, Integers
from winprob.models.win.evaluation import Rows


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


@dataclass(frozen=True)
class _Explained:
    """Rows as a model sees them, with other contributions than its own."""

    rows: Rows
    change: Callable[[Floats], Floats]

    def take(self, rows: Integers) -> _Explained:
        return _Explained(self.rows.take(rows), self.change)

    @property
    def log_odds(self) -> Floats:
        return self.rows.log_odds

    @property
    def standard_error(self) -> Floats:
        return self.rows.standard_error

    @property
    def base(self) -> float:
        return self.rows.base

    @property
    def contributions(self) -> tuple[float, Floats]:
        base, shares = self.rows.contributions
        return base, self.change(shares)


def explained_by(change: Callable[[Floats], Floats]) -> Bundle:
    """The successor, with other contributions than its own; only in memory."""
    bundle = successor()
    model = deepcopy(bundle.model)
    usual = model._rows

    def rows(table: Any) -> Rows:
        return _Explained(usual(table), change)

    model._rows = rows  # type: ignore[method-assign]
    return replace(bundle, model=model)
