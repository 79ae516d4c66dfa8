"""Scores as a table: one row per open opportunity, for a file or a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from winprob.features.build import open_snapshots
from winprob.features.families.amount import AmountView
from winprob.features.families.stage import StageView
from winprob.features.history import History
from winprob.features.instant import Instant, microseconds
from winprob.features.mistake import Mistake
from winprob.features.notice import Notice
from winprob.features.playbook import Playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import Scores, score, unrecorded
from winprob.models.closing.deadlines import days_through
from winprob.models.measure.outcomes import Floats
from winprob.models.measure.rules import rule_within

COLUMNS = (
    "opportunity_id",
    "as_of",
    "stage",
    "amount",
    "probability",
    "rule_probability",
    "model_version",
    "probability_low",
    "probability_high",
)
"""The columns of every score table; with the explanation, ``why.base`` and ``why.<feature>`` follow."""


def score_table(
    bundle: Bundle,
    history: History,
    as_of: Instant | None,
    model_version: str,
    explain: bool = False,
    by: Sequence[date] = (),
    notify: Callable[[Notice], object] = lambda _: None,
) -> pd.DataFrame:
    """Score every opportunity open at a moment.

    Parameters
    ----------
    bundle : Bundle
    history : History
        Read with the bundle's playbook.
    as_of : str, datetime or pandas.Timestamp, optional
        The moment, of the company's time zone if it says none; the time of the last event if left out.
    model_version : str
        What the column ``model_version`` says.
    explain : bool
        Whether to add the base and each feature's contribution, in log-odds: along a row they add up to the
        log-odds of ``probability``. Features that are not recorded have none of their own: what all of a
        family add is in ``why.<family>.not_recorded``.
    by : sequence of datetime.date
        Dates for which ``probability_by_<date>`` is added: the chance that it is won by the end of that
        day in the company's time zone. Where the playbook states rules with a horizon, ``rule_by_<date>``
        stands behind it: how likely they say it is, at least.
    notify : callable
        Told what the model learned from but the history does not have.

    Returns
    -------
    pandas.DataFrame, shape (n_open, k)
        The columns of `COLUMNS`, those of `by`, and with `explain` the base and contributions. ``stage`` is
        the code of the stage then, ``amount`` is in the opportunity's currency, ``rule_probability`` is the
        playbook's percentage for the stage, ``probability_low`` and ``probability_high`` are the 80 % range
        of the probability.

    Raises
    ------
    winprob.features.mistake.Mistake
        If a date in `by` lies before the moment, or the bundle does not know when opportunities close.

    Examples
    --------
    ``score_table(Bundle.load("bundle/"), read("history/", bundle.playbook), "2026-03-31", "3")``
    """
    at = history.moment(as_of)
    dates = _checked(bundle, at, by)
    snapshots = open_snapshots(history, at)
    opportunity, moment = snapshots["opportunity"].to_numpy(np.int64), microseconds(snapshots["at"])
    position = StageView(history, opportunity, moment).position
    codes = np.array([*bundle.playbook.stage_codes, ""], dtype=object)
    table = pd.DataFrame(
        {
            "opportunity_id": history.opportunities["opportunity_id"].take(opportunity).to_numpy(),
            "as_of": snapshots["at"],
            "stage": codes[np.where(position >= 0, position, -1).astype(np.int64)],
            "amount": AmountView(history, opportunity, moment).now,
        }
    )
    if snapshots.empty:
        return table.reindex(columns=[*COLUMNS, *_columns(dates, bundle.playbook)])
    scores = score(bundle, history, snapshots)
    for notice in unrecorded(bundle, scores.features):
        notify(notice)
    table["probability"] = scores.probability.to_numpy()
    table["rule_probability"] = scores.rules["stage"].to_numpy()
    table["model_version"] = model_version
    table["probability_low"], table["probability_high"] = scores.ranges.to_numpy().T
    table = table.assign(**_won_by(scores, at, dates, bundle.playbook))
    if not explain:
        return table
    return pd.concat([table, _contributions(bundle, scores)], axis="columns")


def _contributions(bundle: Bundle, scores: Scores) -> pd.DataFrame:
    """The base and the contribution of each recorded feature, in log-odds; the others pooled by family."""
    families = {feature.name: feature.family for feature in bundle.features}
    contributions = scores.explanation.pooled(scores.features, families).contributions
    recorded = scores.features.notna().reindex(columns=contributions.columns, fill_value=True)
    why = contributions.where(recorded).add_prefix("why.").reset_index(drop=True)
    why.insert(0, "why.base", scores.explanation.base)
    return why


def _checked(bundle: Bundle, at: pd.Timestamp, by: Sequence[date]) -> Sequence[date]:
    """The dates, each once, if the model can tell of them."""
    if by and bundle.closing_times is None:
        raise Mistake(
            "by: expected a model that knows when opportunities close, found one that learned from a table "
            "without dates or before anything had closed; leave the dates out, or train on a dated history"
        )
    today = bundle.playbook.calendar.day(at)
    for day in by:
        if day < today:
            raise Mistake(f"by: expected dates not before {today}, found {day}; ask for later ones")
    return list(dict.fromkeys(by))


def _columns(by: Sequence[date], playbook: Playbook) -> list[str]:
    """Columns for dates, in the order asked for."""
    said = ("probability", "rule") if any(stage.within for stage in playbook.stages) else ("probability",)
    return [f"{what}_by_{day}" for day in by for what in said]


def _won_by(scores: Scores, at: pd.Timestamp, by: Sequence[date], playbook: Playbook) -> dict[str, Floats]:
    if not by or scores.outlook is None:
        return {}
    days = np.array([days_through(day, at, playbook.calendar) for day in by])
    wins, _ = scores.outlook.shares_within(days)
    position = scores.features["stage_position"].to_numpy(np.float64, na_value=np.nan)
    rule = rule_within(playbook, position, days)
    said = scores.probability.to_numpy()[:, np.newaxis] * wins
    found = {f"probability_by_{day}": said[:, place] for place, day in enumerate(by)}
    found |= {f"rule_by_{day}": rule[:, place] for place, day in enumerate(by)}
    return {name: found[name] for name in _columns(by, playbook)}
