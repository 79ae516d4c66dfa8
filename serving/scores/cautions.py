"""What to know before a probability is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from winprob.features.checking import unknown_stages
from winprob.features.document import Document
from winprob.features.message import Verbatim, Wording, listed, message
from winprob.features.playbook import Language
from winprob.models.bundle.bundle import Bundle
from winprob.models.wording.contributions import Value, value_text
from winprob.serving.scores.answer import Caution

WHOSE = {
    "customer": message("the customer"),
    "owner": message("the seller"),
    "team": message("the team"),
}

FEW = 100
"""Closed opportunities below which an answer says how few they are."""

PARTS = (
    (message("the stage"), ("stage_position",)),
    (message("the competitors"), ("competitors",)),
    (message("the risk form"), ("risk_answered",)),
    (
        message("the contacts"),
        ("days_since_contact", "contacts_in_90_days", "days_to_next_contact"),
    ),
    (message("the key persons"), ("key_persons_identified",)),
    (message("the amount"), ("log_amount",)),
    (message("when it was created"), ("age",)),
    (message("the expected win date"), ("days_to_expected_win", "pushes")),
)
"""Parts of a document, and features of which one has a value wherever the part is recorded."""


def cautions(
    document: Document, values: Mapping[str, Value], bundle: Bundle, language: Language
) -> list[Caution]:
    """List what makes a probability less to be believed, or the opportunity less to be pursued.

    Parameters
    ----------
    document : Document
    values : mapping of str to float, str or None
        Its features; None where one is missing.
    bundle : Bundle
        The model that scored it.
    language : str

    Examples
    --------
    See ``tests/serving/test_cautions.py``.
    """
    found = [
        *_unknown_stages(document, bundle),
        *_unknown_values(values, bundle),
        *_unknown_track_record(document),
        *_far_outside(values, bundle, language),
        *_missing_parts(values, bundle),
        *_stage_from_checkpoints(document, values, bundle),
        *_stale_record(values, bundle),
        *_veto(values, bundle),
        *_few_endings(bundle),
        *_no_closing_times(bundle),
        *_no_reasons(bundle),
    ]
    return [Caution(code=code, message=words.in_language(language)) for code, words in found]


def _unknown_stages(document: Document, bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    known = ", ".join(bundle.playbook.stage_codes)
    for stage in unknown_stages(document, bundle.playbook):
        words = message(
            "The playbook has no stage {stage!r}: it counts as not recorded. It has {known}.",
            stage=stage,
            known=known,
        )
        yield "unknown_stage", words


def _unknown_values(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    for name, levels in bundle.manifest.levels.items():
        value = values[name]
        if value is not None and value not in levels:
            words = message(
                "The model has not learned {value!r} of {name}: it counts as not recorded.",
                value=value,
                name=name,
            )
            yield "unknown_value", words


def _unknown_track_record(document: Document) -> Iterator[tuple[str, Wording]]:
    """Whose past opportunities would count, if the document or the service's history told them."""
    named = [WHOSE[whose] for whose in document.unstated_track_records()]
    if named:
        words = message(
            "The past opportunities of {whose} are not known and count as not recorded: send "
            "track_records, or start the service with --history.",
            whose=listed(named),
        )
        yield "track_record_unknown", words


def _far_outside(
    values: Mapping[str, Value], bundle: Bundle, language: Language
) -> Iterator[tuple[str, Wording]]:
    """Numbers further from those that were learned from than these are from one another."""
    features = {each.name: each for each in bundle.features}
    for name, (low, high) in bundle.model.learned_ranges_.items():
        value, width = values[name], high - low
        offset = bundle.model.columns_.offset(name, values)
        if isinstance(value, float) and width > 0 and not -width <= value - offset - low <= 2 * width:
            feature, numbers = features[name], (value, low + offset, high + offset)
            found, low_text, high_text = (value_text(feature, number, language) for number in numbers)
            words = message(
                "{feature}: {found} is far outside what the model has learned ({low} to {high}): check it.",
                feature=feature.words,
                found=found,
                low=low_text,
                high=high_text,
            )
            yield "far_outside", words


def _missing_parts(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    always = bundle.model.always_recorded_
    events: list[tuple[Wording, tuple[str, ...]]] = [
        (Verbatim(name, table.name), tuple(f"events.{name}.{which}" for which in table.features))
        for name, table in bundle.playbook.events.items()
    ]
    for part, features in [*PARTS, *events]:
        if always.intersection(features) and all(values.get(name) is None for name in features):
            words = message(
                "Not recorded, though always there in what the model learned from: {part}. What is usual "
                "in deals that are alike is expected, and the range is wider.",
                part=part,
            )
            yield "missing_part", words


def _stage_from_checkpoints(
    document: Document, values: Mapping[str, Value], bundle: Bundle
) -> Iterator[tuple[str, Wording]]:
    unsent = document.stage is None and not document.stage_changes
    if unsent and values["stage_position"] is not None and "stage_position" in bundle.model.always_recorded_:
        words = message(
            "Not recorded, though always there in what the model learned from: the stage. It is taken to "
            "be the one that the check points met give."
        )
        yield "missing_part", words


def _stale_record(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    days, limit = values["days_since_contact"], bundle.playbook.contact.decide_days
    if isinstance(days, float) and days > limit:
        words = message(
            "The last contact was {days:.0f} days ago, more than {limit}: the record may be out of date.",
            days=days,
            limit=limit,
        )
        yield "stale_record", words


def _few_endings(bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    endings = bundle.manifest.learned
    if endings < FEW:
        words = message(
            "The model has learned from only {endings} closed opportunities, so it knows little: read "
            "the probability together with its range.",
            endings=endings,
        )
        yield "few_endings", words


def _no_closing_times(bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    if bundle.closing_times is None:
        words = message(
            "The model does not know when opportunities close: what it learned from had no dates, or "
            "nothing had closed yet."
        )
        yield "no_closing_times", words


def _no_reasons(bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    if not bundle.model.gives_reasons:
        yield "no_reasons", message("The model gives no reasons for its answers.")


def _veto(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Wording]]:
    for item in bundle.playbook.risk_items:
        if item.veto and values[f"risk.{item.code}"] == 0:
            words = message(
                "Scored 0 on the risk form, by which the customer is to be dropped: {name}.", name=item.name
            )
            yield "veto", words
