from __future__ import annotations

from dataclasses import replace

import pytest
from bundles import simulated_history
from feature_modules import MODULE, computing

from winprob.features.feature_module import FeatureModule
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.training.leaks.peeking import refuse_peeking


def history_with(module: FeatureModule) -> History:
    history = simulated_history()
    return replace(history, playbook=history.playbook.with_features((module,)))


def test_features_that_look_at_the_past_only_are_taken() -> None:
    refuse_peeking(history_with(MODULE))
    refuse_peeking(simulated_history())


def test_a_feature_that_knows_the_outcome_is_refused() -> None:
    outcome = 'return (view.history.opportunities["outcome"] == "won").to_numpy()[view.opportunity]'
    with pytest.raises(Mistake) as refused:
        refuse_peeking(history_with(computing(outcome)))
    said = str(refused.value)
    assert said.startswith("feature odd, opportunity ")
    assert "expected 0.0 as from what was recorded by then, found 1.0 from all that is recorded" in said
    assert said.endswith("; look at the moment only")


def test_a_feature_that_looks_at_other_opportunities_is_refused() -> None:
    count = "return np.full(len(view.moment), float(len(view.history)) > 1)"
    with pytest.raises(Mistake, match=r"expected 0\.0 as from its document alone, found 1\.0 from"):
        refuse_peeking(history_with(computing(count)))
