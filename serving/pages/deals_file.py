"""A list of deals as a file for a spreadsheet."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

import pandas as pd
from fastapi import Response

from winprob.features.message import Language, message
from winprob.serving.deals.listing import Listing

CONTENT = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet takes for a formula."""

COLUMNS = {
    "opportunity_id": message("Opportunity"),
    "title": message("Name"),
    "customer": message("Customer"),
    "owner": message("Seller"),
    "stage": message("Stage"),
    "deal_class": message("Class"),
    "currency": message("Currency"),
    "amount": message("Amount"),
    "probability": message("Win probability"),
    "chance": message("Chance in the period"),
    "expected": message("Expected in the period"),
    "gain": message("Gain by the next step"),
    "action": message("Next step"),
    "findings": message("Findings"),
    "expected_close": message("Seller's date"),
}
"""What the columns are called."""


def deals_file(
    listing: Listing, chosen: pd.DataFrame, kind: Literal["csv", "xlsx"], language: Language
) -> Response:
    """Write deals as CSV, or as a workbook for Excel.

    Parameters
    ----------
    listing : Listing
    chosen : pandas.DataFrame
        Rows of its table, in their order.
    kind : {"csv", "xlsx"}
    language : str
        Of the headings and texts.
    """
    calendar, playbook = listing.forecast.pipeline.calendar, listing.forecast.pipeline.bundle.playbook
    stages = {stage.code: stage.name.in_language(language) for stage in playbook.stages}
    actions = {row: lever.words.in_language(language) for row, lever in listing.actions.items()}
    separator = message("; ").in_language(language)
    table = chosen.assign(
        stage=chosen["stage"].map(lambda code: stages.get(code, code)),
        action=[actions.get(row, "") for row in chosen.index],
        findings=[
            separator.join(each.name.in_language(language) for each in listing.findings.get(deal, ()))
            for deal in chosen["opportunity_id"]
        ],
        expected_close=chosen["expected_close"].map(calendar.day, na_action="ignore").astype(object),
    )
    named = table[list(COLUMNS)].rename(
        columns={name: COLUMNS[name].in_language(language) for name in COLUMNS}
    )
    content = _csv(named) if kind == "csv" else _workbook(named)
    headers = {"Content-Disposition": f'attachment; filename="deals-{listing.period.start}.{kind}"'}
    return Response(content, headers=headers, media_type=CONTENT[kind])


def _csv(table: pd.DataFrame) -> bytes:
    """In UTF-8 with its mark, without which Excel takes it for something else; no text begins a formula."""
    texts = [str(name) for name in table if isinstance(table[name].dtype, pd.StringDtype)]
    harmless = table.assign(**{name: table[name].map(_harmless, na_action="ignore") for name in texts})
    return harmless.to_csv(index=False).encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in FORMULA else text


def _workbook(table: pd.DataFrame) -> bytes:
    """A sheet in which every text is a text: nothing is a formula."""
    book = BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "in_memory": True,
    }
    with pd.ExcelWriter(book, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        table.to_excel(writer, sheet_name="winprob", index=False, freeze_panes=(1, 0))
    return book.getvalue()
