"""The recipe of every win model that is trained here: where it starts and what it is told of the features."""

from __future__ import annotations

from typing import Any

from winprob.features.build import catalogue
from winprob.features.history import Attribute
from winprob.features.playbook import Playbook
from winprob.models.win.parameters import GROUPS
from winprob.models.win.win_model import WinModel


def untrained(playbook: Playbook, attributes: tuple[Attribute, ...], seed: int) -> WinModel:
    """Make a model that starts from the stages' fixed percentages and knows nothing else yet.

    Parameters
    ----------
    playbook : Playbook
    attributes : tuple of Attribute
    seed : int

    Returns
    -------
    WinModel
        Not fitted.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> untrained(load_playbook(), (), seed=0).start
    'stage_percentage'
    """
    return WinModel(
        directions(playbook, attributes),
        seed=seed,
        start="stage_percentage",
        families={feature.name: feature.family for feature in catalogue(playbook, attributes)},
        relative_to=relative_to(playbook, attributes),
    )


def directions(playbook: Playbook, attributes: tuple[Attribute, ...]) -> dict[str, int]:
    """Directions of the features, as `WinModel` takes them.

    Parameters
    ----------
    playbook : Playbook
    attributes : tuple of Attribute

    Returns
    -------
    dict of str to int

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> directions(load_playbook(), ())["competitors"]
    -1
    """
    return {feature.name: feature.direction for feature in catalogue(playbook, attributes)}


def relative_to(playbook: Playbook, attributes: tuple[Attribute, ...]) -> dict[str, str]:
    """Of features whose values compare only within a category, that category, as `WinModel` takes it.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> relative_to(load_playbook(), ())
    {'log_amount': 'currency'}
    """
    features = catalogue(playbook, attributes)
    return {feature.name: feature.relative_to for feature in features if feature.relative_to}


def model_parameters(model: WinModel) -> dict[str, Any]:
    """How a model was made, number by number; what is said of columns is the catalogue's.

    Returns
    -------
    dict of str to value

    Examples
    --------
    >>> model_parameters(WinModel(trees=50))["trees"]
    50
    """
    not_numbers = {"directions", "families", "relative_to", *GROUPS}
    return {name: value for name, value in model.get_params().items() if name not in not_numbers}
