from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from leaking import write_table

from winprob.training import cross_validation
from winprob.training.cross_validation import FOLDS, REPEATS, train_table
from winprob.training.fit import Trained
from winprob.training.flat.flat_table import FlatTable, InvalidTable, read_flat_table
from winprob.training.flat.mapping import parse_mapping
from winprob.training.leaks.search import Leaking

MAPPING = parse_mapping(
    'outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}\n'
    'fields.competitor_count = {column = "Rivals"}',
    "map.toml",
)


def deals(rows: int, noise: float = 1.0) -> FlatTable:
    """Deals that a rival makes harder and a size easier to win; many rows are identical."""
    random = np.random.default_rng(3)
    rivals, size = random.integers(0, 3, rows), random.integers(0, 4, rows)
    won = random.logistic(size=rows) * noise < 1.5 * size - 1.5 * rivals - 0.8
    lines = [
        f"{r},{'s' * (s + 1)},{'Won' if w else 'Lost'}" for r, s, w in zip(rivals, size, won, strict=True)
    ]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "deals.csv"
        file.write_text("Rivals,Size,Status\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return read_flat_table(file, MAPPING)


def distinct(rows: int) -> FlatTable:
    """The same with a column in which every row differs."""
    table = deals(rows)
    return FlatTable(table.file, table.history, table.snapshots, table.won, np.arange(rows))


@cache
def trained() -> Trained:
    return train_table(distinct(300))


def test_it_beats_the_rules_and_says_how_it_was_tested() -> None:
    found = trained()
    assert found.evaluation.unbeaten == {}
    assert found.evaluation.rules["stage"] is None
    assert found.evaluation.rules["competition"] is not None
    validation = found.bundle.manifest.validation
    assert validation.kind == "cross_validation"
    assert (validation.folds, validation.repeats, validation.groups) == (FOLDS, REPEATS, 300)
    assert found.bundle.manifest.data.as_of is None


def test_rows_are_those_of_the_table_once_for_each_repeat() -> None:
    found = trained()
    assert len(found.features) == len(found.snapshots) == len(found.evaluation.rows) == 300 * REPEATS
    assert found.evaluation.rows["weight"].sum() == pytest.approx(300)


def test_identical_rows_are_in_one_fold() -> None:
    table = deals(300)
    folds = cross_validation._folds(table.matrix(), _series(table), table.groups, 0)
    for group in np.unique(table.groups):
        assert len(np.unique(folds[table.groups == group])) == 1


def test_what_only_identical_rows_tell_is_not_learned() -> None:
    """Rows in pairs with an outcome drawn for each pair: at random folds a model would know it by heart."""
    random = np.random.default_rng(0)
    pairs = random.integers(0, 2, 150).repeat(2)
    numbers = random.permutation(150).repeat(2)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "deals.csv"
        lines = [f"{n},{'Won' if w else 'Lost'}" for n, w in zip(numbers, pairs, strict=True)]
        file.write_text("Number,Status\n" + "\n".join(lines) + "\n", encoding="utf-8")
        mapping = parse_mapping('outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}', "map.toml")
        found = train_table(read_flat_table(file, mapping))
    assert found.evaluation.model.log_loss > 0.67


def test_the_same_seed_gives_the_same_model_and_measures() -> None:
    again = train_table(distinct(300))
    assert again.evaluation.model == trained().evaluation.model
    assert again.bundle.model.blend_.linear == trained().bundle.model.blend_.linear
    assert (
        again.bundle.model.blend_.trees.model_to_string()
        == trained().bundle.model.blend_.trees.model_to_string()
    )
    assert again.bundle.manifest.data.digest == trained().bundle.manifest.data.digest


def test_outcomes_are_part_of_the_digest() -> None:
    table = distinct(300)
    other = FlatTable(table.file, table.history, table.snapshots, ~table.won, table.groups)
    assert train_table(other).bundle.manifest.data.digest != trained().bundle.manifest.data.digest


def test_too_few_distinct_rows_are_refused() -> None:
    with pytest.raises(InvalidTable, match="expected at least 10 distinct rows won, found"):
        train_table(deals(12))


def _series(table: FlatTable) -> pd.Series:
    return pd.Series(table.won.astype(float))


def test_a_column_that_knows_the_ending_is_refused(tmp_path: Path) -> None:
    mapping = parse_mapping('outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}', "map.toml")
    file = write_table(tmp_path)
    with pytest.raises(Leaking, match=r"L002 tells_the_ending, attribute\.Reason: "):
        train_table(read_flat_table(file, mapping))
    late = mapping.model_copy(update={"known": {"Reason": "at_closing"}})
    leaks = train_table(read_flat_table(file, late)).bundle.manifest.leaks
    assert leaks is not None
    assert leaks.left_out == ("Reason",)
    assert set(leaks.not_applicable) == {"L001", "L005"}
