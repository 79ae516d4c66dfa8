"""Deals to look at: the findings of every kind, ranked by the money at stake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.message import message
from winprob.models.attention.ahead_of_buyer import AheadOfBuyer
from winprob.models.attention.class_fall import ClassFall
from winprob.models.attention.classes import Classes
from winprob.models.attention.decision_maker import DecisionMaker
from winprob.models.attention.finding import Finding, NotApplicable
from winprob.models.attention.inflated import Inflated
from winprob.models.attention.kind import Kind
from winprob.models.attention.slipping import Slipping
from winprob.models.attention.snapshot import Snapshot
from winprob.models.attention.stale import Stale
from winprob.models.attention.sudden_drop import SuddenDrop
from winprob.models.attention.veto import Veto
from winprob.models.forecast.pipeline import Pipeline

KINDS: tuple[type[Kind], ...] = (
    Slipping,
    Stale,
    DecisionMaker,
    AheadOfBuyer,
    Veto,
    SuddenDrop,
    ClassFall,
    Inflated,
)
"""All kinds of findings, in the order of their codes."""
NOTHING_OPEN = message("No deal is open")


@dataclass(frozen=True, eq=False)
class Attention:
    """What a manager should look at as of a moment.

    Attributes
    ----------
    pipeline : Pipeline
        The deals that were looked at.
    findings : tuple of Finding
        By currency, in each the most money at stake first and those without an amount last: currencies are
        not compared.
    not_applicable : tuple of NotApplicable
        Kinds that cannot be judged for any deal, which does not mean that all is well.
    classes : pandas.DataFrame
        The A-D class of every open deal, see `winprob.models.attention.classes.Classes`.
    """

    pipeline: Pipeline
    findings: tuple[Finding, ...]
    not_applicable: tuple[NotApplicable, ...]
    classes: pd.DataFrame

    @property
    def deals(self) -> int:
        """How many deals have findings."""
        return len({finding.deal for finding in self.findings})

    @property
    def without_amount(self) -> int:
        """How many of these have no amount recorded."""
        return len({finding.deal for finding in self.findings if np.isnan(finding.at_stake)})


def deals_to_look_at(
    pipeline: Pipeline, pipeline_at: Callable[[pd.Timestamp], Pipeline] | None = None
) -> Attention:
    """Find the deals that a manager should look at.

    Parameters
    ----------
    pipeline : Pipeline
        What is open now; it is compared with what its history knew a week and four weeks earlier.
    pipeline_at : callable, optional
        Gives the pipeline of an earlier moment, by the same model, where some are kept.

    Examples
    --------
    ``for finding in deals_to_look_at(pipeline(bundle, history)).findings[:10]: print(finding.evidence.en)``
    """
    snapshot = Snapshot(pipeline, pipeline_at)
    kinds = [kind(snapshot) for kind in KINDS]
    if not len(snapshot):
        unjudged = tuple(NotApplicable(kind.code, kind.name, NOTHING_OPEN) for kind in kinds)
        return Attention(pipeline, (), unjudged, Classes(snapshot).table())
    return Attention(
        pipeline,
        _ranked(finding for kind in kinds for finding in kind.findings()),
        tuple(why for kind in kinds if (why := kind.not_applicable)),
        Classes(snapshot).table(),
    )


def _ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put the most money first within each currency; what is alike in the order of names and codes."""

    def place(finding: Finding) -> tuple[str, bool, float, str, str]:
        unknown = bool(np.isnan(finding.at_stake))
        money = 0.0 if unknown else -finding.at_stake
        return finding.currency, unknown, money, finding.opportunity_id, finding.code

    return tuple(sorted(findings, key=place))
