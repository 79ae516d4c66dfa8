"""The wire model of deals to look at."""

from __future__ import annotations

import datetime

from winprob.features.playbook import Language
from winprob.models.attention.deals import Attention
from winprob.models.attention.table import findings_table
from winprob.serving.forecast.records import records
from winprob.serving.scores.answer import ModelName
from winprob.serving.wire.part import Part, Probability


class FindingAnswer(Part):
    """Why to look at a deal.

    Attributes
    ----------
    rank : int
        From 1 within the currency, the most money at stake first.
    opportunity_id : str
    code, name : str
        The kind of finding: a code that stays, and what people call it.
    currency : str
        Empty where none is recorded.
    at_stake, amount : float, optional
        Money at stake and the deal's amount; null where no amount is recorded.
    probability : float
        The chance that it is won in the end.
    deal_class : {"A", "B", "C", "D"}
        By when it closes and by its risk: A is soon at low risk, B soon at higher risk, C later at low risk.
    stake : str
        What the money at stake stands for.
    evidence, change : str
        What is the case, and what would change it.
    levers : list of str
        Codes of the actions that would, as in the levers of a score; empty if no single one would.
    """

    rank: int
    opportunity_id: str
    code: str
    name: str
    currency: str
    at_stake: float | None
    stake: str
    amount: float | None
    probability: Probability
    deal_class: str
    evidence: str
    change: str
    levers: list[str]


class NotJudged(Part):
    """A kind of finding that cannot be judged for any deal: that is no sign that all is well.

    Attributes
    ----------
    code, name : str
        The kind of finding.
    reason : str
        What is not recorded.
    """

    code: str
    name: str
    reason: str


class FindingsAnswer(Part):
    """The deals to look at.

    Attributes
    ----------
    as_of : datetime
        In UTC.
    language : str
        Of names and sentences.
    deals, without_amount : int
        How many deals have findings, and how many of these have no amount.
    findings : list of FindingAnswer
        By currency, the most money at stake first, those without an amount last.
    left_out : int
        How many more findings there are.
    not_judged : list of NotJudged
        What could not be looked for.
    model : ModelName
        Which model answered.
    """

    as_of: datetime.datetime
    language: Language
    deals: int
    without_amount: int
    findings: list[FindingAnswer]
    left_out: int
    not_judged: list[NotJudged]
    model: ModelName


def findings_answer(attention: Attention, limit: int, language: Language, model: ModelName) -> FindingsAnswer:
    """Write the answer.

    Parameters
    ----------
    attention : Attention
    limit : int
        How many findings of each currency.
    language : str
    model : ModelName
        Which model made it.
    """
    words = {f"{name}_{language}": name for name in ("name", "stake", "evidence", "change")}
    table = findings_table(attention).rename(columns=words)[[*FindingAnswer.model_fields][:-1]]
    table["levers"] = [list(finding.levers) for finding in attention.findings]
    shown = table[table["rank"] <= limit]
    return FindingsAnswer(
        as_of=attention.pipeline.at,
        language=language,
        deals=attention.deals,
        without_amount=attention.without_amount,
        findings=[FindingAnswer.model_validate(row) for row in records(shown)],
        left_out=len(table) - len(shown),
        not_judged=[
            NotJudged(
                code=kind.code, name=kind.name.in_language(language), reason=kind.reason.in_language(language)
            )
            for kind in attention.not_applicable
        ],
        model=model,
    )
