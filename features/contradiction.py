"""What in a playbook contradicts something else in it.

It looks at plain data, so that it can speak of a playbook that has other faults as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isfinite
from typing import Any, TypeAlias

from winprob.features.playbook_part import ContactRule, ForecastCategories
from winprob.features.problem import Problem, key_path

Data: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str | int, ...]

FULL_SCORE = 2
"""The best score of an item of the risk form (客户风险评估表)."""


def contradictions(data: Data) -> list[Problem]:
    """Find what cannot be true together.

    Parameters
    ----------
    data : mapping
        A playbook's keys and values. Values of a wrong type are passed over: they are another check's matter.

    Examples
    --------
    >>> stages = [{"code": "first", "probability": 0.5}, {"code": "second", "probability": 0.5}]
    >>> print(contradictions({"stages": stages})[0])
    stages[1].probability: expected more than 0.5 (of stages[0]), found 0.5; let it rise from stage to stage
    """
    checks = (
        _no_stages,
        _repeated_codes,
        _flat_probabilities,
        _pass_mark_out_of_reach,
        _unmatched_buyer_stages,
        _unordered_days,
        _unordered_categories,
        _impossible_features,
    )
    return [problem for check in checks for problem in check(data)]


def _no_stages(data: Data) -> Iterator[Problem]:
    if data.get("stages") in ([], ()):
        yield Problem("stages", "at least one stage", "none", "add a [[stages]] table")


def _repeated_codes(data: Data) -> Iterator[Problem]:
    checkpoints = [
        (("stages", i, *place), code)
        for (_, i), stage in _entries(data, "stages")
        for place, code in _values(stage, "checkpoints", "code")
    ]
    lists = [_values(data, key, "code") for key in ("stages", "buyer_stages", "risk_items", "roles")]
    for codes in (*lists, checkpoints):
        first: dict[object, Place] = {}
        for place, code in codes:
            if isinstance(code, str) and first.setdefault(code, place) != place:
                expected = f"a code of its own (it is taken by {key_path(first[code])})"
                yield Problem(key_path(place), expected, repr(code), "rename or remove one of the two")


def _flat_probabilities(data: Data) -> Iterator[Problem]:
    numbers = [(place, value) for place, value in _values(data, "stages", "probability") if _is_number(value)]
    for (before, lower), (place, value) in pairwise(numbers):
        if not value > lower:
            expected = f"more than {lower} (of {key_path(before[:-1])})"
            yield Problem(key_path(place), expected, str(value), "let it rise from stage to stage")


def _pass_mark_out_of_reach(data: Data) -> Iterator[Problem]:
    weights = [item.get("weight", 1) for _, item in _entries(data, "risk_items")]
    pass_mark = data.get("pass_mark")
    if not _is_number(pass_mark) or not all(_is_number(weight) and weight > 0 for weight in weights):
        return
    full_mark = FULL_SCORE * sum(weights)
    if pass_mark > full_mark:
        expected = f"at most {full_mark:g}, the full mark ({FULL_SCORE} × the weights of risk_items)"
        yield Problem("pass_mark", expected, f"{pass_mark:g}", "lower it or add risk items")


def _unmatched_buyer_stages(data: Data) -> Iterator[Problem]:
    steps, seller = _entries(data, "buyer_stages"), len(_entries(data, "stages"))
    until = [value for _, value in _values(data, "buyer_stages", "until") if value is not None]
    if not until and len(steps) not in (0, seller):
        expected = f"none, or one beside each of the {seller} stages"
        remedy = "put the two processes side by side, one to one, or say until of each"
        yield Problem("buyer_stages", expected, str(len(steps)), remedy)
    elif until and len(until) < len(steps):
        expected, found = "until of each step, or of none", f"{len(until)} of {len(steps)}"
        yield Problem("buyer_stages", expected, found, "add it to the others")
    elif all(map(_is_number, until)) and until != sorted(set(until)):
        found = ", ".join(map(str, until))
        yield Problem("buyer_stages", "until rising from step to step", found, "let it rise")


def _unordered_days(data: Data) -> Iterator[Problem]:
    contact = data.get("contact")
    if not isinstance(contact, Mapping):
        return
    days = ContactRule().model_dump() | dict(contact)
    for shorter, longer in (("review_days", "follow_up_days"), ("follow_up_days", "decide_days")):
        if _is_number(days[shorter]) and _is_number(days[longer]) and days[longer] < days[shorter]:
            expected = f"at least {shorter}, which is {days[shorter]}"
            yield Problem(f"contact.{longer}", expected, str(days[longer]), "raise it or lower the other")


def _unordered_categories(data: Data) -> Iterator[Problem]:
    categories = data.get("forecast_categories")
    if not isinstance(categories, Mapping):
        return
    shares = ForecastCategories().model_dump() | dict(categories)
    for higher, lower in (("commit", "best_case"), ("best_case", "pipeline")):
        if _is_number(shares[higher]) and _is_number(shares[lower]) and not shares[lower] < shares[higher]:
            expected = f"less than {higher}, which is {shares[higher]}"
            found = str(shares[lower])
            yield Problem(f"forecast_categories.{lower}", expected, found, "lower it or raise the other")


def _impossible_features(data: Data) -> Iterator[Problem]:
    tables = data.get("events")
    for name, table in tables.items() if isinstance(tables, Mapping) else ():
        features = table.get("features") if isinstance(table, Mapping) else ()
        features = features if isinstance(features, (list, tuple)) else ()
        for number, feature in enumerate(features):
            place = f"events.{name}.features[{number}]"
            if feature in features[:number]:
                yield Problem(place, "each feature once", f"{feature!r} again", "remove it")
            elif feature == "sum" and table.get("values") == "text":
                expected, remedy = (
                    "last or count, as texts have no sum",
                    'remove it, or say values = "number"',
                )
                yield Problem(place, expected, "'sum'", remedy)


def _entries(data: Data, key: str) -> list[tuple[Place, Data]]:
    entries = data.get(key)
    if not isinstance(entries, (list, tuple)):
        return []
    return [((key, i), entry) for i, entry in enumerate(entries) if isinstance(entry, Mapping)]


def _values(data: Data, key: str, field: str) -> list[tuple[Place, Any]]:
    return [((*place, field), entry[field]) for place, entry in _entries(data, key) if field in entry]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
