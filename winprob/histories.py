"""Verbs about histories: make one, check one, what one has, and its features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from winprob.options import FeaturesOption, HistoryArgument, Moment, PlaybookOption
from winprob.table_file import FILE, writable, write_table
from winprob.terminal import out, read_history, working

if TYPE_CHECKING:
    import pandas as pd

    from winprob.features.history import History


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


def partition(
    history: HistoryArgument,
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="A new or an empty folder.")],
    rows: Annotated[int, typer.Option(min=1, help="Opportunities in a partition.")] = 20_000,
    playbook: PlaybookOption = "customer-grades",
) -> None:
    """Cut a history into partitions of Parquet files, which score takes one at a time, or on a cluster."""
    from winprob.features.partitioning import partition as run
    from winprob.features.playbook import load_playbook

    with working() as step:
        step("partitioning", 0, 1)
        count = run(history, folder, load_playbook(playbook), rows)
    out.print(f"{folder}: {count:,} partition{'s' * (count != 1)}", soft_wrap=True)


def contract(
    tables: Annotated[
        list[str] | None, typer.Argument(metavar="[TABLE]...", help="Tables; all if left out.")
    ] = None,
) -> None:
    """Say which tables and columns a history has, in Markdown."""
    from winprob.features.contract_page import contract_page

    out.print(contract_page(tables or ()), soft_wrap=True, markup=False, highlight=False)


def features(
    history: HistoryArgument,
    file: Annotated[
        Path,
        typer.Option(
            "--out", metavar=FILE, callback=lambda file: writable(file), help="Where to write the features."
        ),
    ],
    as_of: Moment = None,
    weekly: Annotated[
        bool,
        typer.Option(
            "--weekly",
            help="One row per opportunity and Monday on which it was open, up to --as-of, in place of one "
            "per opportunity open at --as-of.",
        ),
    ] = False,
    labels: Annotated[
        bool,
        typer.Option(
            "--labels",
            help="With --weekly: only the rows whose outcome is known at --as-of, as train learns from them, "
            "with y (1 won, 0 lost), weight (the sample weight), group (the opportunity), time and split "
            "(the window that judges the row; train or served if it is only learned from).",
        ),
    ] = False,
    playbook: PlaybookOption = "customer-grades",
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="MAP.toml", help="Which columns become known only at closing, as for train."),
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="FEATURE", help="With --labels, as for train. Repeatable.")
    ] = None,
    features: FeaturesOption = None,
) -> None:
    """Write the features of opportunities as they were known at moments, for an estimator of your own."""
    _check_labels(weekly, labels, allow or [])
    from winprob.features.company_features import with_features
    from winprob.features.playbook import load_playbook
    from winprob.training.flat.mapping import HistoryMapping, load_history_mapping

    stated = HistoryMapping() if mapping is None else load_history_mapping(mapping)
    with working() as step:
        step("reading", 0, 2)
        known = with_features(read_history(history, stated.applied_to(load_playbook(playbook))), features)
        step("features", 1, 2)
        late = stated.known_at_closing
        if labels:
            from winprob.training.frame import frame

            table = frame(known, as_of, allow=allow or [], leave_out=late).table
        else:
            table = _matrix(known, as_of, weekly, late)
        write_table(table, file)
    rows = "snapshots with a known outcome" if labels else "snapshots" if weekly else "open opportunities"
    out.print(f"{file}: {len(table):,} {rows}", soft_wrap=True)


def _check_labels(weekly: bool, labels: bool, allow: Sequence[str]) -> None:
    """Refuse outcomes of open opportunities, and leaks where there is no outcome to know."""
    if labels and not weekly:
        raise typer.BadParameter(
            "expected --weekly beside it, as open opportunities have no outcome yet, found it alone; "
            "add --weekly, or leave --labels out",
            param_hint="--labels",
        )
    if allow and not labels:
        raise typer.BadParameter(
            f"expected nothing, as leaks are looked for with --labels only, found {allow[0]}; "
            "add --weekly --labels, or leave --allow out",
            param_hint="--allow",
        )


def _matrix(history: History, as_of: str | None, weekly: bool, leave_out: Sequence[str]) -> pd.DataFrame:
    """The matrix of weekly snapshots, or of the opportunities open at a moment."""
    from winprob.features.build import build
    from winprob.training.weekly.known_history import known_history
    from winprob.training.weekly.leave_out import leave_out as without
    from winprob.training.weekly.snapshots import Snapshots

    if weekly:
        return Snapshots.weekly(known_history(history, as_of, leave_out)).X.reset_index()
    return build(without(history, leave_out), as_of).reset_index()
