"""The card as a page of Markdown, for managers and for data scientists."""

from __future__ import annotations

from collections.abc import Iterator

from winprob.features.message import listed, message
from winprob.features.playbook import Language, Playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Card, Grouping, Segment
from winprob.models.bundle.manifest import CrossValidation, DatedSplit, Manifest, Window
from winprob.models.closing.closing_check import ClosingCheck
from winprob.models.measure.metrics import Metrics
from winprob.models.present.card_page import Page, harmless
from winprob.models.present.card_reliability import reliability
from winprob.models.present.card_summary import summary
from winprob.models.wording.rule_names import name_of

MODEL = "model"


def markdown(bundle: Bundle, version: str, language: Language = "en") -> str:
    """Write the whole card.

    Parameters
    ----------
    bundle : Bundle
    version : str
        What the model's version is called.
    language : str

    Returns
    -------
    str
        Markdown with tables and without HTML, as GitHub and MLflow show it.

    Examples
    --------
    ``Path("card.md").write_text(markdown(bundle, "3"), encoding="utf-8")``
    """
    page, card = Page(language), bundle.card
    parts = (
        *_test(page, bundle.manifest, card),
        *(part for grouping in card.groupings for part in _grouping(page, grouping)),
        *reliability(page, card),
        *_closing(page, bundle.manifest.closing),
        *_families(page, card),
        *_limits(page, card),
        *_data(page, bundle.manifest, bundle.playbook),
    )
    return "\n\n".join([summary(bundle, version, language).rstrip(), *map(harmless, parts)]) + "\n"


def _test(page: Page, manifest: Manifest, card: Card) -> Iterator[str]:
    """All measures of the model and the rules, and how to read them."""
    yield page.say(message("## How good it was on the test"))
    measures = card.overall.measures
    if measures is None or card.auc is None or card.calibration_error is None:
        yield page.too_few
        return
    head = ["", page.say(message("log loss")), "Brier", "AUC", page.say(message("calibration error"))]
    found = (measures.log_loss, measures.brier, card.auc, card.calibration_error)
    rules = {code: metrics for code, metrics in manifest.metrics.items() if code != MODEL}
    rows = (_rule(page, code, metrics) for code, metrics in rules.items() if metrics is not None)
    yield page.table(head, [[page.say(name_of(MODEL)), *map(page.number, found)], *rows])
    yield page.list(_how_to_read(page, manifest, card))


def _rule(page: Page, code: str, metrics: Metrics) -> list[str]:
    found = (metrics.log_loss, metrics.brier, metrics.auc, metrics.calibration_error)
    return [page.say(name_of(code)), *(f"{value:.3f}" if value == value else "–" for value in found)]


def _how_to_read(page: Page, manifest: Manifest, card: Card) -> Iterator[str]:
    dated = isinstance(manifest.validation, DatedSplit)
    yield page.say(
        message(
            "Log loss and Brier: how far the probabilities were from what happened. Lower is better; "
            "saying 50 % to everything gives 0.693 and 0.250."
        )
    )
    yield page.say(
        message("AUC: the chance that a won row stood above a lost one; 0.5 is a coin, 1 is perfect.")
    )
    yield page.say(
        message(
            "Calibration error: the mean distance of predicted and observed; 0 is perfect. If its "
            "interval begins at 0, chance may be all there is."
        )
    )
    yield page.say(
        message(
            "In brackets, 95 % intervals: what other opportunities in the test might have given (a "
            "bootstrap of {draws:,} draws of opportunities, each with all its rows).",
            draws=card.draws,
        )
    )
    rule = page.say(name_of(card.rule))
    yield page.say(
        message(
            "Lead: the log loss of the {rule} less that of the model. Above 0 the model is better; an "
            "interval on both sides of 0 cannot tell.",
            rule=rule,
        )
    )
    yield page.say(
        message(
            "A row is an opportunity as it stood on a Monday, so one opportunity can be in several stages."
        )
        if dated
        else message("A row is a row of the table, once for each repeat of the cross-validation.")
    )


