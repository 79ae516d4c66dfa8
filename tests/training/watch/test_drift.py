"""Drift of the population: found where it is large, unusual and beyond chance, and only there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from trainings import trained_before

from winprob.features.history import History
from winprob.training.watch.drift import FEWEST, Drift, Shift, chance, drift_since, stability

SINCE = pd.Timestamp("2024-03-31", tz="UTC")


@cache
def usual() -> Drift:
    return drift_since(trained_before().bundle, simulated_history(), SINCE)


def with_late(**columns: object) -> History:
    """The same history, but opportunities that are created later, or still open, have other attributes."""
    history = simulated_history()
    deals = history.opportunities
    late = (deals["created_at"] > SINCE) | deals["closed_at"].isna()
    changed = {name: deals[name].mask(late, value) for name, value in columns.items()}
    return history.with_table("opportunities", deals.assign(**changed))


def shift_of(drift: Drift, feature: str) -> Shift:
    (shift,) = (shift for shift in drift.shifts if shift.feature == feature)
    return shift


def test_chance_is_even_if_nothing_changed_and_counts_an_opportunity_once() -> None:
    rng = np.random.default_rng(0)
    p_values, naive = [], []
    for _ in range(300):
        opportunity = np.repeat(np.arange(120), 4)  # each is in four looks, always in the same bin
        member = np.eye(3)[rng.integers(3, size=120)][opportunity]
        now = rng.permutation(120)[opportunity] < 40
        p_values.append(chance(member, now, opportunity))
        naive.append(chance(member, now, np.arange(len(opportunity))))
    assert np.mean(np.array(p_values) < 0.05) < 0.08
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.06)
    assert np.mean(np.array(naive) < 0.05) > 0.2


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3])
def test_chance_holds_its_level_where_few_are_open_and_a_bin_is_rare(share: float) -> None:
    rng = np.random.default_rng(0)
    now, together = np.arange(360) < 60, np.arange(360)
    rare = rng.random((4000, 360)) < share
    p_values = np.array([chance(np.eye(2)[row.astype(int)], now, together) for row in rare])
    assert (p_values <= 0.05).mean() <= 0.065
    assert (p_values <= 0.002).mean() <= 0.005


def test_opportunities_of_one_customer_count_once() -> None:
    history = with_late(company_size="huge")
    deals = history.opportunities
    one_by_one, few = (
        history.with_table("opportunities", deals.assign(customer_id=customer.astype("str")))
        for customer in (pd.Series(range(len(deals))), pd.Series(range(len(deals))) % 9)
    )
    unknown = history.with_table("opportunities", deals.assign(customer_id=pd.NA))
    bundle, name = trained_before().bundle, "attribute.company_size"
    apart, together, alone = (
        shift_of(drift_since(bundle, told, SINCE), name) for told in (one_by_one, few, unknown)
    )
    assert apart.p_value < 1e-3 * together.p_value
    assert alone.p_value == pytest.approx(apart.p_value)
    assert apart.stability == together.stability


def test_chance_sees_a_difference() -> None:
    member = np.repeat(np.eye(2), [60, 60], axis=0)
    now = np.arange(120) < 50
    assert chance(member, now, np.arange(120)) < 1e-6
    assert chance(np.ones((120, 1)), now, np.arange(120)) == 1.0


def test_empty_bins_are_finite() -> None:
    assert 0 < stability(np.array([0.0, 40.0]), np.array([300.0, 100.0])) < 10


def test_a_changed_attribute_has_drifted_and_is_the_only_one_that_changed() -> None:
    changed = drift_since(trained_before().bundle, with_late(company_size="huge"), SINCE)
    moved = shift_of(changed, "attribute.company_size")
    assert moved.drifted
    assert not shift_of(usual(), "attribute.company_size").drifted
    before = {shift.feature: shift.stability for shift in usual().shifts}
    after = {shift.feature: shift.stability for shift in changed.shifts}
    assert {name for name in before if before[name] != after[name]} == {moved.feature}


def test_what_is_recorded_no_more_has_stopped() -> None:
    found = shift_of(
        drift_since(trained_before().bundle, with_late(employees=np.nan), SINCE), "attribute.employees"
    )
    assert found.stopped
    assert found.recorded_then > 0.5
    assert found.recorded_now == 0


def test_a_lost_column_is_named_though_the_reference_lacks_it_too() -> None:
    history = simulated_history()
    lost = replace(
        history.with_table("opportunities", history.opportunities.drop(columns="employees")),
        attributes=tuple(each for each in history.attributes if each.name != "employees"),
    )
    assert "attribute.employees" in drift_since(trained_before().bundle, lost, SINCE).unrecorded
    assert usual().unrecorded == ""


def test_of_few_opportunities_nothing_is_said() -> None:
    history = simulated_history()
    few = drift_since(trained_before().bundle, history.keep(np.arange(len(history)) < 40), SINCE)
    assert few.shifts == ()
    assert min(few.opened, few.reference) < FEWEST
    assert usual().dates == 13
