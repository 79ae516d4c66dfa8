"""The list as a file: the rows of all pages, and nothing that a spreadsheet would run."""

from io import BytesIO

import httpx
import pandas as pd
import pytest
from workbooks import cells

from winprob.serving.pages.deals_file import FORMULA, _csv, _workbook

ASKED = {"as_of": "2024-06-30", "language": "en", "of": "expected"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_has_the_deals_of_all_pages(forecasts: httpx.Client, kind: str) -> None:
    answer = forecasts.get(f"/opportunities.{kind}", params=ASKED)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'.{kind}"')
    content = BytesIO(answer.content)
    if kind == "csv":
        table = pd.read_csv(content)
    else:
        header, *rows = cells(content)
        table = pd.DataFrame(
            {name: [row.get(column, ("n", ""))[1] for row in rows] for column, (_, name) in header.items()}
        )
    whole = forecasts.get("/v1/forecast", params={"as_of": "2024-06-30", "periods": 2}).json()["rows"]
    assert len(table) == sum(row["deals"] for row in whole if row["period_start"] == whole[0]["period_start"])
    page = forecasts.get("/opportunities", params=ASKED).text
    assert page.index(table["Opportunity"][0]) < page.index(table["Opportunity"][1])
    assert (
        table["Stage"].dropna().isin(["", "Target", "Qualified", "Shortlisted", "Intent", "Near won"]).all()
    )


def test_headings_are_in_the_readers_language(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/opportunities.csv", params=ASKED | {"language": "zh"})
    assert answer.content.startswith("\ufeff商机编号,名称,客户".encode())


def test_no_text_is_a_formula() -> None:
    texts = [f"{begin}1+1" for begin in FORMULA] + ["1+1"]
    table = pd.DataFrame({"name": pd.Series(texts, dtype="str"), "number": range(len(texts))})
    assert not any(line.startswith(FORMULA) for line in _csv(table).decode("utf-8-sig").splitlines()[1:])
    assert [row["A"] for row in cells(BytesIO(_workbook(table)))[1:]] == [
        ("s", text.replace("\r", "_x000D_")) for text in texts
    ]


def test_other_kinds_of_files_are_refused(forecasts: httpx.Client) -> None:
    assert forecasts.get("/opportunities.pdf").status_code == 422
