"""Verbs that learn: train a model, and replay the past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from winprob.options import HistoryArgument, JsonOption, Moment, PlaybookOption, assignments
from winprob.table_file import FILE, writable, write_table
from winprob.terminal import out, print_json, read_history, working

if TYPE_CHECKING:
    from winprob.features.history import History
    from winprob.features.playbook import Playbook
    from winprob.models.win.win_model import WinModel
    from winprob.training.fit import Trained
    from winprob.training.search import Searched
    from winprob.training.track.tracking import Logged

Step = Callable[[str, int, int], None]

KEPT = 4
"""Status of a training whose model did not take the champion's place."""


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
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A parameter of the model, such as trees=300 or priors.coefficient=0.3, instead of the "
            "playbook's [model]. Repeatable.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of all draws. [default: the model's own, 0]")
    ] = None,
    run_name: Annotated[
        str | None,
        typer.Option(
            metavar="N", help="Name of the run in MLflow. [default: the playbook and the end of the data]"
        ),
    ] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="K=V", help="A tag of the run. Repeatable.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fit, calibrate and test a model, log it in MLflow and make it champion if it is better.

    Ends with status 0 if the model is champion now, and with 4 if the champion stays.
    """
    asked = Asked(data, playbook, as_of, mapping, tuple(allow or ()), assignments(parameters, "--set"), seed)
    if not train_and_log(asked, run_name, assignments(tags, "--tag"), as_json):
        raise typer.Exit(KEPT)


@dataclass(frozen=True)
class Asked:
    """What is to be trained, as the options say."""

    data: Path
    playbook: str | Playbook = "customer-grades"
    as_of: str | None = None
    mapping: Path | None = None
    allow: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    known_at_closing: tuple[str, ...] = ()


def train_and_log(
    asked: Asked,
    name: str | None = None,
    tags: Mapping[str, str] = MappingProxyType({}),
    as_json: bool = False,
) -> bool:
    """Train, log and report; tell whether the model is champion now."""
    with working() as step:
        step("opening the registry", 0, 5)
        from winprob.training.track.kept_bundle import kept_if_not_logged
        from winprob.training.track.registry import check_registry
        from winprob.training.track.tracking import training_run

        check_registry()
        with training_run(run_name=name, tags={"data.path": str(asked.data.resolve()), **tags}) as opened:
            timed = opened.timed(step)
            trained = _trained(asked, timed)
            timed("logging in MLflow", 0, 1)
            with kept_if_not_logged(trained.bundle):
                logged = opened.log(trained)
    _print(trained, logged, as_json)
    if not as_json:
        out.print(f"What it knows, and what it is not for: {logged.card}", soft_wrap=True)
    return logged.decision.promoted


def _print(trained: Trained, logged: Logged, as_json: bool, searched: Searched | None = None) -> None:
    from winprob.training.track.report import as_data, report, searched_table

    if as_json:
        print_json(as_data(trained, logged, searched))
        return
    if searched is not None:
        out.print(searched_table(searched))
    out.print(report(trained))
    out.print(logged.sentence)


def _trained(asked: Asked, step: Step) -> Trained:
    from winprob.training.learn.recipe import configured

    if asked.mapping is not None and not asked.data.is_dir():
        from winprob.training.cross_validation import train_table
        from winprob.training.flat.flat_table import read_flat_table

        table = read_flat_table(asked.data, asked.mapping)
        model = configured(table.history.playbook, asked.parameters)
        return train_table(table, model=model, allow=asked.allow, seed=asked.seed, progress=step)
    step("reading", 0, 5)
    known, late = _read(asked)
    return _fitted(asked, known, late, configured(known.playbook, asked.parameters), step)


def _fitted(
    asked: Asked,
    known: History,
    late: tuple[str, ...],
    model: WinModel,
    step: Step,
) -> Trained:
    from winprob.training.fit import train as fit

    return fit(
        known,
        asked.as_of,
        model=model,
        allow=asked.allow,
        leave_out=late,
        seed=asked.seed,
        progress=step,
    )


def _read(asked: Asked) -> tuple[History, tuple[str, ...]]:
    """Read a history, and which of its columns become known only at closing."""
    from winprob.features.playbook import load_playbook
    from winprob.training.flat.mapping import HistoryMapping, load_history_mapping

    stated = HistoryMapping() if asked.mapping is None else load_history_mapping(asked.mapping)
    playbook = load_playbook(asked.playbook) if isinstance(asked.playbook, str) else asked.playbook
    late = (*stated.known_at_closing, *asked.known_at_closing)
    return read_history(asked.data, stated.applied_to(playbook)), late


def search(
    history: HistoryArgument,
    trials: Annotated[int, typer.Option(min=1, help="How many sets of parameters are tried.")] = 40,
    playbook: PlaybookOption = "customer-grades",
    as_of: Moment = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="MAP.toml", help="Which columns become known only at closing, as for train."),
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="FEATURE", help="As for train. Repeatable.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the search and of the model.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Search for better parameters by the windows before the test, then train with the best ones.

    Ends with the same status as train.
    """
    asked = Asked(history, playbook, as_of, mapping, tuple(allow or ()), seed=seed)
    with working() as step:
        step("opening the registry", 0, 5)
        from winprob.training.search import search as find
        from winprob.training.track.kept_bundle import kept_if_not_logged
        from winprob.training.track.registry import check_registry
        from winprob.training.track.search_run import log_search, log_trial
        from winprob.training.track.tracking import training_run

        check_registry()
        known, late = _read(asked)
        with training_run(
            run_name=f"best of {trials} trials", tags={"data.path": str(history.resolve())}
        ) as run:
            searched = find(known, trials, as_of, leave_out=late, seed=seed, tell=log_trial, progress=step)
            log_search(searched)
            trained = _fitted(asked, known, late, searched.model, run.timed(step))
            with kept_if_not_logged(trained.bundle):
                logged = run.log(trained)
    _print(trained, logged, as_json, searched)
    if not logged.decision.promoted:
        raise typer.Exit(KEPT)


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
            help="Where to write each forecast, by currency.",
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
    from winprob.training.backtest import backtest as replay
    from winprob.training.backtest.report import report

    with working() as step:
        step("reading", 0, 1)
        known, late = _read(Asked(history, playbook, mapping=mapping))
        found = replay(known, every, horizon, allow=allow or [], leave_out=late, progress=step)
        if file is not None:
            write_table(found.periods, file)
    out.print(report(found))
    if file is not None:
        out.print(f"{file}: {len(found.periods):,} rows", soft_wrap=True)
