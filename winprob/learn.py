"""Verbs that learn: train a model, and replay the past."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from winprob.asked_training import KEPT, Asked, fitted, print_logged, read_asked, train_and_log
from winprob.options import (
    EngineOption,
    FeaturesOption,
    HistoryArgument,
    JsonOption,
    Moment,
    PlaybookOption,
    SchedulerOption,
    assignments,
    check_engine,
    contributions_of,
)
from winprob.table_file import FILE, writable, write_table
from winprob.terminal import out, working


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
    estimator: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:NAME",
            help="A classifier of scikit-learn's kind in place of the win model, or a function without "
            "arguments that makes one, such as lightgbm:LGBMClassifier; modules of this folder count. --set "
            "is of its parameters then.",
        ),
    ] = None,
    explain: Annotated[
        str,
        typer.Option(
            metavar="shap|none",
            help="Whether such a classifier must have exact contributions, or may answer without reasons.",
        ),
    ] = "shap",
    features: FeaturesOption = None,
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
    engine: EngineOption = "local",
    scheduler: SchedulerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit, calibrate and test a model, log it in MLflow and make it champion if it is better.

    Ends with status 0 if the model is champion now, and with 4 if the champion stays.
    """
    check_engine(engine, scheduler)
    asked = Asked(
        data,
        playbook,
        as_of,
        mapping,
        tuple(allow or ()),
        assignments(parameters, "--set"),
        seed,
        estimator=estimator,
        explain=contributions_of(explain),
        features=features,
        engine=engine,
        scheduler=scheduler,
    )
    if not train_and_log(asked, run_name, assignments(tags, "--tag"), as_json):
        raise typer.Exit(KEPT)


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
    features: FeaturesOption = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the search and of the model.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Search for better parameters by the windows before the test, then train with the best ones.

    Ends with the same status as train.
    """
    asked = Asked(history, playbook, as_of, mapping, tuple(allow or ()), seed=seed, features=features)
    with working() as step:
        step("opening the registry", 0, 5)
        from winprob.training.search import search as find
        from winprob.training.track.kept_bundle import kept_if_not_logged
        from winprob.training.track.registry import check_registry
        from winprob.training.track.search_run import log_search, log_trial
        from winprob.training.track.tracking import training_run

        check_registry()
        known, late = read_asked(asked)
        with training_run(
            run_name=f"best of {trials} trials", tags={"data.path": str(history.resolve())}
        ) as run:
            searched = find(known, trials, as_of, leave_out=late, seed=seed, tell=log_trial, progress=step)
            log_search(searched)
            trained = fitted(asked, known, late, searched.model, run.timed(step))
            with kept_if_not_logged(trained.bundle):
                logged = run.log(trained)
    print_logged(trained, logged, as_json, searched)
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
    features: FeaturesOption = None,
) -> None:
    """Replay the past as it was known then, and say how good its forecasts would have been."""
    from winprob.training.backtest import backtest as replay
    from winprob.training.backtest.report import report

    with working() as step:
        step("reading", 0, 1)
        known, late = read_asked(Asked(history, playbook, mapping=mapping, features=features))
        found = replay(known, every, horizon, allow=allow or [], leave_out=late, progress=step)
        if file is not None:
            write_table(found.periods, file)
    out.print(report(found))
    if file is not None:
        out.print(f"{file}: {len(found.periods):,} rows", soft_wrap=True)
