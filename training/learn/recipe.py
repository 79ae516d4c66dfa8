"""The recipe of every win model that is trained here: where it starts and what it is told of the features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from winprob.features.attribute import Attribute
from winprob.features.build import catalogue
from winprob.features.nearest import nearest
from winprob.features.playbook import Playbook
from winprob.features.problem import InvalidSettings, Problem, problems_of
from winprob.models.own_estimator.own_estimator import Contributions, OwnEstimator
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.models.win.parameters import GROUPS, Growth, Hyperparameters
from winprob.models.win.win_model import WinModel

OF_COLUMNS = ("directions", "start", "families", "relative_to")
"""Parameters of a win model that the catalogue of features answers."""
PARAMETERS = (
    *(name for name in Growth.model_fields if name not in OF_COLUMNS),
    *(f"{group}.{name}" for group, defaults in GROUPS.items() for name in type(defaults).model_fields),
)
"""Parameters that a playbook and a user may state, such as ``trees`` and ``priors.coefficient``."""


class InvalidParameters(InvalidSettings):
    """Parameters that no win model can have, with everything that is wrong with them."""

    what = "set of parameters"


def configured(playbook: Playbook, parameters: Mapping[str, Any] | None = None) -> WinModel:
    """Make a model with the parameters that a playbook's ``[model]`` states, and others on top.

    Parameters
    ----------
    playbook : Playbook
    parameters : mapping of str to value, optional
        By names such as ``trees``, ``priors.coefficient`` or ``priors__coefficient``; a mapping under
        ``priors`` will do as well.

    Raises
    ------
    InvalidParameters
        If there is no such parameter, or it cannot have such a value; names all that are wrong.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> configured(load_playbook(), {"trees": 300, "priors.coefficient": 0.3}).priors.coefficient
    0.3
    """
    values = {**_flat(playbook.model), **_flat(parameters or {})}
    problems = [
        Problem(
            name,
            f"one of {', '.join(PARAMETERS)}{nearest(name, PARAMETERS)}",
            "an unknown name",
            "correct it",
        )
        for name in values
        if name not in PARAMETERS
    ]
    stated: dict[str, Any] = {name: dict(defaults) for name, defaults in GROUPS.items()}
    for name in values.keys() & set(PARAMETERS):
        group, _, key = name.rpartition(".")
        (stated[group] if group else stated)[key] = values[name]
    try:
        checked = Hyperparameters.model_validate(WinModel().get_params(deep=False) | stated)
    except ValidationError as error:
        problems += problems_of(error, Hyperparameters)
    if problems:
        raise InvalidParameters("[model] and --set", problems)
    return WinModel(**dict(checked))


def _flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Name each number of a group by the group's name and its own, with a point between them."""
    flat: dict[str, Any] = {}
    for name, value in parameters.items():
        inner = _flat(value) if isinstance(value, Mapping) else {"": value}
        flat |= {f"{name}.{key}".rstrip(".").replace("__", "."): number for key, number in inner.items()}
    return flat


def untrained(
    playbook: Playbook,
    attributes: tuple[Attribute, ...],
    seed: int | None = None,
    model: ClassifierMixin | None = None,
    explain: Contributions = "shap",
) -> CalibratedClassifier:
    """Make a model that starts from the stages' fixed percentages and knows nothing else yet.

    Parameters
    ----------
    playbook : Playbook
    attributes : tuple of Attribute
    seed : int, optional
        Of all draws; the model's own if left out.
    model : classifier, optional
        A win model, whose parameters it has; what they do not say of columns is the catalogue's. Or any other
        classifier, see `winprob.models.own_estimator`. If left out, a win model with the parameters of the
        playbook's ``[model]``.
    explain : {"shap", "none"}
        Whether another classifier than a win model must have contributions.

    Returns
    -------
    CalibratedClassifier
        Not fitted.

    Raises
    ------
    InvalidParameters
        If the playbook's ``[model]`` is wrong.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> untrained(load_playbook(), (), seed=0).start
    'stage_percentage'
    >>> untrained(load_playbook(), (), model=WinModel(trees=300)).trees
    300
    """
    given = configured(playbook) if model is None else model
    if not isinstance(given, CalibratedClassifier):
        given = OwnEstimator(given, explain)
    recipe: CalibratedClassifier = clone(given)
    of_columns: dict[str, Any] = {
        "directions": directions(playbook, attributes),
        "start": "stage_percentage",
        "families": {feature.name: feature.family for feature in catalogue(playbook, attributes)},
        "relative_to": relative_to(playbook, attributes),
    }
    parameters = recipe.get_params(deep=False)
    unsaid = [name for name in of_columns if name in parameters and parameters[name] is None]
    recipe.set_params(**{name: of_columns[name] for name in unsaid})
    return recipe if seed is None else recipe.set_params(seed=seed)


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


def model_parameters(model: CalibratedClassifier) -> dict[str, Any]:
    """How a model was made, number by number; what is said of columns is the catalogue's.

    Returns
    -------
    dict of str to value

    Examples
    --------
    >>> model_parameters(WinModel(trees=50))["trees"]
    50
    """
    not_numbers = {*OF_COLUMNS, *GROUPS} - {"start"}
    return {
        name: type(value).__name__ if isinstance(value, BaseEstimator) else value
        for name, value in model.get_params().items()
        if name not in not_numbers
    }
