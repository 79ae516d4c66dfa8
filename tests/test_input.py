"""Input faults that users have reported: refused with a place, named, or without effect on anything else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from company_files import HEADERS, Rows, company_rows, write_company
from hypothesis import given, settings
from hypothesis import strategies as st

import winprob as wp
from winprob.features.breach import InvalidHistory
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.models.present.score_table import score_table

Write = Callable[[str], bytes]

TOLERANCE = 0.02
"""How far a fault of one opportunity may move the probability of another."""


def read(folder: Path, **changed: Rows) -> History:
    return wp.read(write_company(folder, **changed))


def edited(table: str, opportunity: str, column: str, value: str) -> Rows:
    """Rows of a table in which the first row of an opportunity has another value."""
    rows = copy.deepcopy(company_rows()[table])
    place = HEADERS[table].split().index(column)
    next(row for row in rows if row[0] == opportunity)[place] = value
    return rows


@cache
def company() -> History:
    with TemporaryDirectory() as folder:
        return read(Path(folder))


@cache
def bundle() -> Bundle:
    return wp.train(company()).bundle


def probabilities(history: History, by: Bundle | None = None) -> pd.Series:
    table = score_table(by or bundle(), history, None, "1")
    return table.set_index("opportunity_id")["probability"]


def codes(history: History) -> set[str]:
    return {notice.code for notice in history.notices}


def test_the_company_as_it_is_has_nothing_to_be_named() -> None:
    assert company().notices == ()
    assert str(company().last_event.date()) == "2026-06-03"
    assert len(probabilities(company())) == 40


@pytest.mark.parametrize("day", ["2026-07-15", "2036-07-01", "9999-12-31"])
def test_a_row_in_the_future_does_not_move_now(tmp_path: Path, day: str) -> None:
    planned = [*company_rows()["activities"], ["D170", day, "meeting", "true"]]
    history = read(tmp_path, activities=planned)
    assert codes(history) == {"after_now"}
    assert f"1 row dated {day}" in str(history.notices[0])
    assert history.last_event == company().last_event
    assert probabilities(history).equals(probabilities(company()))
    assert probabilities(history, wp.train(history).bundle).equals(probabilities(company()))


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "1970-01-01"])
def test_a_placeholder_in_the_past_ruins_nothing(tmp_path: Path, day: str) -> None:
    history = read(tmp_path, opportunities=edited("opportunities", "D180", "created_at", day))
    assert codes(history) == {"before_all_others"}
    trained = wp.train(history)
    without = wp.train(company().keep((company().opportunities["opportunity_id"] != "D180").to_numpy()))
    assert trained.bundle.manifest.data.opportunities == 199
    others = probabilities(company()).index.drop("D180")
    found, expected = (probabilities(history, one.bundle)[others] for one in (trained, without))
    assert (found - expected).abs().max() < 1e-9


def test_a_closing_in_the_far_future_is_no_closing_yet(tmp_path: Path) -> None:
    history = read(tmp_path, opportunities=edited("opportunities", "D150", "closed_at", "2215-01-31"))
    assert codes(history) == {"after_now"}
    trained = wp.train(history)
    assert trained.bundle.manifest.data.as_of == company().last_event
    assert "D150" in probabilities(history, trained.bundle).index


def test_what_is_recorded_later_on_the_closing_day_counts(tmp_path: Path) -> None:
    closed_at = next(row[2] for row in company_rows()["opportunities"] if row[0] == "D100")
    signed = [*company_rows()["amounts"], ["D100", f"{closed_at}T17:30", "123456"]]
    history = read(tmp_path, amounts=signed)
    assert history.ignored == {}
    assert 123456.0 in history.events["amounts"]["amount"].to_numpy()


def test_a_deal_may_close_on_the_day_on_which_it_was_created(tmp_path: Path) -> None:
    rows = edited("opportunities", "D000", "created_at", "2024-01-01T09:20")
    rows[0][2] = "2024-01-01"
    history = read(tmp_path, opportunities=rows)
    assert str(history.opportunities["closed_at"][0]) == "2024-01-01 23:59:59.999999+00:00"


def test_the_order_of_rows_in_a_file_changes_nothing(tmp_path: Path) -> None:
    twice = [
        *company_rows()["stage_changes"],
        ["D170", "2025-12-01", "intent"],
        ["D170", "2025-12-01", "target"],
    ]
    forth = read(tmp_path / "forth", stage_changes=twice)
    back = read(tmp_path / "back", stage_changes=twice[::-1])
    assert codes(forth) == codes(back) == {"same_time"}
    assert probabilities(forth).equals(probabilities(back))


WORDS = [
    "",
    "NULL",
    "\\N",
    "-",
    "none",
    "1900-01-01",
    "9999-12-31",
    "2036-05-05",
    "2026-06-31",
    "-5",
    "170.000",
]
WORDS += [
    "1,5",
    "true",
    "True",
    "1e400",
    "0123",
    "[/k]",
    "=1+1",
    "意向客户",
    "closed_won",
    "won",
    "D999",
    "CNY ",
    "é",
]


@st.composite
def corruptions(draw: st.DrawFn) -> tuple[dict[str, Rows], set[str]]:
    """One cell or one row that is wrong, and the opportunities that it is about."""
    table = draw(st.sampled_from(list(HEADERS)))
    rows = copy.deepcopy(company_rows()[table])
    number = draw(st.integers(0, len(rows) - 1))
    about = {rows[number][0]}
    what = draw(st.sampled_from(["cell", "cell", "cell", "twice", "gone", "moved", "other"]))
    if what == "cell":
        column = draw(st.integers(0, len(rows[number]) - 1))
        rows[number][column] = draw(st.sampled_from(WORDS))
        about.add(rows[number][0])
    elif what == "twice":
        rows.append(rows[number])
    elif what == "gone":
        rows.pop(number)
    elif what == "moved":
        rows.insert(draw(st.integers(0, len(rows) - 1)), rows.pop(number))
    else:
        column = draw(st.integers(0, len(rows[number]) - 1))
        other = draw(st.integers(0, len(rows) - 1))
        rows[number][column] = rows[other][column]
        about |= {rows[number][0], rows[other][0]}
    return {table: rows}, about


@pytest.mark.long
@settings(max_examples=150)
@given(corruptions())
def test_a_small_corruption_is_refused_named_or_harmless_to_others(
    corruption: tuple[dict[str, Rows], set[str]],
) -> None:
    changed, about = corruption
    with TemporaryDirectory() as folder:
        try:
            history = read(Path(folder), **changed)
        except InvalidHistory as refusal:
            places = [(breach.table, breach.row is None) for breach in refusal.breaches]
        else:
            places = []
    if places:
        assert set(places) <= {(table, False) for table in HEADERS}
        return
    before, after = probabilities(company()), probabilities(history)
    both = before.index.intersection(after.index).difference(list(about))
    assert len(both) >= 38
    moved = (after[both] - before[both]).abs().max()
    assert moved < TOLERANCE or codes(history) - codes(company()), f"{moved:.3f}"


FORMS = {
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "Excel's hint": lambda text: b"sep=;\r\n" + text.replace(",", ";").encode(),
    "a byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows lines": lambda text: text.replace("\n", "\r\n").encode(),
    "rows backwards": lambda text: (
        "\n".join([text.split("\n")[0], *text.split("\n")[:0:-1]]).strip().encode()
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", list(HEADERS))
def test_a_file_in_another_form_is_read_alike(tmp_path: Path, table: str, form: str) -> None:
    file = write_company(tmp_path) / f"{table}.csv"
    file.write_bytes(FORMS[form](file.read_text(encoding="utf-8")))
    found, expected = probabilities(wp.read(tmp_path)), probabilities(company())
    assert found[expected.index].equals(expected)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (
            lambda text: text.replace("fair", "展会").encode("gbk"),
            r"opportunities, row \d+: expected text in UTF-8",
        ),
        (lambda _: b"", "opportunities: expected a header .* found an empty file"),
        (lambda text: text.split("\n", 1)[1].encode(), "column opportunity_id: expected this column"),
        (lambda text: text.replace("fair", '"fair', 1).encode(), r"row \d+: expected every quotation mark"),
        (lambda text: text.replace(",S1", "", 1).encode(), r"row \d+: expected 10 values, one per column"),
        (
            lambda text: text.replace("owner_id", "team").encode(),
            "column team: expected one, found 2 columns",
        ),
        (lambda text: text.replace("created_at", "create_date").encode(), "column created_at: expected this"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(
    tmp_path: Path, write: Write, said: str
) -> None:
    file = write_company(tmp_path) / "opportunities.csv"
    file.write_bytes(write(file.read_text(encoding="utf-8")))
    with pytest.raises(Mistake, match=said):
        wp.read(tmp_path)
