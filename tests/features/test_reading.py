from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from histories import tables
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from winprob.features.attribute import Attribute
from winprob.features.breach import InvalidHistory
from winprob.features.calendar import Calendar
from winprob.features.contract import EVENT_TABLES
from winprob.features.event_table import EventTable
from winprob.features.history import History
from winprob.features.input_format import InputFormat
from winprob.features.playbook import InvalidPlaybook, load_playbook
from winprob.features.reading import load_tables, read

# Random numbers may be such as 1.125, which could mean a thousand: the playbook says which mark is meant.
EIGHT_STEP = load_playbook("eight-step").model_copy(update={"input": InputFormat(decimal=".")})


def write(folder: Path, **contents: str) -> Path:
    needed = {
        "opportunities": "opportunity_id,created_at,closed_at,outcome\n"
        "A,2026-01-05,2026-02-05,won\nB,2026-01-06,,\n",
        "stage_changes": "opportunity_id,at,stage\nA,2026-01-05,target\nB,2026-01-06,target\n",
    }
    for name, content in (needed | contents).items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def refusal(folder: Path) -> list[str]:
    with pytest.raises(InvalidHistory) as refused:
        read(folder)
    assert refused.value.place == str(folder)
    return [str(breach) for breach in refused.value.breaches]


def assert_same(read_back: History, written: History) -> None:
    assert_frame_equal(read_back.opportunities, written.opportunities)
    assert read_back.attributes == written.attributes
    assert read_back.ignored == written.ignored
    for name in EVENT_TABLES:
        assert_frame_equal(read_back.events[name], written.events[name])
        assert read_back.recorded[name].tolist() == written.recorded[name].tolist()


@given(tables(EIGHT_STEP), st.booleans())
def test_a_history_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, written: dict[str, pd.DataFrame], as_csv: bool
) -> None:
    folder = tmp_path_factory.mktemp("history")
    empty_changes = pd.DataFrame({"opportunity_id": [], "at": [], "stage": []}, dtype="str")
    written = {"stage_changes": empty_changes, **written}
    written["opportunities"] = written["opportunities"].fillna({"segment": "other"})
    for name, table in written.items():
        if as_csv:
            table.to_csv(folder / f"{name}.csv", index=False)
        else:
            table.to_parquet(folder / f"{name}.parquet")
    assert_same(read(folder, EIGHT_STEP), History.of(EIGHT_STEP, written))


