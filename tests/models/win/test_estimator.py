from __future__ import annotations

from winprob.models.win.parameters import GROUPS, Hyperparameters, Priors
from winprob.models.win.win_model import WinModel


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
