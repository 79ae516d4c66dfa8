from __future__ import annotations

import pytest
from pydantic import ValidationError

from models.win.parameters import GROUPS, Hyperparameters, Priors
from models.win.win_model import WinModel


def test_every_number_of_a_group_is_a_parameter_with_its_default() -> None:
    parameters = WinModel().get_params()
    for group, numbers in GROUPS.items():
        for name, value in numbers:
            assert parameters[f"{group}__{name}"] == value
    assert not any("__" in name for name in WinModel().get_params(deep=False))


def test_setting_one_number_leaves_the_others_of_its_group() -> None:
    model = WinModel(priors=Priors(intercept=2.0)).set_params(priors__coefficient=0.1)
    assert model.checked_parameters().priors == Priors(intercept=2.0, coefficient=0.1)


def test_what_is_left_out_is_the_default() -> None:
    checked = WinModel(trees=7).checked_parameters()
    assert isinstance(checked, Hyperparameters)
    assert (checked.trees, checked.priors, checked.shrinkage) == (7, GROUPS["priors"], GROUPS["shrinkage"])


@pytest.mark.parametrize("numbers", GROUPS.values(), ids=list(GROUPS))
def test_groups_cannot_be_changed_and_know_their_numbers(numbers: Priors) -> None:
    first = next(name for name, _ in numbers)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(numbers, first, 0.5)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        type(numbers).model_validate({"no_such_number": 1.0})
    with pytest.raises(ValidationError, match=first):
        type(numbers).model_validate({first: -1.0})
