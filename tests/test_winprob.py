"""The command line as a user runs it: real processes in an empty folder."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pytest
from command import WINPROB, environment, winprob
from scipy.special import logit

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a company was simulated and a model of it trained, registered and promoted."""
    folder = tmp_path_factory.mktemp("company")
    winprob(folder, "simulate", "history", "--opportunities", 1500, "--years", 2)
    said = winprob(folder, "train", "history")
    assert "version 1 is champion" in said
    assert all(rule in said for rule in ("stage", "competition", "base"))
    (card,) = re.findall(r"not for: (mlruns/.*card\.md)\n", said)
    assert (folder / card).read_text("utf-8").startswith("# Model card: winprob 1\n")
    return folder


def test_from_day_one_the_answer_is_the_fixed_percentage(company: Path, tmp_path: Path) -> None:
    (tmp_path / "history").symlink_to(company / "history")
    said = winprob(tmp_path, "train", "history", "--as-of", "2023-01-10")
    assert "learned from 0 rows of 0 opportunities" in said
    assert "not calibrated, as too few have closed" in said
    assert "no opportunity of the test has ended yet, so nothing says how good it is" in " ".join(
        said.split()
    )
    winprob(tmp_path, "score", "history", "--as-of", "2023-01-10", "--out", "scores.csv", "--explain")
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert (scores["probability"] - scores["rule_probability"]).abs().max() < 1e-9
    assert (scores["probability_low"] < scores["probability"]).all()
    assert (scores["probability"] < scores["probability_high"]).all()


def test_help_reads_well_for_each_verb(tmp_path: Path) -> None:
    learn = ("simulate", "contract", "check", "features", "train", "backtest")
    verbs = (*learn, "score", "forecast", "serve", "demo")
    said = winprob(tmp_path, "--help")
    assert all(verb in said for verb in verbs)
    for verb in verbs:
        assert "Usage: winprob" in winprob(tmp_path, verb, "--help")


def test_the_contract_is_told_table_by_table(tmp_path: Path) -> None:
    page = winprob(tmp_path, "contract", "amounts", "close_dates")
    assert [line for line in page.splitlines() if line.startswith("#")] == ["## amounts", "## close_dates"]
    assert "| amount | yes | number, at least 0 |" in page
    assert "did you mean 'amounts'?" in winprob(tmp_path, "contract", "amount", status=1)


def test_check_sums_up_a_history(company: Path) -> None:
    said = winprob(company, "check", "history")
    assert "1,500 opportunities" in said
    assert "stage_changes" in said


def test_check_lists_every_breach_and_ends_with_1(company: Path, tmp_path: Path) -> None:
    for source in (company / "history").iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    amounts = pd.read_csv(tmp_path / "amounts.csv", dtype=str)
    amounts.loc[[0, 1], "amount"] = ["-5", "much"]
    amounts.to_csv(tmp_path / "amounts.csv", index=False)
    said = winprob(tmp_path, "check", ".", status=1)
    assert "amounts, row 2" in said
    assert "-5" in said
    assert "amounts, row 3" in said
    assert "much" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "history", "--as-of", "soon"),
        ("score", "history", "--out", "scores.txt"),
        ("score", "history"),
        ("score", "history", "--out", "scores.csv", "--by", "soon"),
        ("features", "history"),
        ("features", "history", "--out", "features.csv", "--labels"),
        ("features", "history", "--out", "features.csv", "--weekly", "--allow", "log_amount"),
        ("forecast", "history"),
        ("forecast", "history", "--out", "forecast.csv", "--by", "year"),
        ("forecast", "history", "--out", "forecast.csv", "--as-of", "tomorrow"),
        ("forecast", "history", "--out", "forecast.csv", "--from", "2024-10-01"),
        ("forecast", "history", "--out", "forecast.csv", "--by", "2099-12-31", "--from", "October"),
        ("forecast", "history", "--out", "forecast.csv", "--by", "2099-12-31", "--periods", "2"),
        ("backtest", "history", "--out", "forecasts.txt"),
        ("simulate", "elsewhere", "--opportunities", "none"),
        ("serve", "--port", "70000"),
        ("fly",),
    ],
)
def test_wrong_usage_ends_with_2(company: Path, arguments: tuple[str, ...]) -> None:
    winprob(company, *arguments, status=2)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("check", "nowhere"), "nowhere"),
        (("check", "history", "--playbook", "funnel"), "funnel"),
        (("train", "nowhere"), "nowhere"),
        (("train", "history", "--as-of", "2022-12-31"), "expected a time after the first creation"),
        (("train", "nowhere.csv", "--mapping", "map.toml"), "map.toml"),
        (("train", "history", "--mapping", "map.toml"), "map.toml"),
        (("train", "history", "--allow", "employees"), "did you mean 'attribute.employees'?"),
        (("features", "nowhere", "--out", "x.csv"), "nowhere"),
        (
            ("features", "history", "--out", "x.csv", "--weekly", "--as-of", "2022-12-31"),
            "expected a time after the first creation",
        ),
        (("score", "history", "--out", "x.csv", "--model", "models:/winprob@nobody"), "nobody"),
        (("score", "history", "--out", "x.csv", "--model", "nowhere"), "nowhere"),
        (("score", "history", "--out", "x.csv", "--by", "2020-12-31"), "found 2020-12-31; ask for later"),
        (
            ("forecast", "history", "--out", "x.csv", "--by", "2020-12-31"),
            "not in the past, found 2020-12-31",
        ),
        (
            ("forecast", "history", "--out", "x.csv", "--group", "taem"),
            "expected one of customer_id, owner_id",
        ),
        (("backtest", "nowhere"), "nowhere"),
        (("backtest", "history", "--horizon", "year"), "horizon: expected one of week, month, quarter"),
        (("simulate", "history"), "empty folder"),
        (("serve", "--model", "nowhere", "--port", "0"), "nowhere"),
        (("serve", "--root-path", "winprob", "--port", "0"), "--root-path: expected a path such as"),
        (("serve", "--allow-host", "http://a", "--port", "0"), "--allow-host: expected a host name such as"),
        (("serve", "--history", "nowhere", "--port", "0"), "nowhere breaks the input contract in 1 place"),
    ],
)
def test_a_mistake_ends_with_1_and_says_where(
    company: Path, arguments: tuple[str, ...], expected: str
) -> None:
    assert expected in winprob(company, *arguments, status=1)


