from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from feature_modules import CONTACTS, HEAD, LETTER, MODULE, computing, module
from small import GRADES, history, look

from winprob.features.build import build, catalogue
from winprob.features.families import FAMILIES
from winprob.features.feature_module import FeatureModule
from winprob.features.loaded_family import family_of
from winprob.features.mistake import Mistake

OWN_FAMILY = 'FAMILY = Family("service", message("service"), View)'


def test_its_features_have_names_words_and_definitions() -> None:
    contacts, letter = family_of(MODULE).declared
    assert (contacts.name, contacts.family, contacts.kind) == ("contacts_of_the_week", "service", "number")
    assert (contacts.words.en, contacts.words.zh) == ("contacts of the week", "一周联系")
    assert contacts.definition == "Contacts in the seven days before."
    assert letter.kind == "category"


def test_its_features_are_computed_from_the_views_of_all_others() -> None:
    playbook = GRADES.with_features((MODULE,))
    made = history(playbook, opportunities=[{"region": "north"}], activities=[{"at": "2026-03-30"}])
    assert (look(made)["contacts_of_the_week"], look(made)["region_letter"]) == (1, "n")
    assert look(made, "2026-03-29")["contacts_of_the_week"] == 0


def test_two_modules_of_one_name_live_side_by_side() -> None:
    doubled = module(CONTACTS.replace(".within(7)", ".within(7) * 2"))
    rows = {"activities": [{"at": "2026-03-30"}]}
    for found, expected in ((MODULE, 1), (doubled, 2), (MODULE, 1)):
        features = look(history(GRADES.with_features((found,)), **rows))
        assert features["contacts_of_the_week"] == expected
    assert "contacts_of_the_week" not in {feature.name for feature in catalogue(GRADES)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(:\n    pass", "my_features.py, line 1: expected Python, found invalid syntax; correct it"),
        (
            "\nimport no_such_package.part",
            "my_features.py, line 2: expected a module that is installed, found none of the name "
            "'no_such_package'; install the package that has it, or, if it is a file beside, move it in here",
        ),
        (
            "\n\n1 / 0",
            "my_features.py, line 3: expected a module that can be imported, found ZeroDivisionError: "
            "division by zero; correct it",
        ),
        (
            "",
            f"my_features.py: expected {OWN_FAMILY}, as winprob.features.catalogue has it, found None as "
            "FAMILY; correct it",
        ),
        (
            HEAD,
            "my_features.py: expected features, each with the decorator @FAMILY.feature, found none; "
            "correct it",
        ),
        (
            HEAD.replace('"service", V', '"timing", V') + CONTACTS,
            "my_features.py: expected a family with a code of its own, found 'timing', which is taken; "
            "correct it",
        ),
        (
            HEAD + CONTACTS.replace("contacts_of_the_week", "age"),
            "my_features.py: expected a feature with a name of its own, found 'age', which is taken; "
            "correct it",
        ),
        (
            HEAD + CONTACTS + CONTACTS,
            "my_features.py: expected a feature with a name of its own, found 'contacts_of_the_week', which "
            "is taken; correct it",
        ),
        (
            HEAD + CONTACTS.replace('"""Contacts in the seven days before."""', ""),
            "my_features.py: expected a docstring of contacts_of_the_week, its definition, found none; "
            "correct it",
        ),
    ],
)
def test_a_module_that_cannot_be_used_is_refused_with_the_place(source: str, expected: str) -> None:
    with pytest.raises(Mistake) as refused:
        family_of(FeatureModule("my_features", source))
    assert str(refused.value) == expected


def test_nothing_is_added_to_the_features_of_all() -> None:
    before = [(family, len(family.declared)) for family in FAMILIES]
    source = HEAD + "\nfrom winprob.features.families.timing import FAMILY\n" + CONTACTS
    with pytest.raises(
        Mistake, match=r"expected a family of its own, as .*, found features added to 'timing'"
    ):
        family_of(FeatureModule("my_features", source))
    assert [(family, len(family.declared)) for family in FAMILIES] == before


NUMBERS = "a numpy array of finite numbers, or NaN, with a value for each of 1 moments of odd"


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (
            'return view.text("colour")',
            "category",
            "my_features.py, line 26: expected a column of odd, found KeyError: 'colour'; correct it",
        ),
        (
            "return np.zeros((1, 2))",
            "number",
            f"my_features.py: expected {NUMBERS}, found an array of float64 and shape (1, 2); correct it",
        ),
        (
            "return np.array(['a'])",
            "number",
            f"my_features.py: expected {NUMBERS}, found an array of <U1 and shape (1,); correct it",
        ),
        (
            "return np.array([np.inf])",
            "number",
            f"my_features.py: expected {NUMBERS}, found an array of float64 and shape (1,) with infinite "
            "numbers; correct it",
        ),
        ("return None", "number", f"my_features.py: expected {NUMBERS}, found None; correct it"),
        (
            "return [1.0, 2.0]",
            "number",
            f"my_features.py: expected {NUMBERS}, found list with 2 values; correct it",
        ),
        (
            "return np.zeros(1)",
            "category",
            "my_features.py: expected a Texts or pandas.Categorical with a value for each of 1 moments "
            "of odd, found an array of float64 and shape (1,); correct it",
        ),
    ],
)
def test_what_a_feature_computes_is_checked(body: str, kind: str, expected: str) -> None:
    made = history(GRADES.with_features((computing(body, kind),)))
    with pytest.raises(Mistake) as refused:
        build(made)
    assert str(refused.value) == expected


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.bool_])
def test_numbers_and_flags_of_any_width_will_do(dtype: type) -> None:
    made = history(GRADES.with_features((computing(f"return np.ones(1, np.{dtype.__name__})"),)))
    assert build(made)["odd"].tolist() == [1.0]


def test_features_may_depend_on_the_playbook() -> None:
    source = (
        LETTER
        + """

def of_stages(playbook, attributes):
    from winprob.features.catalogue import Feature
    return [
        Feature(f"at_{code}", "service", Verbatim(code), "Zero.", lambda view: 0.0 * view.moment)
        for code in playbook.stage_codes
    ]

from dataclasses import replace
FAMILY = replace(FAMILY, more=of_stages)
"""
    )
    made = history(GRADES.with_features((module(source),)))
    assert build(made)[[f"at_{code}" for code in GRADES.stage_codes]].eq(0).all(axis=None)
    assert isinstance(build(made)["region_letter"].dtype, pd.CategoricalDtype)
