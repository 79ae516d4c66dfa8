"""What looks like markup is printed as it is, by every verb, in results, tables, errors and wrong usage."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from command import winprob
from company_files import write_company

from winprob.terminal import out

pytestmark = pytest.mark.long

HISTORY = "H[/2024]"
CATEGORY = "[red]kind[/red] :smile: of a name that is too long for the table that it stands in"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a history in which everything that can be named looks like markup, and a model of it."""
    folder = tmp_path_factory.mktemp("company")
    file = write_company(folder / HISTORY) / "opportunities.csv"
    opportunities = pd.read_csv(file, dtype=str)
    currencies = {"CNY": "[/CNY]", "USD": "[red]USD"}
    teams = {"North": "[/North]"}
    number = pd.Series(range(len(opportunities))) % 7
    opportunities.replace({"currency": currencies, "team": teams}).assign(
        **{"size [/k]": number, CATEGORY: (number % 3).map({0: "[/a]", 1: "[b]", 2: "\\["})}
    ).to_csv(file, index=False)
    assert "version 1 is champion" in winprob(folder, "train", HISTORY)
    return folder


def test_check_names_the_folder_and_the_columns(company: Path) -> None:
    said = winprob(company, "check", HISTORY)
    assert said.startswith(f"{HISTORY}: 200 opportunities (")
    assert "│ size [/k] " in said
    cells = [line.split("│")[2] for line in said.splitlines() if line.count("│") == 6]
    assert CATEGORY.replace(" ", "") in "".join(cells).replace(" ", "")
    assert "'[/CNY]' (" in said


def test_scores_are_written_to_a_file_in_brackets(company: Path) -> None:
    assert winprob(company, "score", HISTORY, "--out", "[k].csv").startswith(
        "[k].csv: 40 open opportunities\n"
    )
    assert len(pd.read_csv(company / "[k].csv")) == 40


def test_a_forecast_names_currencies_and_groups(company: Path) -> None:
    said = winprob(company, "forecast", HISTORY, "--group", "team", "--out", "[k].xlsx")
    assert "[/CNY] " in said
    assert "[red]USD " in said
    assert "\n[k].xlsx: " in said
    refused = winprob(company, "forecast", HISTORY, "--group", "[/team]", "--out", "x.csv", status=1)
    assert CATEGORY in refused
    assert "found '[/team]'" in refused


def test_a_backtest_names_currencies(company: Path) -> None:
    asked = ("--every", "quarter", "--horizon", "quarter", "--out", "[k].parquet")
    said = winprob(company, "backtest", HISTORY, *asked)
    assert "\n[/CNY] " in said
    assert "\n[red]USD " in said
    assert "\n[k].parquet: " in said


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (("check", "[/H]"), 1, "[/H] breaks the input contract"),
        (("check", HISTORY, "--playbook", "[/p]"), 1, "[/p] cannot be used as a playbook"),
        (("train", HISTORY, "--mapping", "[/m].toml"), 1, "[/m].toml cannot be used as a mapping"),
        (("train", HISTORY, "--allow", "[/f]"), 1, "found '[/f]'"),
        (("score", HISTORY, "--out", "x.csv", "--model", "[/m]"), 1, "[/m] cannot be used as a bundle"),
        (("score", HISTORY, "--out", "x.csv", "--as-of", "[/t]"), 2, "found '[/t]'; correct the value"),
        (("score", HISTORY, "--out", "[/x].csv"), 2, "found [: No such file or directory"),
        (("forecast", HISTORY, "--out", "x.csv", "--by", "[/d]"), 2, "found '[/d]'"),
        (("backtest", HISTORY, "--out", "[b].txt"), 2, "found [b].txt"),
        (("[/verb]",), 2, "'[/verb]'"),
    ],
)
def test_mistakes_name_what_was_typed(
    company: Path, arguments: tuple[str, ...], status: int, expected: str
) -> None:
    assert expected in winprob(company, *arguments, status=status)


def test_a_long_path_stays_on_one_line(company: Path) -> None:
    folder = company / "-".join(["long"] * 40)
    folder.mkdir()
    said = winprob(company, "score", HISTORY, "--out", folder / "scores.csv")
    assert f"{folder / 'scores.csv'}: 40 open opportunities\n" in said


def test_markup_and_emoji_are_text() -> None:
    with out.capture() as captured:
        out.print("[/k] [bold]b[/bold] :smile:")
    assert captured.get() == "[/k] [bold]b[/bold] :smile:\n"