def test_the_playbook_may_be_a_name_or_a_path_or_a_playbook(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_text(
        'code = "mine"\nname = { zh = "我", en = "Mine" }\n'
        'stages = [{ code = "target", name = { zh = "一", en = "One" }, probability = 0.3 }]\n',
        encoding="utf-8",
    )
    assert read(tmp_path).playbook.code == "customer-grades"
    assert read(tmp_path, "customer-grades").playbook == read(str(tmp_path), load_playbook()).playbook
    assert read(tmp_path, path).playbook.code == "mine"
    with pytest.raises(InvalidPlaybook, match="found 'costumer'"):
        read(tmp_path, "costumer")


def test_rows_after_the_closing_are_left_out_and_counted(tmp_path: Path) -> None:
    amounts = "opportunity_id,at,amount\nA,2026-02-05,5\nA,2026-02-06,6\nB,2026-02-06,7\n"
    history = read(write(tmp_path, amounts=amounts))
    assert history.ignored == {"amounts": 1}
    assert history.events["amounts"]["amount"].tolist() == [5.0, 7.0]


def test_days_are_read_in_the_companys_zone(tmp_path: Path) -> None:
    """A date alone begins then, but what ends on a day ends with it."""
    write(
        tmp_path,
        competitors="opportunity_id,competitor,entered_at,left_at\nB,X,2026-01-06,2026-01-08\n",
        activities="opportunity_id,at,next_at\nB,2026-01-06T08:00,2026-01-09\nB,2026-01-07T08:00Z,\n",
    )
    calendar = Calendar(time_zone="Asia/Shanghai")
    history = read(tmp_path, load_playbook().model_copy(update={"calendar": calendar}))
    times = {
        ("created_at", 0): history.opportunities["created_at"][0],
        ("closed_at", 0): history.opportunities["closed_at"][0],
    } | {
        (column, row): history.events[table][column][row]
        for table, column, row in [
            ("competitors", "entered_at", 0),
            ("competitors", "left_at", 0),
            ("activities", "at", 0),
            ("activities", "next_at", 0),
            ("activities", "at", 1),
        ]
    }
    assert {place: str(time) for place, time in times.items()} == {
        ("created_at", 0): "2026-01-04 16:00:00+00:00",
        ("closed_at", 0): "2026-02-05 15:59:59.999999+00:00",
        ("entered_at", 0): "2026-01-05 16:00:00+00:00",
        ("left_at", 0): "2026-01-08 15:59:59.999999+00:00",
        ("at", 0): "2026-01-06 00:00:00+00:00",
        ("next_at", 0): "2026-01-08 16:00:00+00:00",
        ("at", 1): "2026-01-07 08:00:00+00:00",
    }


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("hint", [True, False])
def test_files_as_a_european_excel_writes_them(tmp_path: Path, mark: str, hint: bool) -> None:
    ours = load_playbook().model_copy(update={"input": InputFormat(decimal=",")})
    write(tmp_path, amounts="opportunity_id,at,amount\nA,2026-01-06,1.234@5\nB,2026-01-07,170.000\n")
    for path in tmp_path.iterdir():
        content = path.read_text("utf-8").replace(",", mark).replace("@", ",")
        path.write_text(f"sep={mark}\n{content}" if hint else content, "utf-8")
    assert read(tmp_path, ours).events["amounts"]["amount"].tolist() == [1234.5, 170000.0]


def test_numbers_that_could_mean_two_things_are_asked_about(tmp_path: Path) -> None:
    write(tmp_path, amounts="opportunity_id,at,amount\nA,2026-01-06,170.000\nB,2026-01-07,410.000\n")
    remedy = 'declare decimal = "." or "," in [input] of the playbook, or at the top of a mapping'
    assert refusal(tmp_path) == [
        f"amounts, row {row}, opportunity {name}, column amount: expected a number whose decimal mark is "
        f"certain, found {found!r}; {remedy}"
        for row, name, found in ((2, "A", "170.000"), (3, "B", "410.000"))
    ]


def test_what_was_taken_for_granted_is_in_the_notices(tmp_path: Path) -> None:
    lines = (
        "opportunity_id,created_at,size,postcode\nA,2026-01-05,NULL,01234\nB,2026-01-06,null,81234\n"
        "C,2026-01-07,3,-\n"
    )
    history = read(write(tmp_path, opportunities=lines))
    assert history.opportunities["size"].fillna(0).tolist() == [0, 0, 3]
    assert history.opportunities["postcode"].fillna("").tolist() == ["01234", "81234", ""]
    assert [notice.code for notice in history.notices] == ["kind_in_doubt", "missing", "missing", "missing"]
    assert history.notices == history.read_notices


def test_further_columns_of_opportunities_are_attributes(tmp_path: Path) -> None:
    lines = "opportunity_id,created_at,size,segment,grade\nA,2026-01-05,12,big,1\nB,2026-01-06,NA,,x\n"
    history = read(write(tmp_path, opportunities=lines))
    assert history.attributes == (
        Attribute("size", "number"),
        Attribute("segment", "category"),
        Attribute("grade", "category"),
    )
    assert history.opportunities["size"].isna().tolist() == [False, True]
    assert history.opportunities["segment"].isna().tolist() == [False, True]


def test_a_table_without_rows_is_recorded_and_a_table_left_out_is_not(tmp_path: Path) -> None:
    history = read(write(tmp_path, competitors="opportunity_id,competitor,entered_at\n"))
    assert history.recorded["competitors"].all()
    assert not history.recorded["activities"].any()


def test_everything_wrong_with_files_and_values_is_listed_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        amonuts="opportunity_id,at,amount\n",
        stage_changes="opportunity_id,at,stage\nA,2026-01-05,tagret\nB,2026-01-06\nC,2026-01-07,target\n",
        activities="",
    )
    pd.DataFrame({"opportunity_id": ["A"]}).to_parquet(tmp_path / "close_dates.parquet")
    (tmp_path / "close_dates.csv").write_text("opportunity_id\nA\n")
    assert refusal(tmp_path) == [
        "amonuts.csv: expected one of opportunities, stage_changes, buyer_stage_changes, amounts, "
        "close_dates, activities, key_persons, competitors, assessments, checkpoints "
        "(did you mean 'amounts'?), found a file of an unknown table",
        "close_dates: expected one file for the table, found close_dates.csv and close_dates.parquet",
        "activities: expected a header with the names of the columns, found an empty file",
        "stage_changes, row 3: expected 3 values, one per column, found 2: 'B,2026-01-06'",
        "stage_changes, row 2, opportunity A, column stage: expected one of target, qualified, shortlisted, "
        "intent, near_won (did you mean 'target'?), found 'tagret'",
        "stage_changes, row 4, opportunity C, column opportunity_id: "
        "expected an opportunity_id of the table opportunities, found 'C'",
    ]


