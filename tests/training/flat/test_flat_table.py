from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from feature_modules import write as write_module

from winprob.features.company_features import with_features
from winprob.features.table_file import UnreadableFile
from winprob.training.flat.flat_table import FlatTable, InvalidTable, read_flat_table
from winprob.training.flat.mapping import parse_mapping

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
    folder.mkdir(exist_ok=True)
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


@pytest.mark.parametrize(
    ("mark", "declared"), [(",", None), (";", None), ("\t", None), (";", ";"), ("|", "|")]
)
def test_the_mark_between_columns_is_recognised_or_declared(
    tmp_path: Path, mark: str, declared: str | None
) -> None:
    rows = "A,intent,1000,Yes,2,12,x,Won\nB,target,?,No,?,?,y,Lost\n"
    file = write(tmp_path, rows.replace(",", mark), HEADER.replace(",", mark))
    mapping = MAPPING.model_copy(update={"delimiter": declared})
    found = read_flat_table(file, mapping).matrix()
    assert found.equals(read_flat_table(write(tmp_path / "commas", rows), MAPPING).matrix())
    assert found["attribute.Authority"].astype("str").tolist() == ["x", "y"]


SIMPLE = """
opportunity_id = "Deal"
outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}
fields.amount = {column = "Amount"}
fields.stage = {column = "Stage"}
"""
SIMPLE_HEADER = "Deal;Stage;Amount;Size;Status\n"


def simple(folder: Path, *rows: str, more: str = "") -> FlatTable:
    """A table with marks that leave commas free, read with a mapping that says more."""
    return read_flat_table(
        write(folder, "\n".join(rows), SIMPLE_HEADER), parse_mapping(more + SIMPLE, "map.toml")
    )


def test_the_usual_spellings_mean_that_nothing_is_recorded(tmp_path: Path) -> None:
    X = simple(tmp_path, "A;NULL;n/a;-;Won", "B;intent;;5;Lost").matrix()
    for name in ("stage_percentage", "log_amount", "attribute.Size"):
        assert X[name].isna().tolist() == [True, name == "log_amount"]


def test_spellings_that_are_stated_take_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    X = simple(tmp_path, "A;intent;unknown;NULL;Won", "B;;5;b;Lost", more='missing = ["Unknown"]').matrix()
    assert X["log_amount"].isna().tolist() == [True, False]
    assert X["attribute.Size"].tolist() == ["NULL", "b"]
    with pytest.raises(InvalidTable, match="row 2, amount: expected a number, found 'NULL'"):
        simple(tmp_path, "A;intent;NULL;a;Won", more='missing = ["Unknown"]')


def test_numbers_are_written_as_declared(tmp_path: Path) -> None:
    rows = "A;intent;1.234,50;2,5;Won", "B;target;170.000;1.000;Lost"
    X = simple(tmp_path, *rows, more='decimal = ","').matrix()
    np.testing.assert_allclose(np.expm1(X["log_amount"]), [1234.5, 170_000])
    assert X["attribute.Size"].tolist() == [2.5, 1000]
    with pytest.raises(InvalidTable) as refused:
        simple(tmp_path, *rows)
    assert "column Size: expected numbers such as 1234.5, or text, found '2,5'" in str(refused.value)
    assert 'declare decimal = "." or "," in [input] of the playbook, or at the top of a mapping' in str(
        refused.value
    )
    with pytest.raises(InvalidTable) as refused:
        simple(tmp_path, "A;intent;170.000;a;Won", "B;intent;1.234,50;a;Lost")
    assert "row 2, amount: expected a number whose decimal mark is certain, found '170.000'" in str(
        refused.value
    )
    assert "row 3, amount: expected a number, found '1.234,50'" in str(refused.value)


def test_a_column_is_what_it_is_declared_to_be(tmp_path: Path) -> None:
    rows = "A;intent;1;1;Won", "B;target;2;12;Lost"
    assert simple(tmp_path, *rows).matrix()["attribute.Size"].tolist() == [1.0, 12.0]
    declared = simple(tmp_path, *rows, more='columns.Size = "text"')
    assert declared.matrix()["attribute.Size"].tolist() == ["1", "12"]
    assert declared.history.playbook.input.columns == {"Size": "text"}
    zeros = simple(tmp_path, "A;intent;1;01;Won", "B;target;2;12;Lost")
    assert zeros.matrix()["attribute.Size"].tolist() == ["01", "12"]
    with pytest.raises(InvalidTable, match=r"'Sise' \(columns\.Sise in the mapping\): .*did you mean 'Size'"):
        simple(tmp_path, *rows, more='columns.Sise = "text"')
    with pytest.raises(InvalidTable, match="column Size: expected a number, found 'many'"):
        simple(tmp_path, "A;intent;1;many;Won", "B;target;2;12;Lost", more='columns.Size = "number"')


def test_a_currency_is_the_one_that_its_spelling_means(tmp_path: Path) -> None:
    more = 'fields.currency = {column = "Size"}\ncurrencies.RMB = "CNY"\n'
    found = simple(tmp_path, "A;intent;1;RMB;Won", "B;target;2;USD;Lost", more=more)
    assert found.history.opportunities["currency"].tolist() == ["CNY", "USD"]


def test_stages_may_be_written_as_their_names(tmp_path: Path) -> None:
    X = simple(tmp_path, "A;意向客户;1;a;Won", "B;Intent;1;a;Lost", "C;intent;1;a;Lost").matrix()
    assert X["stage_percentage"].tolist() == [0.75] * 3


def test_every_unknown_stage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidTable) as refused:
        simple(tmp_path, "A;intnt;1;a;Won", "B;Closed Won;1;a;Won", "C;intent;1;a;Lost")
    first, second = refused.value.problems
    assert first == (
        "row 2, stage: expected one of target, qualified, shortlisted, intent, near_won (did you mean "
        "'intent'?), found 'intnt'; correct the code, or use its name in the playbook"
    )
    assert second.startswith("row 3, stage: expected one of target,")
    assert second.endswith(
        "an outcome is no stage: put it into outcome and closed_at of opportunities, leave this out"
    )


def test_features_of_one_s_own_are_computed_of_a_flat_table_as_well(tmp_path: Path) -> None:
    table = simple(tmp_path, "A;intent;5;big;Won", "B;target;6;small;Lost")
    with_own = replace(table, history=with_features(table.history, write_module(tmp_path)))
    X = with_own.matrix()
    assert list(X) == [*table.matrix(), "contacts_of_the_week", "region_letter"]
    assert X["contacts_of_the_week"].tolist() == [0.0, 0.0]  # as its module says
    assert X["region_letter"].isna().all()
