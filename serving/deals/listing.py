"""Open deals as a list: what each brings in a period, and what could be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.timeline import Flags
from winprob.models.attention.deals import Attention
from winprob.models.attention.finding import Finding
from winprob.models.coaching.gains import Lever
from winprob.models.forecast.category import OPEN, category
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.period import Period
from winprob.models.forecast.table import promised
from winprob.serving.deals.list_question import ListQuestion

PAGE = 50
"""Deals on a page."""


@dataclass(frozen=True, eq=False)
class Listing:
    """All open deals of a moment, for one period.

    Attributes
    ----------
    period : Period
    forecast : Forecast
        It has the period.
    table : pandas.DataFrame
        One row per open deal, row by row as in ``forecast.pipeline.deals``: ``opportunity_id``, ``title``,
        ``customer``, ``owner``, ``stage`` (code), ``currency``, ``amount``, ``probability``, ``chance`` (to
        be won in the period), ``deal_class``, ``category`` (code), ``expected_close`` (the seller's date),
        ``gain`` (money expected in the period that the best action adds; missing where no action is known),
        and money in the period by the columns of a forecast: ``expected``, ``rule_expected``,
        ``seller_expected`` and each category.
    actions : mapping of int to Lever
        By row, the best action.
    findings : mapping of str to tuple of Finding
        By opportunity_id.
    """

    period: Period
    forecast: Forecast
    table: pd.DataFrame
    actions: Mapping[int, Lever]
    findings: Mapping[str, tuple[Finding, ...]]

    def chosen(self, question: ListQuestion) -> pd.DataFrame:
        """Take the rows that are asked for, in their order: that of the question within each currency.

        Currencies are not compared; the one of most deals comes first.

        Parameters
        ----------
        question : ListQuestion
        """
        rows = self.table[self._matches(question)]
        often = rows["currency"].map(rows["currency"].value_counts())
        return (
            rows.assign(often=often)
            .sort_values(
                ["often", "currency", question.order, "opportunity_id"],
                ascending=[False, True, False, True],
                na_position="last",
                kind="stable",
            )
            .drop(columns="often")
        )

    def _matches(self, question: ListQuestion) -> Flags:
        table = self.table
        which = np.ones(len(table), bool)
        asked = {
            "currency": question.currency,
            "stage": question.stage,
            "deal_class": question.deal_class,
            "category": question.category,
        }
        for name, value in asked.items():
            if value is not None:
                which &= (table[name] == value).to_numpy()
        for name, value in question.columns.items():
            which &= (self.forecast.pipeline.group(name) == value).to_numpy()
        if question.finding is not None:
            having = {
                deal for deal, own in self.findings.items() if question.finding in {each.code for each in own}
            }
            which &= table["opportunity_id"].isin(having).to_numpy()
        if question.of == "seller_expected" or question.of == "rule_expected":
            which &= table["is_promised"].to_numpy()
        if question.q:
            wanted = question.q.casefold()
            texts = (
                table["opportunity_id"]
                + "\n"
                + table["title"]
                + "\n"
                + table["customer"]
                + "\n"
                + table["owner"]
            )
            which &= texts.str.casefold().str.contains(wanted, regex=False).to_numpy()
        return which


def listing(
    forecast: Forecast, period: Period, attention: Attention, actions: Mapping[int, Lever]
) -> Listing:
    """Put the open deals of a forecast into a list.

    Parameters
    ----------
    forecast : Forecast
    period : Period
        One of its periods.
    attention : Attention
        Of the same open deals.
    actions : mapping of int to Lever
        By row, see `winprob.serving.deals.best_actions.best_actions`.
    """
    pipeline = forecast.pipeline
    deals, chance = pipeline.deals, forecast.chances[:, forecast.periods.index(period)]
    amount, final = deals["amount"].fillna(0.0).to_numpy(), deals["final_amount"].to_numpy()
    kind = category(chance, pipeline.bundle.playbook.forecast_categories)
    asked = promised(deals["expected_close"], period, pipeline.at)
    probability = deals["probability"].to_numpy()
    table = deals[["opportunity_id", "stage", "currency", "amount", "probability", "expected_close"]].assign(
        **_names(forecast),
        chance=chance,
        deal_class=attention.classes["deal_class"].to_numpy(),
        category=np.array(OPEN, object)[kind],
        is_promised=asked,
        expected=chance * final,
        rule_expected=amount * asked * deals["rule"].fillna(0.0),
        seller_expected=amount * asked,
        **{name: amount * (kind == number) for number, name in enumerate(OPEN)},
    )
    added = np.full(len(table), np.nan)
    for row, lever in actions.items():
        added[row] = lever.gain
    table["gain"] = (
        final * added * np.divide(chance, probability, out=np.zeros_like(chance), where=probability > 0)
    )
    findings: dict[str, tuple[Finding, ...]] = {}
    for finding in attention.findings:
        findings[finding.opportunity_id] = (*findings.get(finding.opportunity_id, ()), finding)
    return Listing(period, forecast, table, actions, findings)


def _names(forecast: Forecast) -> dict[str, pd.Series]:
    """Title, customer and seller of each deal, as the playbook names their columns."""
    pipeline = forecast.pipeline
    known, identity = pipeline.history.tables[OPPORTUNITIES], pipeline.bundle.playbook.identity
    rows = pipeline.deals["opportunity"].to_numpy(np.int64)

    def texts(*columns: str | None) -> pd.Series:
        found = pd.Series("", index=range(len(rows)), dtype="str")
        for name in columns:
            if name is not None and name in known.columns:
                own = pd.Series(known.texts(name).take(rows).filled("").tolist(), dtype="str")
                found = found.mask(found == "", own)
        return found

    return {
        "title": texts(identity.title, "opportunity_id"),
        "customer": texts(identity.customer_name, "customer_id"),
        "owner": texts(identity.owner_name, "owner_id"),
    }
