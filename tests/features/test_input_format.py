from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from winprob.features.input_format import MISSING, InputFormat
from winprob.features.playbook import InvalidPlaybook, load_playbook

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
