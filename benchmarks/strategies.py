"""Ways to keep a model in service good: never, always, by the gate, or by the gate after an alarm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from winprob.features.history import History
from winprob.training.fit import Trained
from winprob.training.track.comparison import RegisteredVersion
from winprob.training.track.promotion import decide
from winprob.training.watch.watch import watch


@dataclass(frozen=True)
class Strategy:
    """When a model is trained anew, and whether it has to pass the gate.

    Attributes
    ----------
    name : str
    retrains : {"never", "monthly", "on alarm"}
    gated : bool
        Whether `winprob.training.track.promotion.decide` decides; a new model is served in any case if not.
    """

    name: str
    retrains: Literal["never", "monthly", "on alarm"]
    gated: bool = True


STRATEGIES = (
    Strategy("never retrained", "never"),
    Strategy("every month, no gate", "monthly", gated=False),
    Strategy("every month, gate", "monthly"),
    Strategy("on an alarm, gate", "on alarm"),
)


@dataclass(frozen=True)
class Month:
    """What a strategy did at the beginning of a month.

    Attributes
    ----------
    serves : Trained
        What answers from then on.
    alarms : tuple of str
        Codes of what the watch of the model before it saw.
    promoted : bool
        Whether another model took its place.
    """

    serves: Trained
    alarms: tuple[str, ...] = ()
    promoted: bool = False


def pass_month(
    strategy: Strategy, serves: Trained, challenger: Callable[[], Trained], history: History
) -> Month:
    """Watch the model in service, and put the challenger in its place if the strategy says so.

    Parameters
    ----------
    strategy : Strategy
    serves : Trained
        The model in service.
    challenger : callable
        Trains a model today, as every strategy would; called if one is asked for.
    history : History
        What is known today.
    """
    alarms = tuple(alarm.code for alarm in watch(serves.bundle, history).alarms)
    asked = strategy.retrains == "monthly" or (strategy.retrains == "on alarm" and bool(alarms))
    if not asked:
        return Month(serves, alarms)
    trained, champion = (
        challenger(),
        RegisteredVersion("in service", serves.bundle, "", serves.evaluation.rows),
    )
    promoted = not strategy.gated or decide(trained, champion).promoted
    return Month(trained if promoted else serves, alarms, promoted)
