from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from features.table_file import UnreadableFile
from training.flat_table import InvalidTable, read_flat_table
from training.mapping import parse_mapping

MAPPING = parse_mapping(
    """
    missing = ["?"]
    opportunity_id = "Deal"
    outcome = {column = "Status", won = ["Won", "won"], lost = ["Lost"]}
    fields.competitor_count = {column = "Rivals", values = {Yes = 2, No = 0}}
    fields.stage = {column = "Stage"}
    fields.amount = {column = "Amount"}
    fields."risk_scores.budget" = {column = "Budget"}
    """,
    "map.toml",
)
HEADER = "Deal,Stage,Amount,Rivals,Budget,Size,Authority,Status\n"


def write(folder: Path, rows: str, header: str = HEADER) -> Path:
    file = folder / "deals.csv"
    file.write_text(header + rows, encoding="utf-8")
    return file


def test_rows_become_documents_with_the_features_of_every_document(tmp_path: Path) -> None:
    rows = "A,intent,1000,Yes,2,12,高,Won\nB,target,?,No,?,?,?,Lost\nC,,0,?,0,7.5,low,won\n"
    table = read_flat_table(write(tmp_path, rows), MAPPING)
    X = table.matrix()
    assert X.index.get_level_values(0).tolist() == ["A", "B", "C"]
    assert table.won.tolist() == [True, False, True]
    np.testing.assert_array_equal(X["stage_percentage"], [0.75, 0.1, np.nan])
    np.testing.assert_array_equal(X["competitors"], [2, 0, np.nan])
    np.testing.assert_array_equal(X["competition_rule"], [1 / 3, 0.8, np.nan])
    np.testing.assert_array_equal(X["risk.budget"], [2, np.nan, 0])
    np.testing.assert_array_equal(X["log_amount"], [np.log1p(1000), np.nan, 0])
    np.testing.assert_array_equal(X["attribute.Size"], [12, np.nan, 7.5])
    assert X["attribute.Authority"].astype("str").tolist()[::2] == ["高", "low"]
    assert X["days_in_stage"].isna().all()


def test_rows_that_differ_only_in_the_outcome_are_one_group(tmp_path: Path) -> None:
    mapping = MAPPING.model_copy(update={"opportunity_id": None})
    rows = "A,intent,1,Yes,2,1,x,Won\nA,intent,1,Yes,2,1,x,Lost\nA,intent,1,Yes,2,1,y,Lost\n"
    assert read_flat_table(write(tmp_path, rows), mapping).groups.tolist() == [0, 0, 1]


def test_every_wrong_value_is_listed(tmp_path: Path) -> None:
    rows = "A,intent,-1,Yes,2,1,x,Won\nB,intent,much,Maybe,9,1,x,Lost\n"
    with pytest.raises(InvalidTable) as refused:
        read_flat_table(write(tmp_path, rows), MAPPING)
    text = str(refused.value)
    assert "row 2, amount" in text
    assert "row 3, amount" in text
    assert "'much'" in text
    assert "row 3, competitor_count" in text
    assert "'Maybe'" in text
    assert "row 3, risk_scores.budget" in text


@pytest.mark.parametrize(
    ("rows", "header", "expected"),
    [
        (
            "A,intent,1,Yes,2,1,x,Maybe\n",
            HEADER,
            "row 2, Status: expected one of Won, won, Lost, found 'Maybe'",
        ),
        ("", HEADER, "expected at least one row, found none"),
        (
            "A,Won\n",
            "Deal,Staus\n",
            "column 'Status' (outcome.column in the mapping): expected one of Deal, Staus",
        ),
        ("A,1\n", "Deal,Status,Size\n", "row 2: expected 3 values"),
    ],
)
def test_a_table_that_does_not_fit_the_mapping_is_refused(
    tmp_path: Path, rows: str, header: str, expected: str
) -> None:
    with pytest.raises(InvalidTable) as refused:
        read_flat_table(write(tmp_path, rows, header), MAPPING)
    assert expected in str(refused.value)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="nowhere: expected a file that can be read"):
        read_flat_table(tmp_path / "nowhere.csv", MAPPING)


def test_what_is_known_only_at_closing_is_left_out(tmp_path: Path) -> None:
    late = {"Amount": "at_closing", "Authority": "at_closing", "Size": "at_creation"}
    rows = "A,intent,1000,Yes,2,12,x,Won\nB,target,much,No,?,?,y,Lost\n"
    table = read_flat_table(write(tmp_path, rows), MAPPING.model_copy(update={"known": late}))
    X = table.matrix()
    assert table.left_out == ("Amount", "Authority")
    assert X["log_amount"].isna().all()
    assert "attribute.Authority" not in X
    assert X["attribute.Size"].tolist()[0] == 12


def test_rows_that_differ_only_in_what_is_left_out_are_one_group(tmp_path: Path) -> None:
    mapping = MAPPING.model_copy(update={"opportunity_id": None, "known": {"Size": "at_closing"}})
    rows = "A,intent,1,Yes,2,1,x,Won\nA,intent,1,Yes,2,2,x,Lost\n"
    assert read_flat_table(write(tmp_path, rows), mapping).groups.tolist() == [0, 0]


def test_something_must_be_known_before_closing(tmp_path: Path) -> None:
    mapping = parse_mapping(
        'outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}\nknown.Reason = "at_closing"',
        "map.toml",
    )
    with pytest.raises(
        InvalidTable, match="expected a column beside the outcome that is known before closing"
    ):
        read_flat_table(write(tmp_path, "price,Lost\n,Won\n", "Reason,Status\n"), mapping)


def test_a_column_known_at_closing_that_is_not_there_is_named(tmp_path: Path) -> None:
    mapping = MAPPING.model_copy(update={"known": {"Autority": "at_closing"}})
    with pytest.raises(
        InvalidTable, match=r"column 'Autority' \(known\.Autority in the mapping\).*'Authority'"
    ):
        read_flat_table(write(tmp_path, "A,intent,1,Yes,2,1,x,Won\n"), mapping)
