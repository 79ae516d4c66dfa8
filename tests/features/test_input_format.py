from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd
import pytest
from contract_tables import VALID, attributes, tables
from pydantic import ValidationError
from small import EIGHT_STEPS

from winprob.features.input_format import MISSING, InputFormat
from winprob.features.playbook import InvalidPlaybook, load_playbook
from winprob.features.validation import validate

PLAYBOOK = (
    'code = "mine"\nname = { zh = "我", en = "Mine" }\n'
    'stages = [{ code = "target", name = { zh = "一", en = "One" }, probability = 0.3 }]\n'
)


def test_what_is_not_said_is_the_usual() -> None:
    usual = InputFormat()
    assert usual.missing == MISSING
    assert (usual.decimal, usual.columns, usual.currencies) == (None, {}, {})


def test_a_playbook_says_how_values_are_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        f'{PLAYBOOK}[input]\nmissing = ["?", "unknown"]\ndecimal = ","\n'
        '[input.columns]\npostcode = "text"\n[input.currencies]\nRMB = "CNY"\n',
        "utf-8",
    )
    playbook = load_playbook(path)
    assert playbook.input == InputFormat(
        missing=("?", "unknown"), decimal=",", columns={"postcode": "text"}, currencies={"RMB": "CNY"}
    )
    assert playbook.reader.number("1.234,5") == 1234.5
    assert playbook.reader.is_missing("UNKNOWN")
    assert not playbook.reader.is_missing("NULL")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('decimal = ";"', "input.decimal"),
        ('missing = "NULL"', "input.missing"),
        ('columns = { size = "integer" }', "input.columns.size"),
        ("currencies = { RMB = 1 }", "input.currencies.RMB"),
        ('decimals = ","', "input.decimals"),
    ],
)
def test_what_cannot_be_meant_is_named(tmp_path: Path, line: str, key: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"{PLAYBOOK}[input]\n{line}\n", "utf-8")
    with pytest.raises(InvalidPlaybook, match=rf"(?m)^\s*{key}: expected ") as refused:
        load_playbook(path)
    assert len(str(refused.value).splitlines()) == 2


def test_a_format_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        InputFormat().decimal = ","  # type: ignore[misc]


def test_a_playbook_is_a_key_whatever_it_declares() -> None:
    declared = InputFormat(columns={"zip": "text"}, currencies={"RMB": "CNY"})
    assert {declared: 1}[InputFormat(columns={"zip": "text"}, currencies={"RMB": "CNY"})] == 1


def amounts(*values: str, decimal: Literal[".", ","] | None = None) -> list[float] | None:
    """The amounts as they are read; None if the table is refused."""
    rows = [VALID["amounts"] | {"amount": value} for value in values]
    raw = {
        "opportunities": tables()["opportunities"],
        "amounts": pd.DataFrame(rows, index=range(2, len(values) + 2)),
    }
    playbook = EIGHT_STEPS.model_copy(update={"input": InputFormat(decimal=decimal)})
    read, found, _ = validate(raw, playbook)
    return None if found else list(read["amounts"]["amount"])


def test_a_column_says_itself_what_its_points_mean_or_is_told() -> None:
    assert amounts("170.000", "410.000") is None
    assert amounts("170.000", "12.5") == [170.0, 12.5]
    assert amounts("170.000", "410.000", decimal=".") == [170.0, 410.0]
    assert amounts("170.000", "410.000", decimal=",") == [170000.0, 410000.0]
    assert amounts("1.234.567,5", "12,5", "7", decimal=",") == [1234567.5, 12.5, 7.0]
    assert amounts("1,234,567.5", "12.5", decimal=".") == [1234567.5, 12.5]
    assert amounts("1,234", "12.5") is None
    assert amounts("12.5", "1.234", decimal=",") is None


def test_currencies_may_be_spelled_in_several_ways() -> None:
    playbook = EIGHT_STEPS.model_copy(update={"input": InputFormat(currencies={"RMB": "CNY", "￥": "CNY"})})
    read, found, _ = validate(attributes(currency=["RMB", "￥", "CNY", "EUR"]), playbook)
    assert found == []
    assert read["opportunities"]["currency"].tolist() == ["CNY", "CNY", "CNY", "EUR"]


def test_a_company_lists_its_own_spellings_of_nothing() -> None:
    playbook = EIGHT_STEPS.model_copy(update={"input": InputFormat(missing=("unknown",))})
    read, found, notices = validate(attributes(size=["Unknown", "", "3"], team=["-", "NULL", ""]), playbook)
    assert found == []
    assert read["opportunities"]["size"].fillna(-1).tolist() == [-1, -1, 3]
    assert read["opportunities"]["team"].fillna("").tolist() == ["-", "NULL", ""]
    assert [notice.found for notice in notices] == ["'Unknown' in 1 row"]


def test_a_column_declared_as_numbers_is_held_to_it() -> None:
    declared = EIGHT_STEPS.model_copy(update={"input": InputFormat(columns={"size": "number"})})
    (breach,) = validate(attributes(size=["3", "many"]), declared)[1]
    assert (breach.row, breach.column, breach.expected, breach.found) == (3, "size", "a number", "'many'")
