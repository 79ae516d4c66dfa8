from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from winprob.training.leaks import filled
from winprob.training.leaks.first_snapshots import FirstSnapshots

Numbers = npt.NDArray[np.float64]
END = 730.0


class Deals(NamedTuple):
    created: Numbers
    days: Numbers
    chance: Numbers

    @property
    def closed(self) -> npt.NDArray[np.bool_]:
        return self.created + self.days <= END


Recorded = Callable[[Deals], npt.NDArray[np.bool_]]


def company(recorded: Recorded, rows: int = 1200, seed: int = 0) -> FirstSnapshots:
    """Opportunities of two years, of which quick ones are closed and slow ones open."""
    random = np.random.default_rng(seed)
    deals = Deals(random.uniform(0, END, rows), random.exponential(150, rows), random.random(rows))
    times = pd.DataFrame(
        {
            "at": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(deals.created, "D").as_unit("us"),
            "days": np.where(deals.closed, deals.days, np.nan),
            "followed": END - deals.created,
        }
    )
    X = pd.DataFrame({"it": np.where(recorded(deals), 1.0, np.nan)})
    won = np.where(deals.closed, random.random(rows) < 0.4, np.nan)
    return FirstSnapshots(X, won, frozenset(X), times)


def everyone(deals: Deals) -> npt.NDArray[np.bool_]:
    return deals.chance < 2


def half(deals: Deals) -> npt.NDArray[np.bool_]:
    return deals.chance < 0.5


HONEST: dict[str, Recorded] = {
    "half of them": half,
    "given up after a year": lambda deals: deals.created < 365,
    "new since last year": lambda deals: deals.created > 365,
    "of a quick kind of business": lambda deals: deals.days < 40,
    "of a slow kind of business": lambda deals: deals.days > 200,
    "hardly ever": lambda deals: deals.chance < 0.01,
}


@pytest.mark.parametrize("recorded", HONEST.values(), ids=HONEST)
@pytest.mark.parametrize("seed", range(5))
def test_what_is_recorded_for_honest_reasons_is_not_found(recorded: Recorded, seed: int) -> None:
    assert list(filled.find(company(recorded, seed=seed))) == []


@pytest.mark.parametrize("share", [0.4, 1.0])
@pytest.mark.parametrize("rows", [250, 1200])
def test_what_is_filled_in_at_closing_is_found(share: float, rows: int) -> None:
    for seed in range(5):
        snapshots = company(lambda deals: deals.closed & (deals.chance < share), rows, seed)
        ((feature, evidence),) = filled.find(snapshots)
        assert feature == "it"
        closed = int(snapshots.closed.sum())
        count = int(snapshots.X["it"].notna().sum())
        assert f"recorded for {count:,} of {closed:,} closed opportunities" in evidence
        assert f"for 0 of {rows - closed:,} open ones" in evidence


def test_a_few_open_ones_that_have_it_do_not_hide_it() -> None:
    snapshots = company(lambda deals: deals.closed | (deals.chance < 0.05))
    assert [feature for feature, _ in filled.find(snapshots)] == ["it"]


@pytest.mark.parametrize(("usual", "filled_in"), [(0.0, 5.0), ("talks", "handed over")])
def test_what_stands_there_until_closing_counts_as_nothing(usual: object, filled_in: object) -> None:
    snapshots = company(everyone)
    chance = np.random.default_rng(1).random(len(snapshots.X))
    column = pd.Series(np.where(snapshots.closed & (chance < 0.5), filled_in, usual))
    snapshots.X["it"] = column if column.dtype == float else column.astype("category")
    ((_, evidence),) = filled.find(snapshots)
    assert evidence.startswith(f"other than {'0' if usual == 0 else repr(usual)} for ")
    dated = FirstSnapshots(snapshots.X, snapshots.won, frozenset(), snapshots.times)
    assert list(filled.find(dated)) == []


@pytest.mark.parametrize("seed", range(5))
def test_kinds_that_come_and_go_are_honest(seed: int) -> None:
    snapshots = company(everyone, seed=seed)
    snapshots.X["it"] = snapshots.times["at"].dt.strftime("%Y-%m").astype("category")
    assert list(filled.find(snapshots)) == []


def test_an_open_one_is_compared_with_closed_ones_of_its_time_and_of_its_age() -> None:
    snapshots = company(lambda deals: deals.chance < 0.3 + deals.created / END / 2, rows=300)
    recorded = snapshots.X["it"].notna().to_numpy().astype(np.float64)
    np.testing.assert_allclose(filled._expected(snapshots, recorded), _slowly(snapshots, recorded))


def _slowly(snapshots: FirstSnapshots, recorded: Numbers) -> list[float]:
    table = snapshots.times.assign(recorded=recorded)
    closed = table[snapshots.closed].sort_values("at", kind="stable")
    expected = []
    for each in table[~snapshots.closed].itertuples():
        earlier = int((closed["at"] < each.at).sum())
        first = min(max(earlier - filled.NEIGHBOURS // 2, 0), len(closed) - filled.NEIGHBOURS)
        of_the_time = closed["recorded"].iloc[first : first + filled.NEIGHBOURS].mean()
        as_old = closed[closed["days"] >= each.followed]
        if len(as_old) < filled.LEAST_ALIKE:
            as_old = closed.nlargest(filled.LEAST_ALIKE, "days")
        expected.append(min(of_the_time, as_old["recorded"].mean()))
    return expected


def test_without_open_opportunities_it_cannot_be_told() -> None:
    snapshots = company(half, rows=40)
    assert "at least 20 closed and 20 open opportunities, found" in filled.obstacle(snapshots)
    table = FirstSnapshots(snapshots.X, snapshots.won, snapshots.undated)
    assert "a flat table has no open opportunities" in filled.obstacle(table)
    assert filled.obstacle(company(half)) == ""
