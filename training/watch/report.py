"""The report of a watch: a page in Markdown, and data for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from winprob.training.watch.drift import FEWEST, Drift
from winprob.training.watch.outcomes import Outcomes
from winprob.training.watch.watch import Watch

SHOWN = 15
"""Features that the page shows; the data have all."""


def as_markdown(seen: Watch, version: str) -> str:
    """Write the page.

    Parameters
    ----------
    seen : Watch
    version : str
        Of the model.

    Examples
    --------
    ``Path("watch.md").write_text(as_markdown(watch(bundle, history), "3"), encoding="utf-8")``
    """
    title = f"# Model version {version}, {seen.since:%Y-%m-%d} to {seen.until:%Y-%m-%d}"
    alarms = [f"- **{alarm.code}**: {alarm.sentence}" for alarm in seen.alarms]
    parts = (
        [title],
        ["## Alarms", "\n".join(alarms) or "None."],
        ["## Outcomes", *_outcomes(seen.outcomes)],
        ["## Forecasts", _forecasts(seen)],
        ["## Drift", *_drift(seen.drift)],
    )
    return "\n\n".join(line for part in parts for line in part) + "\n"


def as_data(seen: Watch, version: str) -> dict[str, Any]:
    """Say the same as data for JSON, with all features; no number is NaN."""
    outcomes, coverage = seen.outcomes, seen.coverage
    expected, spread = outcomes.expected_log_loss
    some = len(outcomes) > 0
    return {
        "version": version,
        "since": seen.since.isoformat(),
        "until": seen.until.isoformat(),
        "alpha": seen.alpha,
        "alarms": [asdict(alarm) for alarm in seen.alarms],
        "outcomes": {
            "windows": outcomes.windows,
            "opportunities": len(outcomes),
            "won": outcomes.won,
            "expected_won": outcomes.expected_won,
            "log_loss": outcomes.log_loss if some else None,
            "expected_log_loss": expected if some else None,
            "log_loss_spread": spread if some else None,
            "e_value": outcomes.evidence,
            "tolerance": outcomes.tolerance,
        },
        "coverage": {"forecasts": len(coverage), "held": coverage.held, "e_value": coverage.evidence},
        "drift": {
            "opportunities": seen.drift.opened,
            "reference": seen.drift.reference,
            "dates": seen.drift.dates,
            "unrecorded": seen.drift.unrecorded,
            "features": [asdict(shift) | {"drifted": shift.drifted} for shift in seen.drift.shifts],
        },
    }


def _outcomes(seen: Outcomes) -> Iterator[str]:
    if not len(seen):
        yield "Nothing can be said yet: no opportunity has closed in a complete window of 13 weeks."
        return
    expected, spread = seen.expected_log_loss
    yield (
        f"{len(seen):,} opportunities closed in {seen.windows} windows of 13 weeks, {seen.won:,} were won, "
        f"and the model expected {seen.expected_won:.1f}. Log loss {seen.log_loss:.4f}; by its own "
        f"probabilities {expected:.4f}, give or take {2 * spread:.4f} by chance. Evidence against the "
        f"calibration (e-value): {seen.evidence:.3g}."
    )


def _forecasts(seen: Watch) -> str:
    coverage = seen.coverage
    if not len(coverage):
        return "Nothing can be said yet: no quarter has begun and ended since."
    return (
        f"The 80 % ranges held what was won in {coverage.held} of {len(coverage)} quarters and currencies. "
        f"Evidence against them (e-value): {coverage.evidence:.3g}."
    )


def _drift(seen: Drift) -> Iterator[str]:
    if not seen.shifts:
        yield (
            f"Nothing can be said: {seen.opened} opportunities are open, {seen.reference} were in the "
            f"reference, and {FEWEST} of each are needed."
        )
        return
    yield (
        f"The {seen.opened:,} opportunities open now beside the {seen.reference:,} open at {seen.dates} "
        "dates up to the end of what the model learned from. Stability: population stability index; usual: "
        "the largest between two of these dates. p: by chance, adjusted for the number of features."
    )
    lines = [
        "| feature | stability | usual | p | recorded then | now | drifted |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    lines += [
        f"| `{shift.feature}` | {shift.stability:.3f} | {shift.usual:.3f} | {shift.p_value:.2g} "
        f"| {shift.recorded_then:.0%} | {shift.recorded_now:.0%} | {'yes' if shift.drifted else ''} |"
        for shift in seen.shifts[:SHOWN]
    ]
    yield "\n".join(lines)
