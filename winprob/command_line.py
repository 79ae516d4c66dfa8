"""The command line: one verb per job. Each verb imports what it needs when it runs."""

from __future__ import annotations

import sys

import typer

from winprob.answers import forecast, score
from winprob.features.mistake import Mistake
from winprob.histories import check, contract, features, partition, simulate
from winprob.learn import backtest, search, train
from winprob.service import demo, serve
from winprob.versions import compare, models, promote, rollback
from winprob.watching import retrain, watch

VERBS = (
    *(simulate, contract, check, features, partition, train, search, score, forecast, backtest, serve, demo),
    *(models, compare, promote, rollback, watch, retrain),
)

app = typer.Typer(
    help="Win probabilities for sales opportunities: learned from a CRM's history, calibrated, explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # what a user typed, such as a name in square brackets, is shown as it is
)
for verb in VERBS:
    app.command()(verb)


def run() -> None:
    """Run a verb; a user's mistake ends with status 1 and what is wrong, without a traceback."""
    try:
        app()
    except (Mistake, OSError) as error:
        sys.exit(str(error))
