import numpy as np
import pytest

from winprob.models.measure.outcomes import Outcomes, row_weights


def test_rates_count_a_weight_as_that_many_rows() -> None:
    weighted = Outcomes.of([1, 0, 1], [3, 2, 0])
    repeated = Outcomes.of([True, True, True, False, False])
    assert weighted.rate == repeated.rate == 0.6
    assert weighted.smoothed_rate == repeated.smoothed_rate == 4 / 7


@pytest.mark.parametrize(
    ("y", "weight", "only"),
    [([1, 1], None, "won"), ([0, 0], None, "lost"), ([0, 1], None, None), ([0, 1], [1, 0], "lost")],
)
def test_only_outcome_looks_at_rows_that_count(
    y: list[int], weight: list[int] | None, only: str | None
) -> None:
    assert Outcomes.of(y, weight).only_outcome == only


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["won"], r"y: expected 1 for won and 0 for lost, found 'won' \(1 such rows\)"),
        ([1.0, np.nan, 2.0], r"found nan \(2 such rows\)"),
        ([[1, 0]], r"in one dimension, found shape \(1, 2\)"),
    ],
)
def test_other_outcomes_are_refused(y: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Outcomes.of(y)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0], r"expected one weight for each of 2 rows, found shape \(1,\)"),
        ([1.0, -0.5], r"expected finite weights of at least 0, found -0.5 in row 1"),
        ([np.inf, 1.0], r"found inf in row 0"),
        ([0.0, 0.0], r"at least one weight above 0, found only zeros"),
    ],
)
def test_other_weights_are_refused(weight: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=f"sample_weight: .*{message}"):
        row_weights(weight, 2)
