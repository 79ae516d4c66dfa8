from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.features.contract import column_names
from winprob.training.simulation.company import Company
from winprob.training.simulation.ledger import Ledger
from winprob.training.simulation.market import draw_market
from winprob.training.simulation.vocabulary import LOST_BEFORE, NEW_CUSTOMER, WON_BEFORE

CUSTOMER = np.array([0, 1, 0, 1, 2, 0])


def ledger() -> Ledger:
    market = draw_market(Company(), opportunities=6, weeks=3, rng=np.random.default_rng(0))
    kept = Ledger(market.facts)
    kept.created_at[:] = np.datetime64("2023-01-03T02:00", "us")
    kept.close(
        np.array([0, 1]), np.array(["lost", "won"]), np.full(2, np.datetime64("2023-01-12T02:00", "us"))
    )
    return kept


def test_a_customer_is_remembered_by_its_best_ending() -> None:
    kept = ledger()
    assert kept.acquaintance(CUSTOMER, np.array([2, 3, 4])).tolist() == [
        LOST_BEFORE,
        WON_BEFORE,
        NEW_CUSTOMER,
    ]
    kept.outcome[2] = "won"
    assert kept.acquaintance(CUSTOMER, np.array([5])).tolist() == [WON_BEFORE]


def test_endings_after_the_end_are_not_known_yet() -> None:
    table = ledger().opportunities(pd.Timestamp("2023-01-09", tz="UTC"))
    assert table["outcome"].isna().all()
    assert table["closed_at"].isna().all()
    later = ledger().opportunities(pd.Timestamp("2023-01-16", tz="UTC"))
    assert later["outcome"].iloc[:2].tolist() == ["lost", "won"]
    assert later["closed_at"].notna().tolist() == [True, True, False, False, False, False]


def test_columns_are_the_contract_s_and_then_the_attributes() -> None:
    table = ledger().opportunities(pd.Timestamp("2023-01-09", tz="UTC"))
    assert list(table) == [*column_names("opportunities"), "company_size", "employees"]
