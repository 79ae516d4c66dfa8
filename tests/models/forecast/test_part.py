from __future__ import annotations

import numpy as np
import pandas as pd
from feature_modules import MODULE
from small import GRADES

from winprob.features.families import FAMILIES
from winprob.models.forecast.part import (
    NAMES,
    NAMES_OF_CHANGE,
    add_up,
    names_of_parts,
    opened,
    parts_of_change,
    parts_of_forecast,
)

CODES = [family.code for family in FAMILIES]


def test_every_part_has_names_and_comes_once() -> None:
    names = names_of_parts(GRADES)
    for parts in (parts_of_forecast(CODES), parts_of_change(CODES)):
        assert len(set(parts)) == len(parts)
        for language in ("en", "zh"):
            assert len({names[part].in_language(language) for part in parts}) == len(parts)


def test_features_of_a_companys_own_have_names_too() -> None:
    names = names_of_parts(GRADES.with_features((MODULE,)), change=True)
    assert (names["service"].zh, names["probability.service"].en) == ("服务", "probability changed: service")
    assert names["won"].en == "won, beyond what was expected"


def test_what_is_opened_adds_up_again() -> None:
    random = np.random.default_rng(1)
    who = pd.DataFrame({"currency": random.choice(["EUR", "USD"], 50), "opportunity_id": range(50)})
    amounts = pd.DataFrame(
        random.normal(size=(50, 3)) * (random.random((50, 3)) < 0.5), columns=["won", "lost", "new"]
    )
    deals = opened(who, amounts)
    assert len(deals) == (amounts != 0).to_numpy().sum()
    rows = pd.DataFrame({"currency": ["USD", "EUR", "CNY"], "carried": [1, 2, 3]})
    found = add_up(deals, rows, ["won", "lost"], NAMES)
    assert found["currency"].tolist() == ["USD", "USD", "EUR", "EUR", "CNY", "CNY"]
    sums = amounts.groupby(who["currency"]).sum()
    expected = [sums.loc[name, part] for name in ("USD", "EUR") for part in ("won", "lost")]
    np.testing.assert_allclose(found["amount"], [*expected, 0.0, 0.0])
    assert found["carried"].tolist() == [1, 1, 2, 2, 3, 3]


def test_what_has_no_group_adds_up_too() -> None:
    deals = pd.DataFrame({"team": ["a", None, None], "part": "won", "amount": [1.0, 2.0, 3.0]})
    found = add_up(deals, pd.DataFrame({"team": [None, "a"]}), ["won"], NAMES)
    assert found["amount"].tolist() == [5.0, 1.0]


def test_a_change_says_that_wins_and_losses_count_beside_what_was_expected() -> None:
    rows = pd.DataFrame({"currency": ["EUR"]})
    deals = pd.DataFrame({"currency": "EUR", "part": ["won"], "amount": [1.0]})
    named = add_up(deals, rows, ["won", "lost"], NAMES_OF_CHANGE)["name_en"].tolist()
    assert named == ["won, beyond what was expected", "lost, no longer expected"]
    assert add_up(deals, rows, ["won"], NAMES)["name_en"].tolist() == ["won"]
