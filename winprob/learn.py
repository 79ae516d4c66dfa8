"""Verbs that learn: train a model, and replay the past."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from winprob.options import HistoryArgument, Moment, PlaybookOption
from winprob.table_file import FILE, writable, write_table
from winprob.terminal import out, read_history, working

if TYPE_CHECKING:
    from winprob.training.fit import Trained


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
        step("opening the registry", 0, 5)
        from winprob.training.track.registry import check_registry

        check_registry()
        trained = _trained(data, playbook, as_of, mapping, allow or [], step)
        step("logging in MLflow", 0, 1)
        from winprob.training.track.kept_bundle import kept_if_not_logged
        from winprob.training.track.tracking import log

        with kept_if_not_logged(trained.bundle):
            logged = log(trained)
    from winprob.training.track.report import report

    out.print(report(trained))
    out.print(logged.sentence)
    out.print(f"What it knows, and what it is not for: {logged.card}", soft_wrap=True)


def _trained(
    data: Path,
    playbook: str,
    as_of: str | None,
    mapping: Path | None,
    allow: list[str],
    step: Callable[[str, int, int], None],
) -> Trained:
    if mapping is not None and not data.is_dir():
        from winprob.training.cross_validation import train_table
        from winprob.training.flat.flat_table import read_flat_table

        return train_table(read_flat_table(data, mapping), allow=allow, progress=step)
    from winprob.features.playbook import load_playbook
    from winprob.training.fit import train as fit
    from winprob.training.flat.mapping import HistoryMapping, load_history_mapping

    stated = HistoryMapping() if mapping is None else load_history_mapping(mapping)
    step("reading", 0, 5)
    known = read_history(data, stated.applied_to(load_playbook(playbook)))
    return fit(known, as_of, allow=allow, leave_out=stated.known_at_closing, progress=step)


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
        typer.Option(
            "--out",
            metavar=FILE,
            callback=lambda file: writable(file),
            help="Where to write each look, by currency.",
        ),
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
    from winprob.features.playbook import load_playbook
    from winprob.training.backtest import backtest as run
    from winprob.training.backtest.report import report
    from winprob.training.flat.mapping import HistoryMapping, load_history_mapping

    stated = HistoryMapping() if mapping is None else load_history_mapping(mapping)
    with working() as step:
        step("reading", 0, 1)
        known = read_history(history, stated.applied_to(load_playbook(playbook)))
        late = stated.known_at_closing
        found = run(known, every, horizon, allow=allow or [], leave_out=late, progress=step)
        if file is not None:
            write_table(found.periods, file)
    out.print(report(found))
    if file is not None:
        out.print(f"{file}: {len(found.periods):,} rows", soft_wrap=True)
