from __future__ import annotations

from pathlib import Path

import pytest

from winprob.features.contract_page import ONE_ROW, PAGE, contract_page
from winprob.features.mistake import Mistake

FILE = Path(__file__).parents[2] / "docs" / "contract.md"


def test_every_column_of_every_table_has_a_line() -> None:
    page = contract_page()
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == list(PAGE) == list(ONE_ROW)
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")]
    named = [name for name in rows if name != "column"]
    assert named == [column.name for columns in PAGE.values() for column in columns]


def test_values_say_what_is_checked() -> None:
    page = contract_page(["key_persons", "competitors"])
    assert "| influence |  | number, above 0 |" in page
    assert "| role | yes | one of decision_maker, recommender, facilitator, coach, other |" in page
    assert "| left_at |  | time, ISO 8601; a date alone is the end of that day |" in page


def test_another_table_is_refused() -> None:
    with pytest.raises(Mistake, match=r"found 'amount' \(did you mean 'amounts'\?\); correct the name$"):
        contract_page(["amount"])


def test_the_page_in_the_documentation_is_this_one() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text.endswith("\n\n" + contract_page() + "\n"), "write it anew: winprob contract"


def test_tables_of_a_playbook_are_described_together() -> None:
    page = contract_page(["events_support_tickets"])
    assert page.startswith("## events_NAME\n")
    expected = 'if the playbook says `values = "text"`, in every row, unless events are only counted'
    assert f"| text |  | text, {expected} |" in page
