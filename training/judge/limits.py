"""What a model does not know: said from its data and its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from winprob.features.message import Wording, listed, message
from winprob.features.playbook import Playbook
from winprob.models.bundle.card import Grouping, Limit, Segment
from winprob.models.bundle.leaks import Leaks
from winprob.models.bundle.manifest import DatedSplit, Manifest
from winprob.models.wording.rule_names import name_of
from winprob.training.judge.measures import FEWEST_ENDINGS, FEWEST_OPPORTUNITIES
from winprob.training.judge.not_for import limit


def limits(
    manifest: Manifest, playbook: Playbook, rule: str, overall: Segment, groupings: Sequence[Grouping]
) -> tuple[Limit, ...]:
    """Say what a model does not know.

    Parameters
    ----------
    manifest : Manifest
        Its data, and how it was tested.
    playbook : Playbook
    rule : str
        The rule that it was compared with.
    overall : Segment
        All test rows.
    groupings : sequence of Grouping
        Their segments.

    Returns
    -------
    tuple of Limit
        First what speaks against the model.

    Examples
    --------
    ``[limit.code for limit in limits(manifest, playbook, "base_rate", overall, groupings)]``
    """
    return (
        *_lost(manifest),
        *_unsure(rule, overall),
        *_segments(rule, groupings),
        *_leaks(manifest.leaks or Leaks()),
        *_data(manifest),
        *_vocabulary(manifest, playbook),
    )


def _lost(manifest: Manifest) -> Iterator[Limit]:
    """Rules that the model does not beat."""
    model = manifest.metrics.get("model")
    rules = {code: metrics for code, metrics in manifest.metrics.items() if code != "model"}
    for code, metrics in rules.items():
        if model is not None and metrics is not None and metrics.log_loss <= model.log_loss:
            name, own, other = name_of(code), f"{model.log_loss:.4f}", f"{metrics.log_loss:.4f}"
            yield limit(
                "lost_to_rule",
                message(
                    "The {name} did as well or better on the test (log loss {other} against {own}): rely "
                    "on that rule until there are more data.",
                    name=name,
                    other=other,
                    own=own,
                ),
            )


def _unsure(rule: str, overall: Segment) -> Iterator[Limit]:
    """What the test as a whole cannot tell."""
    measures, name = overall.measures, name_of(rule)
    if measures is None:
        yield limit(
            "too_few",
            message(
                "Its test has {opportunities:,} opportunities: too few to tell how good it is.",
                opportunities=overall.opportunities,
            ),
        )
    elif measures.better_by.low <= 0 <= measures.better_by.high:
        yield limit(
            "perhaps_chance",
            message(
                "Its difference to the {name} on the test may be chance: the interval holds 0.", name=name
            ),
        )


def _segments(rule: str, groupings: Sequence[Grouping]) -> Iterator[Limit]:
    """Where it is worse than the rule, where nobody can tell, and what is not recorded."""
    name = name_of(rule)
    worse = _listed(groupings, lambda each: each.measures is not None and each.measures.better_by.high < 0)
    if worse:
        yield limit(
            "worse_segments", message("It does worse than the {name} on: {worse}.", name=name, worse=worse)
        )
    few = _listed(groupings, lambda each: each.measures is None)
    if few:
        yield limit(
            "few_in_segments",
            message(
                "Too few to tell how good it is on: {few} (it takes {fewest_opportunities} opportunities "
                "each, {fewest_endings} of them won and {fewest_endings} lost).",
                few=few,
                fewest_opportunities=FEWEST_OPPORTUNITIES,
                fewest_endings=FEWEST_ENDINGS,
            ),
        )
    absent = [grouping.name for grouping in groupings if not grouping.segments]
    if absent:
        yield limit(
            "not_recorded",
            message("Not recorded in the test rows: {names}.", names=listed(absent)),
        )


def _listed(groupings: Sequence[Grouping], chosen: Callable[[Segment], bool]) -> Wording | None:
    """Name segments with what they are a segment of; none if none is chosen."""
    found = [
        message("{grouping} {segment}", grouping=grouping.name, segment=segment.name)
        for grouping in groupings
        for segment in grouping.segments
        if chosen(segment)
    ]
    return listed(found) if found else None


def _data(manifest: Manifest) -> Iterator[Limit]:
    """What its data do not reach."""
    data = manifest.data
    if data.first_moment and data.as_of:
        first, last = (f"{time:%Y-%m-%d}" for time in (data.first_moment, data.as_of))
        yield limit(
            "span", message("It knows nothing before {first} or after {last}.", first=first, last=last)
        )
    if not isinstance(manifest.validation, DatedSplit):
        yield limit(
            "undated",
            message(
                "Its data have no dates: it was cross-validated, not tested on later deals, and nobody "
                "can tell which values were filled in afterwards."
            ),
        )
    if data.open:
        yield limit(
            "open",
            message(
                "{open:,} opportunities had not ended yet and are not in the test; the weights of those "
                "that had make up for them.",
                open=data.open,
            ),
        )


def _leaks(leaks: Leaks) -> Iterator[Limit]:
    """Features that may know the ending."""
    for feature, codes in leaks.codes_by_feature.items():
        yield limit(
            "allowed_leak",
            message(
                "It learned from {feature} although that seems to know the ending ({codes}): if it does, "
                "neither the probabilities nor the test can be believed.",
                feature=feature,
                codes=codes,
            ),
        )
    if leaks.not_applicable:
        codes = ", ".join(leaks.not_applicable)
        yield limit(
            "leaks_not_looked_for",
            message(
                "Its data do not tell whether there are leaks of the kinds {codes}, columns filled in later.",
                codes=codes,
            ),
        )


def _vocabulary(manifest: Manifest, playbook: Playbook) -> Iterator[Limit]:
    """The words that it understands."""
    yield limit(
        "playbook",
        message(
            "It knows the stages of {name} ({code}): deals that go through another funnel need a model "
            "of their own.",
            name=playbook.name,
            code=playbook.code,
        ),
    )
    yield limit(
        "unseen",
        message(
            "A region, industry, product or other category that is not in its data counts as not recorded."
        ),
    )
    own = [playbook.attribute_words(attribute.name) for attribute in manifest.attributes]
    yield limit(
        "attributes",
        message("Beyond the standard fields it knows {names} and nothing else.", names=listed(own))
        if own
        else message("It knows nothing beyond the standard fields."),
    )
