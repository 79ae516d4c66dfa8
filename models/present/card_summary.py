"""The beginning of the card: what the model is, how good it proved to be, what it must not be used for."""

from __future__ import annotations

from collections.abc import Iterator

from winprob.features.message import listed, message
from winprob.features.playbook import Language
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Card
from winprob.models.bundle.manifest import Data, DatedSplit, Manifest
from winprob.models.present.card_page import Page, harmless
from winprob.models.wording.rule_names import name_of


def summary(bundle: Bundle, version: str, language: Language = "en") -> str:
    """Write the beginning of the card.

    Parameters
    ----------
    bundle : Bundle
    version : str
        What the model's version is called.
    language : str

    Returns
    -------
    str
        Markdown without HTML: a title and two short lists.

    Examples
    --------
    ``print(summary(bundle, "3", "zh"))``
    """
    page, manifest, card = Page(language), bundle.manifest, bundle.card
    title = page.say(message("Model card: "))
    lines = [
        page.say(message("It gives every open opportunity a probability of being won, with reasons.")),
        _known(page, manifest.data),
        _learned(page, manifest),
        *_verdict(page, card),
        *_moved_by(page, card),
    ]
    never = page.say(message("What it must not be used for"))
    parts = (
        f"# {title}{manifest.name} {version}",
        page.list(lines),
        f"## {never}",
        page.list(page.say(limit.words) for limit in card.not_for),
    )
    return harmless("\n\n".join(parts) + "\n")


def _known(page: Page, data: Data) -> str:
    """Say what its data are."""
    counts = {"count": data.opportunities, "won": data.won, "lost": data.lost, "open": data.open}
    if data.first_moment and data.as_of:
        return page.say(
            message(
                "Its data: {count:,} opportunities from {first:%Y-%m-%d} to {last:%Y-%m-%d}, {won:,} won, "
                "{lost:,} lost, {open:,} still open.",
                first=data.first_moment,
                last=data.as_of,
                **counts,
            )
        )
    return page.say(
        message(
            "Its data: {count:,} opportunities, {won:,} won, {lost:,} lost, {open:,} still open.", **counts
        )
    )


def _learned(page: Page, manifest: Manifest) -> str:
    """Say what it learned from and what it was tested with."""
    data, split = manifest.data, manifest.validation
    if isinstance(split, DatedSplit):
        learned, tested, served = split.train, split.test, split.served
        return page.say(
            message(
                "It learned from {learned:,} opportunities that ended by {end:%Y-%m-%d}, and was tested on "
                "{tested:,} others that ended after that, by {test_end:%Y-%m-%d}. After the test it learned "
                "anew from all {served:,} that had ended, and so it is served.",
                learned=learned.opportunities,
                end=learned.end,
                tested=tested.opportunities,
                test_end=tested.end,
                served=served.opportunities,
            )
        )
    return page.say(
        message(
            "It learned from {opportunities:,} closed opportunities without dates, and was tested by "
            "cross-validation: each by a model that had not seen it.",
            opportunities=data.opportunities,
        )
    )


def _verdict(page: Page, card: Card) -> Iterator[str]:
    """Say how it did beside the rule, and whether its probabilities came true on the whole."""
    measures = card.overall.measures
    if measures is None:
        yield page.say(
            message(
                "The test has {opportunities:,} opportunities: too few to tell how good it is.",
                opportunities=card.overall.opportunities,
            )
        )
        return
    name, lead = page.say(name_of(card.rule)), measures.better_by
    rule = page.say(message("the best rule, the {name}", name=name))
    if lead.low > 0:
        verdict = page.say(message("better than {rule}", rule=rule))
    elif lead.high < 0:
        verdict = page.say(message("worse than {rule}", rule=rule))
    else:
        verdict = page.say(message("not surely different from {rule}", rule=rule))
    own, other = f"{measures.log_loss.value:.3f}", f"{measures.rule_log_loss.value:.3f}"
    yield page.say(
        message(
            "On the test it is {verdict}: log loss {own} against {other}, lower is better; it leads by "
            "{number}.",
            verdict=verdict,
            own=own,
            other=other,
            number=page.number(lead),
        )
    )
    predicted = page.share(measures.predicted.value)
    yield page.say(
        message(
            "It said {predicted} on average, and {won} of the test rows were won.",
            predicted=predicted,
            won=page.percent(measures.won),
        )
    )


def _moved_by(page: Page, card: Card) -> Iterator[str]:
    """Name the families that move probabilities most."""
    names = [each.name for each in card.families[:3] if each.points > 0]
    if names:
        yield page.say(message("What moves it most: {names}.", names=listed(names)))
