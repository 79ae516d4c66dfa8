from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from histories import histories, times
from hypothesis import given, settings
from hypothesis import strategies as st
from small import BIG_PROJECT, EIGHT_STEPS, GRADES

from winprob.features.attribute import Attribute
from winprob.features.build import build, catalogue
from winprob.features.catalogue import Family, Feature
from winprob.features.families import FAMILIES
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.message import Verbatim, message
from winprob.features.playbook import Playbook
from winprob.features.timeline import Floats
from winprob.features.view import View

PLAYBOOKS = [GRADES, BIG_PROJECT, EIGHT_STEPS]
UNITS = {"", "days", "log", "log ratio", "from 0", "score"}


def weather(view: Any) -> Floats:
    """Degrees at the customer's."""
    temperatures: Floats = view.temperatures
    return temperatures


def family(**options: Any) -> Family:
    return Family("weather", message("weather"), View, **options)


def test_a_function_becomes_a_feature_by_its_name_and_docstring() -> None:
    climate = family()
    declare = climate.feature(message("temperature"), unit="degrees", direction=-1, lever=True)
    assert declare(weather) is weather
    words = message("temperature")
    assert climate.features(GRADES, ()) == [
        Feature(
            name="weather",
            family="weather",
            words=words,
            definition="Degrees at the customer's.",
            compute=weather,
            unit="degrees",
            kind="number",
            direction=-1,
            lever=True,
        )
    ]


def test_further_features_depend_on_playbook_and_attributes() -> None:
    def more(playbook: Playbook, attributes: Any) -> list[Feature]:
        names = [playbook.code, *(attribute.name for attribute in attributes)]
        return [Feature(name, "weather", Verbatim(name), name, weather) for name in names]

    climate = family(more=more)
    climate.feature(message("temperature"))(weather)
    names = [feature.name for feature in climate.features(GRADES, [Attribute("size", "number")])]
    assert names == ["weather", "customer-grades", "size"]


def test_a_playbook_may_not_want_a_family() -> None:
    climate = family(enabled=lambda playbook: playbook.seller_features)
    climate.feature(message("temperature"))(weather)
    assert len(climate.features(GRADES, ())) == 1
    assert climate.features(GRADES.model_copy(update={"seller_features": False}), ()) == []


def test_the_families_are_told_apart_by_code_and_words() -> None:
    codes = [
        "stage",
        "competition",
        "risk",
        "contact",
        "key_persons",
        "amount",
        "timing",
        "customer",
        "seller",
        "events",
    ]
    assert [family.code for family in FAMILIES] == codes
    assert (
        len({family.words.zh for family in FAMILIES}) == len({family.words.en for family in FAMILIES}) == 10
    )


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook.code)
def test_every_feature_is_fully_declared(playbook: Playbook) -> None:
    attributes = [Attribute("size", "number"), Attribute("segment", "category")]
    features = catalogue(playbook, attributes)
    order = [family.code for family in FAMILIES]
    assert [feature.family for feature in features] == sorted(
        (feature.family for feature in features), key=order.index
    )
    for feature in features:
        assert feature.definition.endswith(".")
        assert feature.unit in UNITS
        assert feature.unit == "" or feature.kind == "number", feature.name
        assert feature.kind != "category" or (feature.direction, feature.lever) == (0, False), feature.name
        assert feature.relative_to in {"", *(each.name for each in features if each.kind == "category")}


@given(
    st.sampled_from(PLAYBOOKS).flatmap(histories),
    st.lists(times, min_size=1, max_size=3),
)
@settings(max_examples=25)
def test_values_are_of_the_kind_that_the_catalogue_says(history: History, at: list[pd.Timestamp]) -> None:
    snapshots = pd.DataFrame(
        [(row, moment) for row in range(len(history)) for moment in at], columns=["opportunity", "at"]
    ).astype({"at": TIME})
    matrix = build(history, snapshots=snapshots)
    for feature in catalogue(history.playbook, history.attributes):
        column = matrix[feature.name]
        if feature.kind == "category":
            assert isinstance(column.dtype, pd.CategoricalDtype)
            continue
        assert column.dtype == "float64"
        if feature.kind == "flag":
            assert column.dropna().isin([0.0, 1.0]).all()
        if feature.kind == "share":
            assert column.dropna().between(0, 1).all()
        if feature.unit == "score":
            assert column.dropna().isin([0.0, 1.0, 2.0]).all()


def test_a_digest_follows_what_a_feature_is_and_not_what_it_is_called() -> None:
    feature = catalogue(GRADES)[0]
    changes: list[dict[str, Any]] = [
        {"name": "other"},
        {"definition": "Something else."},
        {"family": "other"},
        {"kind": "share"},
        {"unit": "weeks"},
        {"direction": -1},
        {"relative_to": "currency"},
    ]
    digests = {feature.digest, *(replace(feature, **change).digest for change in changes)}
    assert len(digests) == 1 + len(changes)
    renamed = replace(feature, words=message("other"), lever=not feature.lever, compute=weather)
    assert renamed.digest == feature.digest


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_no_two_features_of_a_company_have_the_same_digest(playbook: Playbook) -> None:
    features = catalogue(playbook, [Attribute("size", "number")])
    assert len({feature.digest for feature in features}) == len(features)