def test_scores_are_a_row_per_open_opportunity_with_reasons_that_add_up(company: Path) -> None:
    winprob(company, "score", "history", "--out", "scores.csv", "--explain", "--as-of", "2024-06-03T00:00")
    scores = pd.read_csv(company / "scores.csv")
    opportunities = pd.read_csv(
        company / "history" / "opportunities.csv", parse_dates=["created_at", "closed_at"]
    )
    at = pd.Timestamp("2024-06-03", tz="UTC")
    is_open = (opportunities["created_at"] <= at) & ~(opportunities["closed_at"] <= at)
    assert sorted(scores["opportunity_id"]) == sorted(opportunities["opportunity_id"][is_open])
    assert list(scores)[:7] == [
        "opportunity_id",
        "as_of",
        "stage",
        "amount",
        "probability",
        "rule_probability",
        "model_version",
    ]
    why = scores.filter(like="why.")
    assert "why.base" in why
    np.testing.assert_allclose(why.sum(axis=1), logit(scores["probability"]), atol=1e-9)
    assert set(scores["model_version"].astype(str)) == {"1"}


def test_scores_know_nothing_later_and_parquet_holds_the_same(company: Path) -> None:
    dates = ("--by", "2024-12-31, 2025-12-31")
    winprob(company, "score", "history", "--out", "whole.parquet", "--as-of", "2024-03-04", *dates)
    winprob(company, "score", "history", "--out", "again.csv", "--as-of", "2024-03-04T23:59:59.999999Z")
    whole = pd.read_parquet(company / "whole.parquet")
    again = pd.read_csv(company / "again.csv")
    assert whole["probability"].tolist() == again["probability"].tolist()
    by = whole[["probability_by_2024-12-31", "probability_by_2025-12-31", "probability"]].to_numpy()
    assert (np.diff(by, axis=1) >= 0).all()
    assert (by[:, 0] < 0.999 * by[:, 2]).any()


def test_features_with_labels_are_what_an_estimator_from_elsewhere_learns_from(tmp_path: Path) -> None:
    winprob(tmp_path, "simulate", "history", "--opportunities", 200, "--years", 1)
    said = winprob(tmp_path, "features", "history", "--out", "frame.parquet", "--weekly", "--labels")
    found = pd.read_parquet(tmp_path / "frame.parquet")
    assert f"frame.parquet: {len(found):,} snapshots with a known outcome" in said
    assert list(found)[:2] == ["opportunity_id", "as_of"]
    assert list(found)[-5:] == ["y", "weight", "group", "time", "split"]
    test = found[found["split"] == "test"]
    learned_from = found[~found["split"].isin(["test", "served"])]
    assert set(test["y"]) == {0, 1}
    assert not {*test["group"]} & {*learned_from["group"]}


