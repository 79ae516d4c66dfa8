"""Parameters come from the playbook, then from whoever trains; what is wrong with them is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB
from small import GRADES

from winprob.models.own_estimator.own_estimator import OwnEstimator
from winprob.models.win.parameters import Priors
from winprob.models.win.win_model import WinModel
from winprob.training.learn.recipe import (
    PARAMETERS,
    InvalidParameters,
    configured,
    model_parameters,
    untrained,
)


def test_every_number_of_the_model_can_be_stated() -> None:
    of_model = {name.replace("__", ".") for name in model_parameters(WinModel())} - {"start"}
    assert set(PARAMETERS) == of_model
    for name in PARAMETERS:
        value = 3 if name in ("trees", "leaves", "seed") else 0.6
        assert configured(GRADES, {name: value}).get_params()[name.replace(".", "__")] == value


@pytest.mark.parametrize(
    "stated",
    [{"priors.coefficient": 0.3}, {"priors__coefficient": "0.3"}, {"priors": {"coefficient": 0.3}}],
)
def test_a_number_of_a_group_has_three_spellings(stated: Mapping[str, Any]) -> None:
    model = configured(GRADES, stated)
    assert model.priors == Priors(coefficient=0.3)
    assert configured(GRADES.model_copy(update={"model": stated})).priors == model.priors


def test_who_trains_has_the_last_word() -> None:
    playbook = GRADES.model_copy(update={"model": {"trees": 300, "leaves": 8}})
    model = configured(playbook, {"trees": 60})
    assert (model.trees, model.leaves, model.ridge) == (60, 8, WinModel().ridge)
    assert untrained(playbook, ()).trees == 300
    assert untrained(playbook, (), seed=7, model=WinModel(trees=5)).get_params(deep=False).items() >= {
        ("trees", 5),
        ("leaves", WinModel().leaves),
        ("seed", 7),
    }


def test_what_is_said_of_columns_is_kept_where_it_is_said() -> None:
    model = WinModel({"competitors": 1}, start="competition_rule")
    recipe = untrained(GRADES, (), model=model)
    assert (recipe.directions, recipe.start) == ({"competitors": 1}, "competition_rule")
    assert recipe.families["competitors"] == "competition"  # type: ignore[index]
    assert model.families is None


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidParameters) as refused:
        configured(GRADES, {"tres": 3, "priors.coefficient": -1, "trees": "many", "priors": 5, "trees.x": 1})
    shown = str(refused.value).splitlines()
    assert shown[0] == "[model] and --set cannot be used as a set of parameters:"
    assert "  priors.coefficient: expected greater than 0, found -1; correct the value" in shown
    assert "(did you mean 'trees'?), found an unknown name; correct it" in shown[1]
    assert [line.split(":")[0].strip() for line in shown[1:]] == [
        "tres", "priors", "trees.x", "trees", "priors.coefficient",
    ]  # fmt: skip


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=5), max_size=4))
def test_anything_else_is_refused_with_its_name(stated: dict[str, Any]) -> None:
    if set(stated) - set(PARAMETERS):
        with pytest.raises(InvalidParameters):
            configured(GRADES, stated)


def test_another_classifier_is_wrapped_and_answers_what_is_stated_at_first() -> None:
    model = untrained(GRADES, (), seed=3, model=GaussianNB(), explain="none")
    assert isinstance(model, OwnEstimator)
    assert (model.contributions, model.start, model.seed) == ("none", "stage_percentage", 3)
    assert model_parameters(model).items() >= {"estimator": "GaussianNB", "resamples": 5}.items()
