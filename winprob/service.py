"""Verbs that serve: answer over HTTP, and the whole way at once."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from winprob.asked_training import Asked, train_and_log
from winprob.histories import check, simulate
from winprob.options import CHAMPION, ModelOption
from winprob.terminal import out

DEMO_FOLDER = Path("demo")


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
    workers: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=64, help="Processes that answer: as many as cores are to spare."
        ),
    ] = 1,
) -> None:
    """Answer over HTTP with a model, by default the champion."""
    gc.disable()  # looking for garbage where there is none would take an eighth of the time until it answers
    from winprob.serving.run import serve as run
    from winprob.serving.settings import Settings

    gc.enable()

    settings = Settings(
        model=model,
        host=host,
        port=port,
        history=history,
        root_path=root_path,
        allow_hosts=tuple(allow_host or ()),
        workers=workers,
    )
    run(settings, partial(announce, forecasts=history is not None))


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving.")] = False,
) -> None:
    """Simulate a company, check its history, train, make a champion and serve it."""
    history = DEMO_FOLDER / "history"
    if not history.exists():
        simulate(history)
    check(history)
    train_and_log(Asked(history))
    if not no_serve:
        serve(history=history)


def announce(address: str, forecasts: bool) -> None:
    """Say where the server is, how to ask it, and how to stop it."""
    document = '{"stage": "intent", "competitor_count": 2, "language": "en"}'
    out.print(f"\nwinprob answers at {address} (pages: {address}/docs). Try:\n", soft_wrap=True)
    out.print(
        f"  curl -s {address}/v1/score -H 'Content-Type: application/json' -d '{document}'\n",
        soft_wrap=True,
    )
    if forecasts:
        out.print(f"The forecast: {address}/forecast\n", soft_wrap=True)
    out.print("Ctrl+C stops it.")
