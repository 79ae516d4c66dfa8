"""Win probabilities for sales opportunities: one way in for each job, each imported when it is first used.

>>> import winprob as wp
>>> simulated = wp.simulate(opportunities=300, years=2)
>>> history = wp.History.of(wp.load_playbook(), simulated.tables)  # or wp.read("history/")
>>> trained = wp.train(history)
>>> forecast = wp.Forecaster(trained.bundle).predict(history)
>>> "expected" in forecast.table
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winprob.features.build import build as matrix
    from winprob.features.company_features import with_features
    from winprob.features.history import History
    from winprob.features.playbook import load_playbook
    from winprob.features.reading import read
    from winprob.forecaster import Forecaster
    from winprob.loading import load
    from winprob.models.win.win_model import WinModel
    from winprob.training.backtest.run import backtest
    from winprob.training.fit import train
    from winprob.training.frame import frame
    from winprob.training.search import search
    from winprob.training.simulation.run import simulate

__all__ = [
    "Forecaster",
    "History",
    "WinModel",
    "backtest",
    "frame",
    "load",
    "load_playbook",
    "matrix",
    "read",
    "search",
    "simulate",
    "train",
    "with_features",
]

_PLACES = {
    "Forecaster": "winprob.forecaster",
    "History": "winprob.features.history",
    "WinModel": "winprob.models.win.win_model",
    "backtest": "winprob.training.backtest.run",
    "frame": "winprob.training.frame",
    "load": "winprob.loading",
    "load_playbook": "winprob.features.playbook",
    "matrix": "winprob.features.build",
    "read": "winprob.features.reading",
    "search": "winprob.training.search",
    "simulate": "winprob.training.simulation.run",
    "train": "winprob.training.fit",
    "with_features": "winprob.features.company_features",
}
_OTHER_NAMES = {"matrix": "build"}
"""What is called otherwise where it lives."""


def __getattr__(name: str) -> Any:
    """Import what is asked for: the command line needs neither LightGBM nor scikit-learn to say its help."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(_PLACES[name])
    except ModuleNotFoundError as error:
        if not str(error.name).startswith(f"{__name__}."):
            raise
        raise ModuleNotFoundError(
            f"winprob.{name}: expected the whole of winprob, found the part of it that travels with a "
            f"registered model ({__file__}); import winprob before you load the model, or install it",
            name=error.name,
        ) from error
    return getattr(module, _OTHER_NAMES.get(name, name))


def __dir__() -> list[str]:
    """Name all that there is."""
    return sorted(__all__)
