from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from winprob.features.calendar import DAYS_OF_UTC
from winprob.models.closing.hazards import Hazard, shrunk_rates
from winprob.models.closing.periods import PERIODS, ending_in, spent
from winprob.models.closing.seasonality import Seasonality
from winprob.models.measure.outcomes import Floats
from winprob.models.win.columns import Columns

COLUMNS = Columns(names=("stage_position",), levels={}, usual=(0.0,))
EXPECTED = np.full(PERIODS, 0.01)


def fitted(rows: int, slow: float = 100.0, quick: float = 20.0, seed: int = 0) -> Hazard:
    """Of rows that take `slow` days on average at stage 0 and `quick` days at stage 1."""
    rng = np.random.default_rng(seed)
    stage = (np.arange(rows) % 2).astype(float)
    days = rng.exponential(np.where(stage == 1, quick, slow))
    since = 20_000.0 + 7 * rng.integers(0, 200, rows)
    ended, weight = np.ones(rows, dtype=bool), np.ones(rows)
    return Hazard.fit(stage[:, np.newaxis], COLUMNS, since, days, ended, weight, EXPECTED, DAYS_OF_UTC)


def test_with_few_endings_all_rows_have_the_same_rates() -> None:
    rates = fitted(15)
    assert rates.trees == ""
    assert rates.columns is None
    found = rates.of(np.array([[0.0], [1.0]]))
    assert (found == rates.usual).all()


def test_with_many_the_rates_are_those_of_the_row() -> None:
    rates = fitted(4000)
    assert rates.columns == 2
    slow, quick = rates.of(np.array([[0.0], [1.0]]))
    assert slow[:8] == pytest.approx(1 / 100, rel=0.25)
    assert quick[:4] == pytest.approx(1 / 20, rel=0.25)


def test_columns_that_tell_nothing_change_little() -> None:
    rates = fitted(4000, slow=50.0, quick=50.0)
    well_known = slice(7)
    for found in rates.of(np.array([[0.0], [1.0]])):
        assert found[well_known] == pytest.approx(rates.usual[well_known], rel=0.15)


def test_rows_looked_at_together_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rates, values = fitted(1000), np.linspace(-1, 2, 25)[:, np.newaxis]
    together = rates.of(values)
    monkeypatch.setattr("winprob.models.closing.hazards.TOGETHER", 10)
    assert (rates.of(values) == together).all()
    assert rates.of(values[:0]).shape == (0, PERIODS)


@pytest.mark.parametrize(("rows", "nearer"), [(1, "expected"), (1000, "seen")])
def test_rates_go_from_what_is_expected_to_what_is_seen(rows: int, nearer: str) -> None:
    days = np.full(rows, 3.0)
    found = shrunk_rates(spent(days), ending_in(days), np.ones(rows), EXPECTED, worth=5.0)[0]
    seen = 1 / 3
    assert (abs(found - seen) < abs(found - EXPECTED[0])) == (nearer == "seen")
    assert EXPECTED[0] < found < seen


def test_a_row_of_weight_two_is_the_row_twice() -> None:
    days: Floats = np.array([3.0, 10.0, 40.0])
    once = shrunk_rates(spent(days), ending_in(days), np.array([2.0, 1.0, 1.0]), EXPECTED, 5.0)
    twice = days[[0, 0, 1, 2]]
    assert once == pytest.approx(shrunk_rates(spent(twice), ending_in(twice), np.ones(4), EXPECTED, 5.0))


def test_read_back_they_are_the_same_to_the_last_bit() -> None:
    rates, values = fitted(1000), np.array([[0.0], [1.0], [np.nan]])
    read = Hazard.model_validate_json(rates.model_dump_json())
    assert (read.of(values) == rates.of(values)).all()


@pytest.mark.parametrize("wrong", [{"trees": "no trees"}, {"usual": [0.1]}, {"usual": [0.0] * PERIODS}])
def test_what_cannot_be_read_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="|".join(wrong)):
        Hazard.model_validate(
            {"usual": [0.1] * PERIODS, "trees": "", "seasonality": Seasonality.none(), **wrong}
        )
