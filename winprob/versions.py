"""Verbs of the registry: list the versions, compare two, make one champion, and go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from winprob.options import JsonOption, PlaybookOption
from winprob.terminal import out, print_json, read_history, working

if TYPE_CHECKING:
    from winprob.training.track.champion import Change
    from winprob.training.track.comparison import Comparison
    from winprob.training.track.lead import Lead
    from winprob.training.track.paired_forecasts import PairedForecasts

VersionArgument = Annotated[str, typer.Argument(metavar="VERSION", help="As winprob models lists it.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="REASON", help="For whoever asks later.")]


def models(as_json: JsonOption = False) -> None:
    """List the versions of the model: when, of what data, how good, and which one is champion and why."""
    from winprob.training.track.champion import trail
    from winprob.training.track.versions import versions

    listed, changes = versions(), trail()
    if as_json:
        print_json(
            {
                "versions": [asdict(each) | {"created_at": each.created_at.isoformat()} for each in listed],
                "changes": [change.model_dump(mode="json") for change in changes],
            }
        )
        return
    table = Table("version", "trained", "data until", "log loss", "ahead of rules by", "status")
    for each in listed:
        numbers = ("" if value is None else f"{value:.4f}" for value in (each.log_loss, each.lead))
        table.add_row(
            each.version,
            f"{each.created_at:%Y-%m-%d %H:%M}",
            each.data_until[:10],
            *numbers,
            each.status,
        )
    out.print(table if listed else "no model is registered yet; run winprob train")
    for each in listed:
        if each.why:
            out.print(
                f"Version {each.version}, {each.status}: {each.why}. {each.caution}".rstrip(), soft_wrap=True
            )
    for change in changes:
        out.print(_said(change), soft_wrap=True)


def compare(
    challenger: VersionArgument,
    champion: Annotated[str, typer.Argument(metavar="OTHER", help="The version to compare it with.")],
    history: Annotated[
        Path | None,
        typer.Argument(
            metavar="[HISTORY]",
            help="Ask both of what closed there after both had learned, or, where nothing has, the older one "
            "of the newer one's test; if left out, the rows that were in the tests of both decide.",
        ),
    ] = None,
    playbook: PlaybookOption = "customer-grades",
    as_json: JsonOption = False,
) -> None:
    """Compare two versions on the same rows, in pairs."""
    from winprob.training.track.compared_versions import compare_versions

    with working() as step:
        step("reading", 0, 2)
        known = None if history is None else read_history(history, playbook)
        step("comparing", 1, 2)
        compared = compare_versions(challenger, champion, known)
    comparison = compared.comparison
    if as_json:
        print_json(
            {
                "opportunities": comparison.opportunities,
                **comparison.measures.model_dump(mode="json"),
                "leads": [lead.as_data() for lead in compared.leads],
                "forecasts": asdict(compared.forecasts) if compared.forecasts else None,
            }
        )
        return
    out.print(_table(challenger, champion, comparison))
    if compared.leads:
        out.print(_leads(compared.leads))
    lead = comparison.measures.better_by
    told = "cannot be told from noise" if lead.low <= 0 <= lead.high else "is beyond noise"
    where = "ahead" if lead.value >= 0 else "behind"
    out.print(
        f"Version {challenger} is {where}: its log loss is lower by {lead.value:.4f} ({lead.low:.4f} to "
        f"{lead.high:.4f}, 95 %) on {len(comparison.rows):,} rows of {comparison.opportunities:,} "
        f"opportunities, which {told}.",
        soft_wrap=True,
    )
    if compared.forecasts:
        out.print(_forecasts(challenger, champion, compared.forecasts), soft_wrap=True)


def promote(version: VersionArgument, why: WhyOption) -> None:
    """Make a version champion because a person says so."""
    from winprob.training.track.champion import promote as change

    with working() as step:
        step("promoting", 0, 1)
        changed = change(version, why)
    out.print(_said(changed), soft_wrap=True)


def rollback(why: WhyOption) -> None:
    """Make the champion before the present one champion again."""
    from winprob.training.track.champion import rollback as change

    with working() as step:
        step("rolling back", 0, 1)
        changed = change(why)
    out.print(_said(changed), soft_wrap=True)


def _said(change: Change) -> str:
    instead = "" if change.before is None else f" instead of version {change.before}"
    when = f"{change.at:%Y-%m-%d %H:%M} UTC"
    return f"{when}, {change.kind} by {change.by}: version {change.version}{instead}: {change.why}"


def _table(challenger: str, champion: str, comparison: Comparison) -> Table:
    from winprob.training.judge.evaluation import MODEL
    from winprob.training.track.comparison import CHAMPION

    table = Table("", "log loss", "Brier", "AUC", "calibration error", "predicted", "won")
    for version, column in ((challenger, MODEL), (champion, CHAMPION)):
        found = comparison.metrics(column)
        cells = (
            found.log_loss,
            found.brier,
            found.auc,
            found.calibration_error,
            found.predicted,
            found.observed,
        )
        table.add_row(f"version {version}", *("" if value != value else f"{value:.4f}" for value in cells))
    return table


def _leads(found: Sequence[Lead]) -> Table:
    table = Table("", "opportunities", "ahead by", "95 %", "")
    for lead in found:
        interval = f"{lead.by.low:.4f} to {lead.by.high:.4f}"
        told = f"worse by more than {lead.margin:g}" if lead.unacceptable else ""
        table.add_row(
            f"{lead.respect}: {lead.name.en}" if lead.respect != "calibration" else lead.name.en,
            f"{lead.opportunities:,}",
            f"{lead.by.value:.4f}",
            interval,
            told,
        )
    return table


def _forecasts(challenger: str, champion: str, found: PairedForecasts) -> str:
    told = " and ".join(
        f"version {version} by {own.wmape:.1%} (80 % ranges held {own.coverage_80:.0%})"
        for version, own in ((challenger, found.model), (champion, found.champion))
    )
    return f"Forecasts of {found.months} months that neither knew were off, {told}."
