from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from disks import largest_file

from winprob.features.durable import NotWritten
from winprob.features.reading import read
from winprob.training.simulation import Simulated, simulate
from winprob.training.simulation.calendar import monday


@pytest.fixture(scope="module")
def looked_at(simulated: Simulated) -> pd.DataFrame:
    """One Monday of each deal, with the oracle's probability and the ending.

    Each deal is looked at at an age that the dice decide, if it is open then. A Monday drawn from those on
    which it was open would depend on how long it lasts, and so on its ending.
    """
    states, age = simulated.states, np.random.default_rng(0).integers(30, size=1500)
    rows = np.flatnonzero(states.age == age[states.number])
    chosen = pd.DataFrame(
        {"number": states.number[rows], "stage": states.stage[rows], "week": simulated.states.week[rows]}
    )
    ending = simulated.outcomes.iloc[chosen["number"]]
    at = chosen["week"].map(monday)
    probability = simulated.win_probability(ending["opportunity_id"], at, rollouts=30)
    return chosen.assign(probability=probability, won=(ending["outcome"] == "won").to_numpy())


def test_deals_are_won_as_often_as_the_oracle_says(looked_at: pd.DataFrame) -> None:
    assert len(looked_at) > 800
    assert_calibrated(looked_at)


def test_deals_are_won_as_often_as_the_oracle_says_in_every_stage(looked_at: pd.DataFrame) -> None:
    assert looked_at["stage"].nunique() == 5
    for _, of_stage in looked_at.groupby("stage"):
        assert_calibrated(of_stage)


def test_deals_are_won_as_often_as_the_oracle_says_at_every_probability(looked_at: pd.DataFrame) -> None:
    for _, alike in looked_at.groupby(pd.qcut(looked_at["probability"], 5)):
        assert_calibrated(alike)


def assert_calibrated(rows: pd.DataFrame) -> None:
    """Wins differ from what is expected by less than 3.5 standard deviations."""
    expected = rows["probability"].sum()
    spread = np.sqrt((rows["probability"] * (1 - rows["probability"])).sum())
    assert abs(rows["won"].sum() - expected) < 3.5 * spread


def test_the_oracle_beats_the_stages_by_far(looked_at: pd.DataFrame) -> None:
    fixed = looked_at["stage"].map(dict(enumerate((0.10, 0.25, 0.50, 0.75, 0.90))))
    by_stage = looked_at.groupby("stage")["won"].transform("mean")
    oracle = log_loss(looked_at["won"], looked_at["probability"])
    assert oracle < log_loss(looked_at["won"], by_stage) - 0.08
    assert oracle < log_loss(looked_at["won"], fixed) - 0.08


def log_loss(won: pd.Series, probability: pd.Series) -> float:
    probability = probability.clip(1e-6, 1 - 1e-6)
    return float(-np.log(probability.where(won, 1 - probability)).mean())


def test_probabilities_are_reproducible_and_the_seed_matters(simulated: Simulated) -> None:
    still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"].iloc[:20]
    first, again, other = (
        simulated.win_probability(still_open, simulated.end, rollouts=20, seed=seed) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()
    assert ((first > 0) & (first < 1)).all()


def test_a_moment_without_zone_is_utc(simulated: Simulated) -> None:
    deal = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"].iloc[:1]
    naive = pd.Timestamp(simulated.end.date())
    assert simulated.win_probability(deal, [naive], 5) == simulated.win_probability(deal, simulated.end, 5)


@pytest.mark.parametrize("what", ["unknown", "closed", "not yet created", "no Monday", "after the end"])
def test_moments_that_cannot_be_looked_at_are_named(simulated: Simulated, what: str) -> None:
    opportunities = simulated.tables["opportunities"]
    open_deal, at = opportunities.query("outcome.isna()")["opportunity_id"].iloc[0], simulated.end
    deal = open_deal
    if what == "unknown":
        deal = "OPP-nobody"
    elif what == "closed":
        deal = opportunities.query("outcome == 'won'")["opportunity_id"].iloc[0]
    elif what == "not yet created":
        at = monday(0)
    else:
        at += pd.Timedelta(days=1 if what == "no Monday" else 7)
    good = (open_deal, simulated.end)
    with pytest.raises(ValueError, match=rf"found 1 of 2 that are not, the first is {deal} at {at:%Y-%m-%d}"):
        simulated.win_probability([good[0], deal], [good[1], at])


def test_a_written_history_is_read_without_a_breach(simulated: Simulated, tmp_path: Path) -> None:
    history = read(simulated.write(tmp_path / "history"))
    assert len(history) == 1500
    assert sum(history.ignored.values()) == 0
    assert {attribute.name: attribute.kind for attribute in history.attributes} == {
        "company_size": "category",
        "employees": "number",
    }
    written = {name for name in history.recorded if history.recorded[name].all()}
    assert written == simulated.tables.keys() - {"opportunities"}


def test_what_is_written_is_what_was_simulated(simulated: Simulated, tmp_path: Path) -> None:
    simulated.write(tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(simulated.tables)
    written = pd.read_csv(
        tmp_path / "activities.csv", dtype={"person_id": "str"}, parse_dates=["at", "next_at"]
    )
    expected = simulated.tables["activities"]
    pd.testing.assert_frame_equal(written, expected, check_dtype=False)
    assert (tmp_path / "activities.csv").read_text("utf-8").splitlines()[1].split(",")[4] in {"true", "false"}


def test_a_folder_with_something_in_it_is_refused(simulated: Simulated, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"found 1 files or folders in it \(the first is 'notes.txt'\)"):
        simulated.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_full_disk_is_told_with_the_file_and_leaves_nothing(simulated: Simulated, tmp_path: Path) -> None:
    with largest_file(10), pytest.raises(NotWritten, match=r"new/opportunities\.csv: expected to write it"):
        simulated.write(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_is_no_folder_to_write_to(simulated: Simulated, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(NotWritten, match="file: expected to write it, found File exists"):
        simulated.write(tmp_path / "file")


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("once", "again"):
        simulate(opportunities=60, years=1, seed=7).write(tmp_path / name)
    simulate(opportunities=60, years=1, seed=8).write(tmp_path / "other")
    for path in (tmp_path / "once").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
        assert path.read_bytes() != (tmp_path / "other" / path.name).read_bytes()


def test_actions_are_forced_on_the_deals_asked_about(simulated: Simulated) -> None:
    still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"].iloc[:30]
    without, done = simulated.forced("find_coach", still_open, simulated.end, rollouts=40, seed=1)
    again = simulated.forced("find_coach", still_open, simulated.end, rollouts=40, seed=1)
    assert (again == [without, done]).all()
    assert ((without > 0) & (done < 1)).all()
    assert done.mean() > without.mean()
    with pytest.raises(ValueError, match="found 1 of 1 that are not, the first is OPP-nobody"):
        simulated.forced("find_coach", ["OPP-nobody"], simulated.end)
