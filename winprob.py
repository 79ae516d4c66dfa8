"""The command line: one verb per job. Each verb imports what it needs when it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from features.mistake import Mistake

if TYPE_CHECKING:
    import pandas as pd

    from features.history import History
    from features.notice import Notice
    from features.playbook import Playbook
    from training.fit import Trained

CHAMPION = "models:/winprob@champion"
DEMO_FOLDER = Path("demo")
NOT_RECORDED = "not recorded"
"""How a file names the group of opportunities that have none; no group at all is the whole."""

app = typer.Typer(
    help="Win probabilities for sales opportunities: learned from a CRM's history, calibrated, explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console()
errors = Console(stderr=True)

Moment = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="Nothing recorded later is known. ISO 8601, in the playbook's time zone unless it says one; "
        "a day means its end. Default: the time of the last plausible event in the history.",
        callback=lambda value: _moment(value),
    ),
]
PlaybookOption = Annotated[
    str,
    typer.Option(
        "--playbook",
        metavar="P",
        help="customer-grades, big-project, eight-step, or the path of a playbook in TOML.",
    ),
]
ModelOption = Annotated[
    str,
    typer.Option("--model", metavar="URI|DIR", help="A model in the MLflow registry, or a bundle's folder."),
]
HistoryArgument = Annotated[
    Path, typer.Argument(metavar="HISTORY", help="A history folder: CSV or Parquet tables of the contract.")
]


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="A new or an empty folder.")],
    opportunities: Annotated[int, typer.Option(min=1, help="How many are created.")] = 6000,
    years: Annotated[float, typer.Option(min=1 / 52, help="Length of the history.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same history.")] = 0,
) -> None:
    """Write the history of a simulated company, whose true chances are known."""
    from training.simulation import simulate as run

    with working() as step:
        step("letting a company sell", 0, 2)
        simulated = run(opportunities, years, seed)
        step("writing its history", 1, 2)
        simulated.write(folder)
    out.print(f"{folder}: {opportunities:,} opportunities up to {simulated.end:%Y-%m-%d}", highlight=False)


@app.command()
def check(history: HistoryArgument, playbook: PlaybookOption = "customer-grades") -> None:
    """List every breach of the contract in a history, or sum up what is there."""
    from features.summary import summary

    with working() as step:
        step("reading", 0, 1)
        known = _read(history, playbook)
        found = summary(known)
    out.print(
        f"{history}: {found.opportunities:,} opportunities ({found.won:,} won, {found.lost:,} lost, "
        f"{found.open:,} open), {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}",
        highlight=False,
    )
    table = Table(
        "family", "table or column", "rows", "opportunities that have it", "after closing, left out"
    )
    for row in (*found.coverage, *found.attributes):
        table.add_row(row.family, row.name, f"{row.rows:,}", f"{row.share:.0%}", f"{row.ignored:,}")
    out.print(table)


@app.command()
def train(
    data: Annotated[
        Path,
        typer.Argument(metavar="HISTORY|TABLE.csv", help="A history folder, or with --mapping a flat table."),
    ],
    playbook: PlaybookOption = "customer-grades",
    as_of: Moment = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="MAP.toml",
            help="How to read a flat table of closed opportunities; for either, which columns become known "
            "only at closing.",
        ),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FEATURE", help="Learn from it although it seems to know the ending. Repeatable."
        ),
    ] = None,
) -> None:
    """Fit, calibrate and test a model, log it in MLflow and make it champion if it is better."""
    with working() as step:
        trained = _trained(data, playbook, as_of, mapping, allow or [], step)
        step("logging in MLflow", 0, 1)
        from training.tracking import log

        logged = log(trained)
    from training.report import report

    out.print(report(trained))
    out.print(logged.sentence, highlight=False)
    out.print(f"What it knows, and what it is not for: {logged.card}", highlight=False, soft_wrap=True)


def _read(folder: Path, playbook: str | Playbook) -> History:
    """Read a history, and say on standard error what should be known of it."""
    from features.reading import read

    history = read(folder, playbook)
    for notice in history.notices:
        _notify(notice)
    return history


def _notify(notice: Notice) -> None:
    errors.print(str(notice), style="yellow", markup=False, highlight=False, soft_wrap=True)


def _trained(
    data: Path,
    playbook: str,
    as_of: str | None,
    mapping: Path | None,
    allow: list[str],
    step: Callable[[str, int, int], None],
) -> Trained:
    if mapping is not None and not data.is_dir():
        from training.cross_validation import train_table
        from training.flat_table import read_flat_table

        return train_table(read_flat_table(data, mapping), allow=allow, progress=step)
    from features.playbook import load_playbook
    from training.fit import train as fit
    from training.mapping import HistoryMapping, load_history_mapping

    stated = HistoryMapping() if mapping is None else load_history_mapping(mapping)
    step("reading", 0, 5)
    known = _read(data, stated.applied_to(load_playbook(playbook)))
    return fit(known, as_of, allow=allow, leave_out=stated.known_at_closing, progress=step)


@app.command()
def score(
    history: HistoryArgument,
    file: Annotated[
        Path, typer.Option("--out", metavar="FILE.csv|.parquet", help="Where to write the scores.")
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
) -> None:
    """Write one row per opportunity open at a moment, with its win probability."""
    if file.suffix not in WRITERS:
        raise typer.BadParameter(
            f"expected a file ending in .csv or .parquet, found {file}", param_hint="--out"
        )
    dates = _dates(by)
    from models.score_table import score_table
    from serving.served_model import open_model
    from serving.settings import Settings

    with working() as step:
        step("loading the model", 0, 3)
        served = open_model(model, Settings().tracking_uri)
        step("reading", 1, 3)
        known = _read(history, served.bundle.playbook)
        step("scoring", 2, 3)
        table = score_table(served.bundle, known, as_of, served.version, explain, dates, _notify)
        write(table, file)
    out.print(f"{file}: {len(table):,} open opportunities", highlight=False)


@app.command()
def forecast(
    history: HistoryArgument,
    file: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE.csv|.parquet",
            help="Where to write one row per period, currency and group; the whole has no group.",
        ),
    ],
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="T",
            help="Nothing recorded later is known. ISO 8601; a day is its end, and a time without zone is in "
            "the company's time zone. Default: the time of the last event in the history.",
            callback=lambda value: _day_or_time(value),
        ),
    ] = None,
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
    if file.suffix not in WRITERS:
        raise typer.BadParameter(
            f"expected a file ending in .csv or .parquet, found {file}", param_hint="--out"
        )
    from models.forecast.forecast import forecast as run
    from models.forecast.overview import overview
    from models.forecast.period import UNITS
    from models.forecast.pipeline import pipeline
    from models.scoring import unrecorded
    from serving.served_model import open_model
    from serving.settings import Settings

    dates = [] if by in UNITS else _dates(by, "week, month, quarter or dates")
    if dates and periods is not None:
        raise typer.BadParameter(
            f"expected nothing, as --by {by} tells the periods, found {periods}", param_hint="--periods"
        )
    if begin is not None and not dates:
        raise typer.BadParameter(
            f"expected nothing, as a {by} tells where it begins, found {begin}", param_hint="--from"
        )
    first = _date(begin)
    with working() as step:
        step("loading the model", 0, 3)
        served = open_model(model, Settings().tracking_uri)
        step("reading", 1, 3)
        known = _read(history, served.bundle.playbook)
        step("forecasting", 2, 3)
        deals = pipeline(served.bundle, known, as_of)
        for notice in unrecorded(served.bundle, deals.scores.features) if deals.scores else ():
            _notify(notice)
        found = run(deals, dates or by, periods or 1, group, first)
        write(found.table if group is None else _named(found.table, group), file)
    out.print(overview(found), highlight=False)
    out.print(f"{file}: {len(found.table):,} rows", highlight=False)


@app.command()
def backtest(
    history: HistoryArgument,
    playbook: PlaybookOption = "customer-grades",
    every: Annotated[
        str, typer.Option(metavar="UNIT", help="How often to look ahead: week, month or quarter.")
    ] = "month",
    horizon: Annotated[
        str, typer.Option(metavar="UNIT", help="How far to look ahead: week, month or quarter.")
    ] = "quarter",
    file: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.csv|.parquet", help="Where to write each look, by currency."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="MAP.toml", help="Which columns become known only at closing, as for train."),
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="FEATURE", help="As for train. Repeatable.")
    ] = None,
) -> None:
    """Replay the past as it was known then, and say how good its forecasts would have been."""
    if file is not None and file.suffix not in WRITERS:
        raise typer.BadParameter(
            f"expected a file ending in .csv or .parquet, found {file}", param_hint="--out"
        )
    from features.playbook import load_playbook
    from training.backtest import backtest as run
    from training.backtest.report import report
    from training.mapping import HistoryMapping, load_history_mapping

    stated = HistoryMapping() if mapping is None else load_history_mapping(mapping)
    with working() as step:
        step("reading", 0, 1)
        known = _read(history, stated.applied_to(load_playbook(playbook)))
        late = stated.known_at_closing
        found = run(known, every, horizon, allow=allow or [], leave_out=late, progress=step)
        if file is not None:
            write(found.periods, file)
    out.print(report(found))
    if file is not None:
        out.print(f"{file}: {len(found.periods):,} rows", highlight=False)


@app.command()
def serve(
    model: ModelOption = CHAMPION,
    host: Annotated[str, typer.Option(metavar="H", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8000,
    history: Annotated[
        Path | None,
        typer.Option(metavar="HISTORY", help="A history folder that forecasts are made of: see /forecast."),
    ] = None,
    root_path: Annotated[
        str,
        typer.Option(
            metavar="PATH",
            help="The path under which a proxy offers the service, such as /winprob. A proxy on this machine "
            "may send X-Forwarded-Prefix instead; the environment variable FORWARDED_ALLOW_IPS names others.",
        ),
    ] = "",
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Answer to this host name too, besides localhost and --host. Repeatable.",
        ),
    ] = None,
) -> None:
    """Answer over HTTP with a model, by default the champion."""
    from serving.run import serve as run
    from serving.settings import Settings

    settings = Settings(
        model=model,
        host=host,
        port=port,
        history=history,
        root_path=root_path,
        allow_hosts=tuple(allow_host or ()),
    )
    run(settings, partial(announce, forecasts=history is not None))


@app.command()
def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving.")] = False,
) -> None:
    """Simulate a company, check its history, train, make a champion and serve it."""
    history = DEMO_FOLDER / "history"
    if not history.exists():
        simulate(history)
    check(history)
    train(history)
    if not no_serve:
        serve(history=history)


def announce(address: str, forecasts: bool) -> None:
    """Say where the server is, how to ask it, and how to stop it."""
    document = '{"stage": "intent", "competitor_count": 2, "language": "en"}'
    out.print(
        f"\nwinprob answers at {address} (pages: {address}/docs). Try:\n", highlight=False, soft_wrap=True
    )
    out.print(
        f"  curl -s {address}/v1/score -H 'Content-Type: application/json' -d '{document}'\n",
        highlight=False,
        soft_wrap=True,
    )
    if forecasts:
        out.print(f"The forecast: {address}/forecast\n", highlight=False, soft_wrap=True)
    out.print("Ctrl+C stops it.", highlight=False)


@contextmanager
def working() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on standard error while something is done; gives the function that moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda doing, done, of: progress.update(task, description=doing, completed=done, total=of)


WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    ".csv": lambda table, path: table.to_csv(path, index=False),
    ".parquet": lambda table, path: table.to_parquet(path, index=False),
}


def write(table: pd.DataFrame, file: Path) -> None:
    """Write a table to a file; the file appears complete or not at all."""
    beside = file.with_name(f".{file.name}.unfinished")
    try:
        WRITERS[file.suffix](table, beside)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _moment(value: str | None) -> str | None:
    from features.instant import instant

    try:
        if value is not None:
            instant(value)
        return value
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _day_or_time(value: str | None) -> str | None:
    from features.day_or_time import day_or_time

    try:
        if value is not None:
            day_or_time(value)
        return value
    except ValueError as error:
        raise typer.BadParameter(f"{error}, found {value!r}") from error


def _named(table: pd.DataFrame, group: str) -> pd.DataFrame:
    """Name the group of opportunities that have none, as no group is called that there is."""
    name = NOT_RECORDED
    while name in set(table[group]):
        name = f"({name})"
    return table.replace({group: {"": name}})


def _date(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"expected a date such as 2026-10-01, found {value!r}", param_hint="--from"
        ) from error


def _dates(value: str | None, expected: str = "dates") -> list[date]:
    try:
        return [date.fromisoformat(part.strip()) for part in value.split(",")] if value is not None else []
    except ValueError as error:
        raise typer.BadParameter(
            f"expected {expected} such as 2026-12-31,2027-03-31, found {value!r}", param_hint="--by"
        ) from error


def main() -> None:
    """Run a verb; a user's mistake ends with status 1 and what is wrong, without a traceback."""
    try:
        app()
    except (Mistake, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
