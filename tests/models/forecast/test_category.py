from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.playbook_part import ForecastCategories
from winprob.models.forecast.category import CLOSED, NAMES, OPEN, category

thresholds = (
    st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3, unique=True)
    .map(lambda shares: sorted(shares, reverse=True))
    .map(lambda shares: ForecastCategories(commit=shares[0], best_case=shares[1], pipeline=shares[2]))
)


@given(thresholds, st.lists(st.floats(0, 1), max_size=20))
def test_a_deal_is_in_the_first_category_whose_threshold_it_reaches(
    given: ForecastCategories, chances: list[float]
) -> None:
    for number, chance in zip(category(np.array(chances), given), chances, strict=True):
        reached = [name for name, lowest in given.model_dump().items() if chance >= lowest]
        assert OPEN[number] == (reached[0] if reached else "omitted")


def test_every_category_has_a_name() -> None:
    assert list(NAMES) == [CLOSED, *OPEN]