def test_the_error_is_a_list_that_can_be_read(tmp_path: Path) -> None:
    write(tmp_path, amounts="opportunity_id,at,amount\nA,2026-01-05,-1\n")
    with pytest.raises(InvalidHistory) as refused:
        read(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path} breaks the input contract in 1 place:\n"
        "  amounts, row 2, opportunity A, column amount: expected a number not below 0, found '-1'"
    )


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    expected = "expected a folder with the tables of a history, found"
    assert refusal(gone) == [f"{gone}: {expected} nothing of this name"]
    gone.write_text("")
    assert refusal(gone) == [f"{gone}: {expected} a file"]


def test_a_folder_without_tables_says_what_is_there(tmp_path: Path) -> None:
    needed = [
        f"{n}: expected {n}.csv or {n}.parquet in {tmp_path}" for n in ("opportunities", "stage_changes")
    ]
    assert refusal(tmp_path) == [f"{line}, found only an empty folder" for line in needed]
    (tmp_path / "opportunities.csv.gz").write_bytes(b"")
    (tmp_path / "README.md").write_text("")
    assert refusal(tmp_path) == [f"{line}, found only README.md, opportunities.csv.gz" for line in needed]


def test_other_files_and_hidden_ones_do_not_matter(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / ".amonuts.csv").write_text("x")
    (tmp_path / "charts.csv").mkdir()
    assert len(read(tmp_path)) == 2


def test_endings_in_capitals_are_tables_too(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "amounts.CSV").write_text("opportunity_id,at,amount\nA,2026-01-05,5\n")
    assert len(read(tmp_path).events["amounts"]) == 1


def test_tables_are_loaded_as_they_stand(tmp_path: Path) -> None:
    folder = write(tmp_path, amounts="opportunity_id,at,amount\nA,2026-01-05,-1\n")
    loaded, breaches, notices = load_tables(folder, load_playbook())
    assert (breaches, notices) == ([], [])
    assert loaded["amounts"].loc[2].tolist() == ["A", "2026-01-05", "-1"]


TICKETS = load_playbook().model_copy(
    update={"events": {"support_tickets": EventTable(features=("last", "count"))}}
)


def test_tables_of_events_that_the_playbook_declares_are_read(tmp_path: Path) -> None:
    write(tmp_path, events_support_tickets="opportunity_id,at,number\nA,2026-01-06,3\n")
    history = read(tmp_path, TICKETS)
    assert history.events["events_support_tickets"]["number"].tolist() == [3]
    assert history.notices == ()


def test_a_declared_table_may_be_missing(tmp_path: Path) -> None:
    history = read(write(tmp_path), TICKETS)
    assert not history.recorded["events_support_tickets"].any()


def test_an_undeclared_table_of_events_is_named_and_passed_over(tmp_path: Path) -> None:
    write(tmp_path, events_support_ticket="opportunity_id,at,number\nA,2026-01-06,3\n")
    (notice,) = read(tmp_path, TICKETS).notices
    assert notice.code == "undeclared_events"
    assert str(notice) == (
        "events_support_ticket.csv: events that the playbook does not declare (did you mean "
        "'events_support_tickets'?), taken as not there; declare them in [events.support_ticket] of the "
        "playbook to learn from them"
    )


def test_what_is_wrong_in_a_table_of_events_is_said_with_its_place(tmp_path: Path) -> None:
    rows = "opportunity_id,at,number,text\nA,2026-01-06,,x\nB,soon,1,\n"
    with pytest.raises(InvalidHistory) as refused:
        read(write(tmp_path, events_support_tickets=rows), TICKETS)
    found = str(refused.value).splitlines()[1:]
    assert found[:2] == [
        "  events_support_tickets, column text: expected one of opportunity_id, at, number, found an unknown "
        'column; remove it, or declare values = "text" in [events.support_tickets] of the playbook',
        "  events_support_tickets, row 2, opportunity A, column number: expected a value, found nothing",
    ]
    assert found[2].startswith("  events_support_tickets, row 3, opportunity B, column at: expected a time")
