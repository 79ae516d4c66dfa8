from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.models.wording.percent import percent


@pytest.mark.parametrize(
    ("share", "en", "zh"),
    [
        (0.0, "0 %", "0%"),
        (1e-12, "under 1 %", "不到1%"),
        (0.004, "under 1 %", "不到1%"),
        (0.006, "1 %", "1%"),
        (0.471, "47 %", "47%"),
        (0.994, "99 %", "99%"),
        (0.996, "over 99 %", "超过99%"),
        (1.0, "100 %", "100%"),
    ],
)
def test_words(share: float, en: str, zh: str) -> None:
    found = percent(share)
    assert (found.en, found.zh) == (en, zh)


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_what_is_not_certain_is_never_told_as_certain(share: float) -> None:
    assert percent(share).en not in ("0 %", "100 %")
