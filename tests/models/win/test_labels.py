import numpy as np
import pytest

from winprob.models.win.labels import labels_of, two_classes


def test_wrong_number_of_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="y: expected one label for each of 3 rows, found 2"):
        labels_of([0, 1], 3)


@pytest.mark.parametrize(
    ("y", "message"), [([0.0, np.nan], "y contains NaN"), ([0.25, 0.5], "Unknown label type")]
)
def test_labels_that_are_no_classes_are_refused(y: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        labels_of(y, 2)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["won", "won"], r"one class only, \['won'\] in all 2 rows"),
        ([0, 1, 2], r"Expected two classes, found 3: \[0, 1, 2\]"),
    ],
)
def test_other_than_two_classes_are_refused(labels: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        two_classes(np.array(labels))
