from __future__ import annotations

from pathlib import Path

import pytest

from winprob.features.input_format import InputFormat
from winprob.features.playbook import load_playbook
from winprob.training.flat.mapping import InvalidMapping, load_history_mapping, load_mapping, parse_mapping

OUTCOME = 'outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}\n'


def test_the_example_is_read() -> None:
    mapping = load_mapping(Path(__file__).parents[3] / "examples" / "b2b.toml")
    assert mapping.delimiter == ";"
    assert mapping.missing == ("Unknown",)
    assert mapping.fields["competitor_count"].values == {"Yes": 1, "No": 0}
    assert mapping.attributes is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "outcome: expected a value, found nothing"),
        ('outcome = {column = "S", won = [], lost = ["L"]}', "outcome.won: expected"),
        (OUTCOME + 'delimiter = ";;"', "delimiter: expected"),
        (OUTCOME + 'delimeter = ";"', "did you mean 'delimiter'?"),
        (OUTCOME + "fields.amuont = {column = 'A'}", "fields.amuont: expected one of"),
        (OUTCOME + "fields.amuont = {column = 'A'}", "did you mean 'amount'?"),
        (OUTCOME + "fields.amount = {colum = 'A'}", "fields.amount.column: expected a value"),
        (OUTCOME + 'decimal = ";"', "decimal: expected '.' or ',', found ';'"),
        (OUTCOME + 'columns.Size = "numeric"', "columns.Size: expected 'text' or 'number', found 'numeric'"),
        ("outcome = ", "expected TOML, found"),
        (
            OUTCOME + 'known.Reason = "late"',
            "known.Reason: expected 'at_creation' or 'at_closing', found 'late'",
        ),
    ],
)
def test_a_bad_mapping_is_refused_naming_the_key(text: str, expected: str) -> None:
    with pytest.raises(InvalidMapping) as refused:
        parse_mapping(text, "map.toml")
    assert "map.toml cannot be used as a mapping" in str(refused.value)
    assert expected in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidMapping, match=r"nowhere\.toml.*\n.*No such file"):
        load_mapping(tmp_path / "nowhere.toml")


def test_a_file_is_read_with_a_byte_order_mark_but_in_no_other_encoding(tmp_path: Path) -> None:
    file, text = tmp_path / "map.toml", OUTCOME.replace("Status", "阶段")
    file.write_bytes(text.encode("utf-8-sig"))
    assert load_mapping(file).outcome.column == "阶段"
    for encoding, found in (("gbk", r"b'\\xbd'"), ("utf-16", "text in UTF-16")):
        file.write_bytes(text.encode(encoding))
        with pytest.raises(InvalidMapping, match=f"line 1: expected text in UTF-8, found {found}; save"):
            load_mapping(file)


def test_what_is_not_toml_is_found_by_line() -> None:
    with pytest.raises(InvalidMapping, match=r"line 2: expected TOML, found .*; correct the file there"):
        parse_mapping(OUTCOME + "delimiter = ", "map.toml")


def test_risk_scores_can_be_mapped_by_item() -> None:
    mapping = parse_mapping(OUTCOME + 'fields."risk_scores.budget" = {column = "B"}', "map.toml")
    assert mapping.fields["risk_scores.budget"].column == "B"


def test_columns_known_at_creation_are_the_usual_case() -> None:
    known = 'known = {Reason = "at_closing", Size = "at_creation", "Final price" = "at_closing"}'
    assert parse_mapping(OUTCOME + known, "map.toml").known_at_closing == ("Reason", "Final price")
    assert parse_mapping(OUTCOME, "map.toml").known_at_closing == ()


def test_a_history_is_mapped_by_what_is_known_when_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text('[known]\nloss_reason = "at_closing"\n', encoding="utf-8")
    assert load_history_mapping(file).known_at_closing == ("loss_reason",)
    file.write_text(OUTCOME, encoding="utf-8")
    with pytest.raises(
        InvalidMapping, match="outcome: expected one of the keys missing, decimal, columns, currencies, known"
    ):
        load_history_mapping(file)
    with pytest.raises(InvalidMapping, match="No such file"):
        load_history_mapping(tmp_path / "nowhere.toml")


def test_a_mapping_says_how_values_are_written(tmp_path: Path) -> None:
    text = 'missing = ["?"]\ndecimal = ","\ncolumns.Postcode = "text"\ncurrencies.RMB = "CNY"\n'
    file = tmp_path / "map.toml"
    file.write_text(text, encoding="utf-8")
    for mapping in (parse_mapping(text + OUTCOME, "map.toml"), load_history_mapping(file)):
        assert mapping.applied_to(load_playbook()).input == InputFormat(
            missing=("?",), decimal=",", columns={"Postcode": "text"}, currencies={"RMB": "CNY"}
        )


def test_what_a_mapping_leaves_out_is_as_the_playbook_says() -> None:
    playbook = load_playbook().model_copy(update={"input": InputFormat(missing=("x",), decimal=",")})
    assert parse_mapping(OUTCOME, "map.toml").applied_to(playbook) == playbook
    stated = parse_mapping('decimal = "."\n' + OUTCOME, "map.toml").applied_to(playbook)
    assert stated.input == InputFormat(missing=("x",), decimal=".")


def test_the_example_of_a_history_is_read() -> None:
    example = Path(__file__).parents[3] / "examples" / "known.toml"
    assert load_history_mapping(example).known_at_closing == ("loss_reason",)
