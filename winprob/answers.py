"""Verbs that answer with a model: score the open opportunities, and forecast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from winprob.options import (
    CHAMPION,
    EngineOption,
    HistoryArgument,
    ModelOption,
    Moment,
    SchedulerOption,
    check_engine,
    dates_of,
    day_of,
)
from winprob.table_file import FILE, writable, write_table, write_tables
from winprob.terminal import notify, out, read_history, working

if TYPE_CHECKING:
    import pandas as pd

NOT_RECORDED = "not recorded"
"""How a file names the group of opportunities that have none; no group at all is the whole."""


def score(
    history: HistoryArgument,
    file: Annotated[
        Path,
        typer.Option(
            "--out", metavar=FILE, callback=lambda file: writable(file), help="Where to write the scores."
        ),
    ],
    as_of: Moment = None,
    model: ModelOption = CHAMPION,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the contribution of each feature, in log-odds.")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="DATE,…",
            help="Add the probability of being won by the end of each date, such as 2026-12-31,2027-03-31.",
        ),
    ] = None,
    engine: EngineOption = "local",
    scheduler: SchedulerOption = None,
) -> None:
    """Write one row per opportunity open at a moment, with its win probability."""
    dates = dates_of(by)
    check_engine(engine, scheduler)
    from winprob.scored_history import Asked, scored
    from winprob.serving.load.served_model import open_model
    from winprob.serving.settings import Settings

    with working() as step:
        step("loading the model", 0, 1)
        served = open_model(model, Settings().tracking_uri)
        step("reading", 0, 1)
        asked = Asked(history, as_of, explain, dates, engine, scheduler)
        with scored(served, asked) as (tables, expected):
            rows = write_tables(_watched(tables, step, expected), file)
    out.print(f"{file}: {rows:,} open opportunities", soft_wrap=True)


def _watched(
    tables: Iterable[pd.DataFrame], step: Callable[[str, int, int], None], rows: int
) -> Iterator[pd.DataFrame]:
    """Move the bar along as parts of a table are made."""
    done = 0
    step("scoring", done, rows)
    for table in tables:
        yield table
        done += len(table)
        step("scoring", done, rows)


def forecast(
    history: HistoryArgument,
    file: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar=FILE,
            callback=lambda file: writable(file),
            help="Where to write one row per period, currency and group; the whole has no group.",
        ),
    ],
    as_of: Moment = None,
    by: Annotated[
        str,
        typer.Option(
            metavar="UNIT|DATE,…",
            help="week, month or quarter (of the fiscal year); or last days of periods, such as "
            "2026-12-31,2027-03-31: the first begins with the present fiscal quarter, or where --from says.",
        ),
    ] = "quarter",
    begin: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATE",
            help="With dates in --by: the first day of the first period. "
            "[default: of the fiscal quarter that --as-of lies in]",
        ),
    ] = None,
    periods: Annotated[
        int | None,
        typer.Option(min=1, help="How many weeks, months or quarters, from the present one on. [default: 1]"),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Split by it: team, owner_id, product, region, customer_id, …"),
    ] = None,
    model: ModelOption = CHAMPION,
) -> None:
    """Forecast what will be won in periods ahead, with ranges, beside the rules that it replaces."""
    from winprob.models.bundle.scoring import unrecorded
    from winprob.models.forecast.forecast import forecast as run
    from winprob.models.forecast.pipeline import pipeline
    from winprob.models.present.overview import overview
    from winprob.serving.load.served_model import open_model
    from winprob.serving.settings import Settings

    dates, first = _periods(by, begin, periods)
    with working() as step:
        step("loading the model", 0, 3)
        served = open_model(model, Settings().tracking_uri)
        step("reading", 1, 3)
        known = read_history(history, served.bundle.playbook)
        step("forecasting", 2, 3)
        deals = pipeline(served.bundle, known, as_of)
        for notice in unrecorded(served.bundle, deals.scores.features) if deals.scores else ():
            notify(notice)
        found = run(deals, dates or by, periods or 1, group, first)
        write_table(found.table if group is None else _named(found.table, group), file)
    out.print(overview(found))
    out.print(f"{file}: {len(found.table):,} rows", soft_wrap=True)


def _periods(by: str, begin: str | None, periods: int | None) -> tuple[list[date], date | None]:
    """Last days of periods and the first day of all, if they are stated."""
    from winprob.models.forecast.period import UNITS

    dates = [] if by in UNITS else dates_of(by, "week, month, quarter or dates")
    if dates and periods is not None:
        raise typer.BadParameter(
            f"expected nothing, as --by {by} tells the periods, found {periods}", param_hint="--periods"
        )
    if begin is not None and not dates:
        raise typer.BadParameter(
            f"expected nothing, as a {by} tells where it begins, found {begin}", param_hint="--from"
        )
    return dates, day_of(begin)


def _named(table: pd.DataFrame, group: str) -> pd.DataFrame:
    """Name the group of opportunities that have none, as no group is called that there is."""
    name = NOT_RECORDED
    while name in set(table[group]):
        name = f"({name})"
    return table.replace({group: {"": name}})
