"""A model's answers: the win probability, and how much of it falls within some days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trainings import trained_model

from winprob.training.track.answers import HORIZONS, Answers


def test_a_win_within_some_days_is_no_likelier_than_a_win() -> None:
    trained = trained_model()
    found = Answers.by(trained.bundle, trained.features, trained.snapshots["at"])
    assert found.within is not None
    assert found.within.shape == (len(trained.features), len(HORIZONS))
    assert (np.diff(found.within, axis=1) >= 0).all()
    assert (found.within <= found.probability[:, np.newaxis]).all()


def test_they_are_what_the_model_and_its_closing_times_say() -> None:
    trained = trained_model()
    bundle, X, at = trained.bundle, trained.features[:20], trained.snapshots["at"][:20]
    found = Answers.by(bundle, X, at)
    assert found.probability == pytest.approx(bundle.model.predict_proba(X)[:, 1])
    assert bundle.closing_times is not None
    shares, _ = bundle.closing_times.outlook(X, at).shares_within(HORIZONS)
    assert found.within == pytest.approx(found.probability[:, np.newaxis] * shares)


def test_without_closing_times_nothing_is_said_of_dates() -> None:
    trained = trained_model()
    timeless = replace(trained.bundle, closing_times=None)
    assert Answers.by(timeless, trained.features, trained.snapshots["at"]).within is None
