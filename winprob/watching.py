"""Verbs that keep a model good: watch the champion, and train it anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from winprob.asked_training import KEPT, Asked, train_and_log
from winprob.options import CHAMPION, HistoryArgument, JsonOption, ModelOption
from winprob.table_file import placeable
from winprob.terminal import out, print_json, read_history, working

if TYPE_CHECKING:
    from winprob.models.bundle.bundle import Bundle

ALARM = 3
"""Status of a watch that saw something to act on."""


def watch(
    history: HistoryArgument,
    model: ModelOption = CHAMPION,
    file: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.md",
            callback=lambda file: file and placeable(file),
            help="Where to write the report, in Markdown. [default: standard output]",
        ),
    ] = None,
    alpha: Annotated[
        float,
        typer.Option(
            min=0.0001,
            max=0.5,
            help="Chance that outcomes ever raise a false alarm, however often one looks.",
        ),
    ] = 0.05,
    as_json: JsonOption = False,
) -> None:
    """Look whether a model still holds: drift, what closed since it learned, its forecasts, what is missing.

    Ends with status 3 if there is an alarm.
    """
    from winprob.serving.load.served_model import open_model
    from winprob.serving.settings import Settings
    from winprob.training.watch.report import as_data, as_markdown
    from winprob.training.watch.watch import watch as look

    with working() as step:
        step("loading the model", 0, 3)
        served = open_model(model, Settings().tracking_uri)
        step("reading", 1, 3)
        seen = look(served.bundle, read_history(history, served.bundle.playbook), alpha, step)
    if file is not None:
        file.write_text(as_markdown(seen, served.version), encoding="utf-8")
    if as_json:
        print_json(as_data(seen, served.version))
    elif file is None:
        out.print(as_markdown(seen, served.version), soft_wrap=True)
    else:
        alarms = [f"{alarm.code}: {alarm.sentence}" for alarm in seen.alarms]
        out.print("\n".join([*(alarms or ["no alarm"]), f"Report: {file}"]), soft_wrap=True)
    if seen.alarms:
        raise typer.Exit(ALARM)


def retrain(history: HistoryArgument, as_json: JsonOption = False) -> None:
    """Train anew as the champion was: its playbook and parameters, on what is known now; promote if better.

    Ends with the same status as train. Only one at a time: a second one ends at once and says so.
    """
    with _alone():
        with working() as step:
            step("asking who is champion", 0, 5)
            version, bundle = _champion()
        promoted = train_and_log(_as(bundle, history), tags={"retrained": version}, as_json=as_json)
    if not promoted:
        raise typer.Exit(KEPT)


def _champion() -> tuple[str, Bundle]:
    from winprob.features.mistake import Mistake
    from winprob.training.track.registry import NAME, champion, check_registry, opened_registry

    check_registry()
    with opened_registry() as client:
        found = champion(client, NAME)
    if found is None:
        raise Mistake(f"{CHAMPION}: expected a champion to train anew, found none; run winprob train first")
    if found.bundle is None:
        raise Mistake(
            f"{CHAMPION}: expected a model that this version of winprob can use, found one that it cannot "
            f"({found.unusable}); run winprob train with its options, then winprob promote"
        )
    if found.bundle.manifest.data.as_of is None:
        raise Mistake(
            f"{CHAMPION}: expected one that learned from a history, found one of a flat table; run winprob "
            "train with the table and its mapping"
        )
    return found.version, found.bundle


def _as(bundle: Bundle, history: Path) -> Asked:
    """Ask for a training like that of a bundle."""
    from winprob.models.own_estimator.own_estimator import OwnEstimator
    from winprob.training.learn.recipe import PARAMETERS, model_parameters

    made = {name.replace("__", "."): value for name, value in model_parameters(bundle.model).items()}
    leaks = bundle.manifest.leaks
    return Asked(
        history,
        playbook=bundle.playbook,
        allow=tuple(dict.fromkeys(finding.feature for finding in leaks.allowed)) if leaks else (),
        parameters={name: value for name, value in made.items() if name in PARAMETERS},
        known_at_closing=leaks.left_out if leaks else (),
        estimator=bundle.model if isinstance(bundle.model, OwnEstimator) else None,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """See that no other retraining is at work beside a registry that is a file."""
    from filelock import FileLock, Timeout

    from winprob.features.mistake import Mistake
    from winprob.models.registry.tracking_uri import absolute, database_file, tracking_uri

    file = database_file(absolute(tracking_uri()))
    if file is None or not file.parent.is_dir():  # a server, or no registry yet
        yield
        return
    lock = FileLock(file.with_name(f"{file.name}.retrain.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise Mistake(
            f"{lock.lock_file}: expected no other retraining, found one at work, which does the same; wait "
            "for it, or end it"
        ) from error
    try:
        yield
    finally:
        lock.release()