def test_a_forecast_has_a_row_per_period_currency_and_group(company: Path) -> None:
    asked = ("forecast", "history", "--as-of", "2024-05-20", "--periods", 2, "--group", "team")
    said = winprob(company, *asked, "--out", "forecast.csv")
    found = pd.read_csv(company / "forecast.csv")
    assert f"forecast.csv: {len(found)} rows" in said
    assert list(found)[:5] == ["period_start", "period_end", "team", "currency", "won"]
    assert set(found["period_start"]) == {"2024-04-01", "2024-07-01"}
    whole = found[found["team"].isna()].set_index(["period_start", "currency"])["expected"]
    parts = found[found["team"].notna()].groupby(["period_start", "currency"])["expected"].sum()
    pd.testing.assert_series_equal(whole.sort_index(), parts)
    at = pd.Timestamp("2024-05-20T23:59:59.999999Z")
    deals = pd.read_csv(company / "history" / "opportunities.csv", parse_dates=["created_at", "closed_at"])
    is_open = (deals["created_at"] <= at) & ~(deals["closed_at"] <= at)
    assert f"As of 2024-05-20 23:59 UTC: {is_open.sum()} open deals." in said
    assert found.loc[found["team"].isna(), "deals"].sum() == 2 * is_open.sum()


def test_a_period_by_its_end_holds_what_was_won_since_the_quarter_began_or_since_it_is_said(
    company: Path,
) -> None:
    asked = ("forecast", "history", "--as-of", "2024-05-20", "--out")
    winprob(company, *asked, "quarter.csv")
    said = winprob(company, *asked, "dated.csv", "--by", "2024-06-30")
    winprob(company, *asked, "year.csv", "--by", "2024-06-30", "--from", "2024-01-01")
    quarter, dated, year = (pd.read_csv(company / f"{name}.csv") for name in ("quarter", "dated", "year"))
    pd.testing.assert_frame_equal(dated, quarter)
    assert "2024-04-01" in said
    assert "2024-06-30" in said
    assert set(year["period_start"]) == {"2024-01-01"}
    assert year["won"].sum() > dated["won"].sum() > 0


def test_a_group_that_is_called_not_recorded_is_told_apart(company: Path, tmp_path: Path) -> None:
    for source in (company / "history").iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    deals = pd.read_csv(tmp_path / "opportunities.csv")
    deals.loc[::2, "team"] = None
    deals.loc[1::2, "team"] = "not recorded"
    deals.to_csv(tmp_path / "opportunities.csv", index=False)
    winprob(company, "forecast", tmp_path, "--group", "team", "--out", "groups.csv")
    found = pd.read_csv(company / "groups.csv")
    assert set(found["team"].dropna()) == {"not recorded", "(not recorded)"}
    assert not found.duplicated(["period_start", "currency", "team"]).any()


def test_a_file_names_those_without_a_group(company: Path, tmp_path: Path) -> None:
    for source in (company / "history").iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    deals = pd.read_csv(tmp_path / "opportunities.csv")
    deals.loc[::2, "team"] = None
    deals.to_csv(tmp_path / "opportunities.csv", index=False)
    asked = ("forecast", tmp_path, "--by", "2024-12-31, 2025-03-31", "--group", "team")
    winprob(company, *asked, "--as-of", "2024-12-02", "--out", "forecast.parquet")
    found = pd.read_parquet(company / "forecast.parquet")
    assert {str(day) for day in found["period_end"]} == {"2024-12-31", "2025-03-31"}
    assert "not recorded" in set(found["team"].dropna())
    assert found["team"].isna().sum() == found.groupby("period_end")["currency"].nunique().sum()


def test_the_champion_answers_over_http_and_stops_when_told(company: Path) -> None:
    with subprocess.Popen(
        [WINPROB, "serve", "--history", "history", "--port", "0"],
        cwd=company,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as server:
        assert server.stdout is not None
        try:
            said = ""
            while "Ctrl+C" not in said:
                line = server.stdout.readline()
                assert line, f"the server ended: {said}"
                said += line
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found is not None
            assert _run_the_curl_line(said)["probability"] > 0
            answer = httpx.post(f"{found[0]}/v1/score", json={"stage": "intent", "language": "zh"}).json()
            total = answer["base"]["probability"] + sum(each["points"] for each in answer["contributions"])
            assert abs(total - answer["probability"]) < 1e-9
            assert f"The forecast: {found[0]}/forecast\n" in said
            assert "<h1>Sales forecast</h1>" in httpx.get(f"{found[0]}/forecast", timeout=60).text
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0


def _run_the_curl_line(said: str) -> dict[str, float]:
    line = next(line for line in said.splitlines() if line.strip().startswith("curl"))
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def test_the_demo_runs_twice(tmp_path: Path) -> None:
    winprob(tmp_path, "simulate", "demo/history", "--opportunities", 1500, "--years", 2)
    assert "version 1 is champion" in winprob(tmp_path, "demo", "--no-serve")
    assert "version 2 is logged, but not champion" in winprob(tmp_path, "demo", "--no-serve")
    assert (tmp_path / "mlruns" / "mlflow.db").is_file()