def _grouping(page: Page, grouping: Grouping) -> Iterator[str]:
    name = page.say(grouping.name)
    yield page.say(message("### By {name}", name=name))
    if not grouping.segments:
        yield page.say(message("No {name} is recorded in the test rows.", name=name))
        return
    head = (
        name,
        page.say(message("opportunities")),
        page.say(message("rows")),
        page.say(message("won")),
        page.say(message("predicted")),
        page.say(message("log loss")),
        page.say(message("lead")),
        "Brier",
    )
    yield page.table(head, (_segment(page, segment) for segment in grouping.segments))


def _segment(page: Page, segment: Segment) -> list[str]:
    counts = [page.say(segment.name), f"{segment.opportunities:,}", f"{segment.rows:,}"]
    measures = segment.measures
    if measures is None:
        return [*counts, page.say(message("too few to tell")), *[""] * 4]
    losses = (measures.log_loss, measures.better_by, measures.brier)
    shares = (page.percent(measures.won), page.share(measures.predicted.value))
    return [*counts, *shares, *map(page.number, losses)]


def _closing(page: Page, check: ClosingCheck | None) -> Iterator[str]:
    """Say how many wins came in the window that was told."""
    if check is not None:
        yield page.say(message("## Do deals close when it says?"))
        yield page.say(
            message(
                "Of the wins, 80 % should come within the close window that it tells. On the test "
                "{share} did ({opportunities:,} opportunities, {moments:,} rows).",
                share=page.share(check.coverage),
                opportunities=check.opportunities,
                moments=check.moments,
            )
        )


def _families(page: Page, card: Card) -> Iterator[str]:
    yield page.say(message("## What moves its probabilities"))
    if not card.families:
        yield page.say(message("There are no test rows to explain."))
        return
    head = (
        page.say(message("family of features")),
        page.say(message("percentage points")),
        page.say(message("log-odds")),
    )
    rows = (
        (page.say(each.name), f"{100 * each.points:.1f}", f"{each.log_odds:.2f}")
        for each in card.families
        if each.points > 0
    )
    yield page.table(head, rows)
    still = [each.name for each in card.families if not each.points > 0]
    if still:
        yield page.say(message("Not recorded, or no help: {names}.", names=listed(still)))
    yield page.say(
        message(
            "How far a family moves an opportunity's probability on average, up or down: associations, "
            "not causes."
        )
    )


def _limits(page: Page, card: Card) -> Iterator[str]:
    yield page.say(message("## What it does not know"))
    yield page.list(page.say(limit.words) for limit in card.limits)


def _data(page: Page, manifest: Manifest, playbook: Playbook) -> Iterator[str]:
    """Where the model comes from, as a list of facts."""
    data, versions = manifest.data, manifest.versions
    yield page.say(message("## Data and origin"))
    facts = [
        *_split(page, manifest),
        page.say(message("Playbook: ")) + f"{page.say(playbook.name)} ({playbook.code})",
        page.say(message("Made: "))
        + f"{manifest.created_at:%Y-%m-%d %H:%M} UTC, winprob {versions.winprob}, "
        f"Python {versions.python}, LightGBM {versions.lightgbm}",
        page.say(message("SHA-256 of the data: ")) + f"`{data.digest}`",
    ]
    yield page.list(facts)


def _split(page: Page, manifest: Manifest) -> Iterator[str]:
    split = manifest.validation
    if isinstance(split, CrossValidation):
        yield page.say(
            message(
                "Cross-validation with {folds} folds, {repeats} times; identical rows in one fold "
                "({groups:,} groups)",
                folds=split.folds,
                repeats=split.repeats,
                groups=split.groups,
            )
        )
        return
    for name, windows in (
        (page.say(message("Learned from: ")), (split.train,)),
        (page.say(message("Calibrated on: ")), split.calibrate),
        (page.say(message("Tested on: ")), (split.test,)),
        (page.say(message("Served after learning anew from: ")), (split.served,)),
    ):
        yield name + page.say(message("; ")).join(_window(page, window) for window in windows)


def _window(page: Page, window: Window) -> str:
    start = f"{window.start:%Y-%m-%d}" if window.start else page.say(message("the beginning"))
    return page.say(
        message(
            "{start} to {end:%Y-%m-%d} ({opportunities:,} opportunities, {rows:,} rows)",
            start=start,
            end=window.end,
            opportunities=window.opportunities,
            rows=window.rows,
        )
    )
