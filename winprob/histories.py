"""Verbs about histories: make one, check one, and what one has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from winprob.options import HistoryArgument, PlaybookOption
from winprob.terminal import out, read_history, working


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="A new or an empty folder.")],
    opportunities: Annotated[int, typer.Option(min=1, help="How many are created.")] = 6000,
    years: Annotated[float, typer.Option(min=1 / 52, help="Length of the history.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same history.")] = 0,
) -> None:
    """Write the history of a simulated company, whose true chances are known."""
    from winprob.training.simulation import simulate as run

    with working() as step:
        step("letting a company sell", 0, 2)
        simulated = run(opportunities, years, seed)
        step("writing its history", 1, 2)
        simulated.write(folder)
    out.print(f"{folder}: {opportunities:,} opportunities up to {simulated.end:%Y-%m-%d}", soft_wrap=True)


def check(history: HistoryArgument, playbook: PlaybookOption = "customer-grades") -> None:
    """List every breach of the contract in a history, or sum up what is there."""
    from winprob.features.summary import summary

    with working() as step:
        step("reading", 0, 1)
        known = read_history(history, playbook)
        found = summary(known)
    out.print(
        f"{history}: {found.opportunities:,} opportunities ({found.won:,} won, {found.lost:,} lost, "
        f"{found.open:,} open), {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}",
        soft_wrap=True,
    )
    name = Column("table or column", overflow="fold")  # a name is never cut off
    table = Table("family", name, "rows", "opportunities that have it", "after closing, left out")
    for row in (*found.coverage, *found.attributes):
        table.add_row(row.family, row.name, f"{row.rows:,}", f"{row.share:.0%}", f"{row.ignored:,}")
    out.print(table)


def contract(
    tables: Annotated[
        list[str] | None, typer.Argument(metavar="[TABLE]...", help="Tables; all if left out.")
    ] = None,
) -> None:
    """Say which tables and columns a history has, in Markdown."""
    from winprob.features.contract_page import contract_page

    out.print(contract_page(tables or ()), soft_wrap=True, markup=False, highlight=False)
