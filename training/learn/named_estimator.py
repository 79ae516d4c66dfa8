"""An estimator by its name: ``lightgbm:LGBMClassifier``, or a function of one's own that makes one."""

from __future__ import annotations

import sys
from ast import literal_eval
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin, is_classifier

from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest


def named_estimator(name: str, parameters: Mapping[str, Any] | None = None) -> ClassifierMixin:
    """Make an estimator.

    Parameters
    ----------
    name : str
        A module, a colon, and a class or function in it that is called without arguments. Modules of the
        current folder count as well.
    parameters : mapping of str to value, optional
        Of the estimator, by its own names; a text is read as a value of Python if it is one.

    Returns
    -------
    classifier
        Not fitted.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such module or name, what it makes is no classifier, or it has no such parameter.

    Examples
    --------
    >>> named_estimator("sklearn.linear_model:LogisticRegression", {"C": "0.1"})
    LogisticRegression(C=0.1)
    """
    module, colon, made_by = name.partition(":")
    if not colon or not module or not made_by:
        raise Mistake(f"--estimator: expected MODULE:NAME such as lightgbm:LGBMClassifier, found {name!r}")
    make = getattr(_imported(module, name), made_by, None)
    if not callable(make):
        raise Mistake(
            f"--estimator {name}: expected a class or function {made_by} in {module}, found none; correct it"
        )
    try:
        estimator = make()
    except Exception as error:
        raise Mistake(
            f"--estimator {name}: expected {made_by}() to make a classifier, found {type(error).__name__}: "
            f"{error}; correct it"
        ) from error
    if not isinstance(estimator, BaseEstimator) or not is_classifier(estimator):
        raise Mistake(
            f"--estimator {name}: expected a classifier of scikit-learn's kind, found a "
            f"{type(estimator).__name__}; derive it from ClassifierMixin and BaseEstimator"
        )
    known = estimator.get_params()
    for key in parameters or {}:
        if key not in known:
            raise Mistake(
                f"{key}: expected a parameter of {made_by}{nearest(key, known)}, found an unknown name; "
                "correct it"
            )
    return estimator.set_params(**{key: _value(text) for key, text in (parameters or {}).items()})


def _imported(module: str, name: str) -> Any:
    """Import a module, of the current folder as well, as servers do that are told an application."""
    sys.path.insert(0, "")
    try:
        return import_module(module)
    except Exception as error:
        raise Mistake(
            f"--estimator {name}: expected a module {module} that can be imported, found "
            f"{type(error).__name__}: {error}; install it, or run this in its folder"
        ) from error
    finally:
        sys.path.remove("")


def _value(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return literal_eval(text)
    except (ValueError, SyntaxError):
        return text
