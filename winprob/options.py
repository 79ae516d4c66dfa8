"""Options that several verbs have, and how their values are read."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

CHAMPION = "models:/winprob@champion"

Moment = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="Nothing recorded later is known. ISO 8601, in the playbook's time zone unless it says one; "
        "a day means its end. Default: the time of the last plausible event in the history.",
        callback=lambda value: moment_of(value),
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


FeaturesOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.py",
        help="Features of your own, beside those of installed packages. The code runs here, and wherever the "
        "model is loaded.",
    ),
]
Engine = Literal["local", "dask"]
EngineOption = Annotated[
    Engine,
    typer.Option(
        help="What does the work: this process, or the workers of a Dask cluster. They score a history in "
        "partitions, and fit the models of a training."
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="With --engine dask: the scheduler of a running cluster, such as tcp://10.0.0.5:8786. "
        "[default: a process for each core of this machine]",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Say all of it in JSON on standard output.")]


def assignments(given: list[str] | None, option: str) -> dict[str, str]:
    """Read what options such as ``--set trees=300`` assign.

    Raises
    ------
    typer.BadParameter
        If there is no sign of equality, no name, or a name twice.

    Examples
    --------
    >>> assignments(["trees=300", "priors.coefficient=0.3"], "--set")
    {'trees': '300', 'priors.coefficient': '0.3'}
    """
    found: dict[str, str] = {}
    for text in given or []:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not sign or not name:
            raise typer.BadParameter(f"expected NAME=VALUE, found {text!r}", param_hint=option)
        if name in found:
            raise typer.BadParameter(f"expected each name once, found {name} twice", param_hint=option)
        found[name] = value
    return found


def check_engine(engine: Engine, scheduler: str | None) -> None:
    """Refuse an engine that cannot be used, before the work begins.

    Raises
    ------
    typer.BadParameter
        If there is a scheduler without Dask.
    ModuleNotFoundError
        If Dask is not installed.

    Examples
    --------
    >>> check_engine("local", None)
    """
    if scheduler is not None and engine != "dask":
        raise typer.BadParameter(
            f"expected nothing without --engine dask, found {scheduler}", param_hint="--scheduler"
        )
    if engine == "dask":
        import_module("distributed")


def contributions_of(given: str) -> Literal["shap", "none"]:
    """Read ``--explain``.

    Raises
    ------
    typer.BadParameter
        If it is neither ``shap`` nor ``none``.

    Examples
    --------
    >>> contributions_of("none")
    'none'
    """
    if given not in ("shap", "none"):
        raise typer.BadParameter(f"expected shap or none, found {given!r}", param_hint="--explain")
    return "none" if given == "none" else "shap"


def moment_of(value: str | None) -> str | None:
    """Check a moment; in which time zone it is, is known once there is a playbook.

    Parameters
    ----------
    value : str, optional
        What ``--as-of`` says.

    Returns
    -------
    str or None
        The same.

    Raises
    ------
    typer.BadParameter
        If it is neither a day nor a time.

    Examples
    --------
    >>> moment_of("2026-03-31")
    '2026-03-31'
    """
    from winprob.features.day_or_time import day_or_time
    from winprob.features.values import Unreadable

    try:
        if value is not None:
            day_or_time(value)
    except Unreadable as error:
        raise typer.BadParameter(f"expected {error.expected}, found {value!r}; {error.remedy}") from error
    return value


def day_of(value: str | None) -> date | None:
    """Read the day of ``--from``.

    Raises
    ------
    typer.BadParameter
        If it is no day.

    Examples
    --------
    >>> day_of("2026-10-01")
    datetime.date(2026, 10, 1)
    """
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"expected a date such as 2026-10-01, found {value!r}", param_hint="--from"
        ) from error


def dates_of(value: str | None, expected: str = "dates") -> list[date]:
    """Read the dates of ``--by``.

    Parameters
    ----------
    value : str, optional
        Dates with commas between them.
    expected : str
        What may stand there, for the message.

    Returns
    -------
    list of datetime.date
        Empty if it is left out.

    Raises
    ------
    typer.BadParameter
        If one of them is no date.

    Examples
    --------
    >>> dates_of("2026-12-31, 2027-03-31")
    [datetime.date(2026, 12, 31), datetime.date(2027, 3, 31)]
    """
    try:
        return [date.fromisoformat(part.strip()) for part in value.split(",")] if value is not None else []
    except ValueError as error:
        raise typer.BadParameter(
            f"expected {expected} such as 2026-12-31,2027-03-31, found {value!r}", param_hint="--by"
        ) from error
