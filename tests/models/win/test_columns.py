import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from winprob.models.win.columns import Columns


def learnt() -> Columns:
    return Columns.learn(pd.DataFrame({"age": [1.0, 2.0, 6.0], "region": ["west", None, "east"]}))


@pytest.mark.parametrize("dtype", ["str", "category", "object"])
def test_text_is_encoded_alike_whatever_its_dtype(dtype: str) -> None:
    X = pd.DataFrame({"age": [1.0] * 4, "region": pd.Series(["west", "east", "moon", None], dtype=dtype)})
    np.testing.assert_array_equal(learnt().encode(X)[:, 1], [1.0, 0.0, np.nan, np.nan])


def test_categories_that_no_row_has_are_not_learnt() -> None:
    region = pd.Categorical(["b", "b"], categories=["a", "b"])
    assert Columns.learn(pd.DataFrame({"region": region})).levels == {"region": ("b",)}


@pytest.mark.parametrize("dtype", ["bool", "boolean", "int64", "Int8", "float32", "object"])
def test_numbers_of_every_dtype_are_numbers(dtype: str) -> None:
    columns = Columns.learn(pd.DataFrame({"flag": pd.Series([1, 0, 1], dtype=dtype)}))
    assert columns.levels == {}
    assert columns.encode(pd.DataFrame({"flag": pd.Series([0, 1], dtype=dtype)})).tolist() == [[0.0], [1.0]]


def test_the_usual_value_stands_in_only_where_the_fit_had_no_gap() -> None:
    columns = Columns.learn(pd.DataFrame({"whole": [1.0, 2.0, 9.0], "gaps": [1.0, np.nan, 9.0]}))
    later = pd.DataFrame({"whole": [None, 5.0], "gaps": [None, 5.0]}, dtype="Float64")
    np.testing.assert_array_equal(columns.encode(later), [[2.0, np.nan], [5.0, 5.0]])


def test_a_category_column_may_be_wholly_missing_later() -> None:
    X = pd.DataFrame({"age": [1.0], "region": [np.nan]})
    np.testing.assert_array_equal(learnt().encode(X), [[1.0, np.nan]])


def amounts() -> pd.DataFrame:
    currency = ["EUR", "EUR", None, "EUR", "CNY", "CNY", "USD"]
    return pd.DataFrame({"amount": [1.0, 2.0, 5.0, 4.0, 9.0, 11.0, None], "currency": currency})


def test_columns_survive_json() -> None:
    for columns in (learnt(), Columns.learn(amounts(), {"amount": "currency"})):
        assert Columns.model_validate_json(columns.model_dump_json()) == columns


def test_values_within_a_category_compare_with_those_of_its_most_frequent_level() -> None:
    columns = Columns.learn(amounts(), {"amount": "currency", "elsewhere": "currency"})
    assert columns.relative["amount"].offsets == {"EUR": 0.0, "CNY": 8.0}
    assert columns.encode(amounts())[:, 0].tolist()[:-1] == [1.0, 2.0, 5.0, 4.0, 1.0, 3.0]
    assert [columns.offset("amount", {"currency": each}) for each in ("EUR", "CNY", "USD", None)] == [
        0,
        8,
        0,
        0,
    ]
    assert columns.offset("age", {}) == 0
    alike = Columns.learn(amounts().assign(amount=[1.0, 2.0, 5.0, 4.0, 1.0, 3.0, None]), {})
    assert columns.usual == alike.usual


def test_of_one_level_values_stay_what_they_are() -> None:
    X = pd.DataFrame({"amount": [0.1, 7.3, 2.2], "currency": ["EUR"] * 3})
    assert Columns.learn(X, {"amount": "currency"}).encode(X)[:, 0].tolist() == [0.1, 7.3, 2.2]


def test_what_values_are_relative_to_must_be_there() -> None:
    relative = {"amount": {"within": "currency", "offsets": {}}}
    with pytest.raises(ValidationError, match="expected amount relative to a category, found none currency"):
        Columns(names=("amount",), levels={}, usual=(None,), relative=relative)


@pytest.mark.parametrize(
    ("values", "found"),
    [(pd.to_datetime(["2026-01-05"], utc=True), r"datetime64\[\w+, UTC\]"), ([1j], "complex128")],
)
def test_columns_of_other_kinds_are_refused(values: object, found: str) -> None:
    with pytest.raises(ValueError, match=f"column met: expected numbers or categories, found {found}"):
        Columns.learn(pd.DataFrame({"met": values}))


@pytest.mark.parametrize("value", ["old", pd.Timestamp("2026-01-05")])
def test_something_else_than_a_number_is_named(value: object) -> None:
    X = pd.DataFrame({"age": pd.Series([1.0, True, value], dtype="object"), "region": ["east"] * 3})
    with pytest.raises(ValueError, match="column age: expected numbers as in the fit, found ") as refused:
        learnt().encode(X)
    assert repr(value) in str(refused.value)


def test_an_infinity_is_named() -> None:
    X = pd.DataFrame({"age": [1.0, -np.inf], "region": ["east", "west"]})
    with pytest.raises(ValueError, match="column age: expected finite numbers, found -inf in row 1"):
        learnt().encode(X)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"usual": [1.0]}, "expected a usual value for each of 2 names, found 1"),
        ({"levels": {"moon": []}}, "expected levels of columns in names only, found moon"),
        ({"names": ["age", "age"], "levels": {}}, "expected every column once, found age twice"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Columns.model_validate(learnt().model_dump() | change)
