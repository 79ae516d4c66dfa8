"""Watch a model: all that is looked at, and what of it is an alarm."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from winprob.features.company_features import in_terms_of
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.training.progress import Progress, silent
from winprob.training.watch.coverage import Coverage, coverage_since
from winprob.training.watch.drift import Drift, drift_since
from winprob.training.watch.outcomes import Outcomes, outcomes_since
from winprob.training.weekly.known_history import known_history
from winprob.training.weekly.leave_out import OWN

ALPHA = 0.05
"""Chance that a model whose claims are true ever causes an alarm by its outcomes; the same for its
ranges."""


@dataclass(frozen=True)
class Alarm:
    """Something to act on.

    Attributes
    ----------
    code : {"calibration", "coverage", "drift", "missing"}
    sentence : str
        What is the case, in numbers.
    """

    code: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Watch:
    """What was seen of a model since it learned.

    Attributes
    ----------
    since, until : pandas.Timestamp
        When the data that it learned from end, and when the history does, UTC.
    drift : Drift
    outcomes : Outcomes
    coverage : Coverage
    alpha : float
        See `ALPHA`.
    """

    since: pd.Timestamp
    until: pd.Timestamp
    drift: Drift
    outcomes: Outcomes
    coverage: Coverage
    alpha: float = ALPHA

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """What is to be acted on; none if all is well, or nothing can be said yet."""
        found = [
            self._calibration() if self.outcomes.evidence >= 1 / self.alpha else None,
            self._coverage() if self.coverage.evidence >= 1 / self.alpha else None,
            self._drift(),
            self._missing(),
        ]
        return tuple(alarm for alarm in found if alarm is not None)

    def _calibration(self) -> Alarm:
        seen = self.outcomes
        return Alarm(
            "calibration",
            f"Of {len(seen):,} opportunities that closed since {self.since:%Y-%m-%d}, {seen.won:,} were won "
            f"where the model expected {seen.expected_won:.1f}; the evidence against its probabilities is "
            f"{seen.evidence:.3g}, and {1 / self.alpha:g} is an alarm.",
        )

    def _coverage(self) -> Alarm:
        seen = self.coverage
        return Alarm(
            "coverage",
            f"The 80 % ranges of forecasts held what was won in {seen.held} of {len(seen)} quarters and "
            f"currencies; the evidence against them is {seen.evidence:.3g}, and {1 / self.alpha:g} is an "
            "alarm.",
        )

    def _drift(self) -> Alarm | None:
        drifted = [shift for shift in self.drift.shifts if shift.drifted and not shift.stopped]
        if not drifted:
            return None
        named = ", ".join(f"{shift.feature} ({shift.stability:.2f})" for shift in drifted)
        return Alarm(
            "drift",
            f"The {self.drift.opened:,} opportunities open now differ from those that the model learned from "
            f"by more than a year changed then, in: {named}.",
        )

    def _missing(self) -> Alarm | None:
        stopped = [shift for shift in self.drift.shifts if shift.stopped]
        told = [self.drift.unrecorded] if self.drift.unrecorded else []
        if stopped:
            named = ", ".join(f"{shift.feature} (then {shift.recorded_then:.0%})" for shift in stopped)
            told.append(f"nothing is recorded any more of {named}")
        if not told:
            return None
        sentence = "; ".join(told)
        return Alarm("missing", f"{sentence[0].upper()}{sentence[1:]}; export the tables and columns again.")


def watch(bundle: Bundle, history: History, alpha: float = ALPHA, progress: Progress = silent) -> Watch:
    """Look at a model in service: drift, its claims beside what happened, and its forecasts' ranges.

    Parameters
    ----------
    bundle : Bundle
        Such as the champion.
    history : History
        All that is known now, read with the bundle's playbook.
    alpha : float
        See `ALPHA`.
    progress : callable
        Told before each step.

    Raises
    ------
    winprob.features.mistake.Mistake
        If the model learned from a table without dates, or the history ends before the data of the model do.

    Examples
    --------
    ``watch(wp.load(), wp.read("history")).alarms``
    """
    since = bundle.manifest.data.as_of
    if since is None:
        raise Mistake(
            "model: expected one that learned from a dated history, found one of a flat table; there is "
            "nothing to compare with: train on a history"
        )
    history = in_terms_of(bundle.playbook, history)
    leaks = bundle.manifest.leaks
    there = {*OWN, *(attribute.name for attribute in history.attributes)}
    left_out = [name for name in leaks.left_out if name in there] if leaks else []
    known, since = known_history(history, leave_out=left_out), pd.Timestamp(since).tz_convert("UTC")
    if known.last_event < since:
        raise Mistake(
            f"history: expected one that goes on after {since:%Y-%m-%d}, when the model had learned, found "
            f"that it ends on {known.last_event:%Y-%m-%d}; export it anew"
        )
    progress("drift", 0, 3)
    drift = drift_since(bundle, known, since)
    progress("outcomes", 1, 3)
    outcomes = outcomes_since(bundle, known, since)
    progress("forecasts", 2, 3)
    return Watch(since, known.last_event, drift, outcomes, coverage_since(bundle, known, since), alpha)
