"""Scores as a table: one row per open opportunity, for a file or a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from winprob.features.families.amount import AmountView
from winprob.features.history import History
from winprob.features.instant import TIME, Instant, microseconds
from winprob.features.mistake import Mistake
from winprob.features.notice import Notice
from winprob.features.open_pipeline import in_parts, open_pipeline
from winprob.features.playbook import Playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import Scores, score, unrecorded_features, unrecorded_notices
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


PART = 20_000
"""Opportunities that are scored at a time: of more, the arrays would take much memory, and no less time."""


@dataclass(frozen=True)
class ScoreRequest:
    """What a score table is to say.

    Attributes
    ----------
    at : pandas.Timestamp
        The moment, in UTC.
    model_version : str
        What the column ``model_version`` says.
    explain : bool
        Whether to add the base and each feature's contribution, in log-odds: along a row they add up to the
        log-odds of ``probability``. Features that are not recorded have none of their own: what all of a
        family add is in ``why.<family>.not_recorded``.
    by : tuple of datetime.date
        Dates for which ``probability_by_<date>`` is added: the chance that it is won by the end of that
        day in the company's time zone. Where the playbook states rules with a horizon, ``rule_by_<date>``
        stands behind it: how likely they say it is, at least.
    """

    at: pd.Timestamp
    model_version: str
    explain: bool = False
    by: tuple[date, ...] = ()


class ScoredPart(NamedTuple):
    """Some rows of a score table.

    Attributes
    ----------
    table : pandas.DataFrame
        As of `score_table`.
    unrecorded : frozenset of str
        Features that the model learned from, but of which nothing is recorded in any of these rows.
    """

    table: pd.DataFrame
    unrecorded: frozenset[str]


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
    explain : bool
    by : sequence of datetime.date
        As of `ScoreRequest`.
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
    request = score_request(bundle, history.moment(as_of), model_version, explain, by)
    return pd.concat(score_tables(bundle, history, request, notify), ignore_index=True)


def score_request(
    bundle: Bundle, at: pd.Timestamp, model_version: str, explain: bool = False, by: Sequence[date] = ()
) -> ScoreRequest:
    """Check what is asked for; parameters and errors are those of `score_table`."""
    return ScoreRequest(at, model_version, explain, tuple(_checked(bundle, at, by)))


def score_tables(
    bundle: Bundle,
    history: History,
    request: ScoreRequest,
    notify: Callable[[Notice], object] = lambda _: None,
    size: int = PART,
) -> Iterator[pd.DataFrame]:
    """Score every opportunity open at a moment, some at a time.

    Parameters
    ----------
    bundle : Bundle
    history : History
        Read with the bundle's playbook.
    request : ScoreRequest
        Made by `score_request`.
    notify : callable
        Told at the end what the model learned from but the history does not have.
    size : int
        Rows at a time.

    Yields
    ------
    pandas.DataFrame
        Rows of `score_table`, in their order: the same, however many at a time. One without rows if nothing
        is open.
    """
    gone: frozenset[str] | None = None
    for part in in_parts(open_pipeline(history, request.at), size):
        found = score_part(bundle, part, request)
        gone = found.unrecorded if gone is None else gone & found.unrecorded
        yield found.table
    if gone is None:
        yield no_scores(bundle, request)
    for notice in unrecorded_notices(bundle, gone or ()):
        notify(notice)


def no_scores(bundle: Bundle, request: ScoreRequest) -> pd.DataFrame:
    """The columns of a score table without rows; of contributions it has none."""
    types = {"opportunity_id": "str", "as_of": TIME, "stage": "str", "model_version": "str"}
    columns = [*COLUMNS, *_columns(request.by, bundle.playbook)]
    return pd.DataFrame({name: pd.Series(dtype=types.get(name, "float64")) for name in columns})


def score_part(bundle: Bundle, part: History, request: ScoreRequest) -> ScoredPart:
    """Score every opportunity of a history.

    Parameters
    ----------
    bundle : Bundle
    part : History
        Of opportunities that are open at the moment, with their track records, see
        `winprob.features.open_pipeline.open_pipeline`.
    request : ScoreRequest
        Made by `score_request`.
    """
    at = pd.Series([request.at] * len(part), dtype=TIME)
    opportunity, moment = np.arange(len(part)), microseconds(at)
    scores = score(bundle, part, pd.DataFrame({"opportunity": opportunity, "at": at}))
    position = np.asarray(scores.matrix.columns["stage_position"], np.float64)
    codes = np.array([*bundle.playbook.stage_codes, ""], dtype=object)
    low, high = scores.evaluation.range().T
    table = pd.DataFrame(
        {
            "opportunity_id": part.ids(opportunity),
            "as_of": at,
            "stage": codes[np.nan_to_num(position, nan=-1.0).astype(np.int64)],
            "amount": AmountView(part, opportunity, moment).now,
            "probability": scores.evaluation.probability,
            "rule_probability": scores.rules_by_name["stage"],
            "model_version": request.model_version,
            "probability_low": low,
            "probability_high": high,
            **_won_by(scores, request, bundle.playbook),
        }
    )
    if request.explain:
        table = pd.concat([table, _contributions(bundle, scores)], axis="columns")
    return ScoredPart(table, unrecorded_features(bundle, scores.matrix))


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


def _won_by(scores: Scores, request: ScoreRequest, playbook: Playbook) -> dict[str, Floats]:
    at, by = request.at, request.by
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
