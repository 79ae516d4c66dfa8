from __future__ import annotations

import numpy as np

from winprob.training.simulation.company import Company
from winprob.training.simulation.names import TRADES, customer_names

INDUSTRIES = [option.name for option in Company().industries]


def test_every_industry_has_its_trades() -> None:
    assert list(TRADES) == INDUSTRIES


def test_names_tell_town_trade_and_language() -> None:
    chinese = customer_names([["成都"]] * 7, INDUSTRIES, np.random.default_rng(0))
    english = customer_names([[]] * 7, INDUSTRIES, np.random.default_rng(0))
    for industry, zh, en in zip(INDUSTRIES, chinese, english, strict=True):
        assert zh.startswith("成都")
        assert TRADES[industry][0] in zh
        assert en.isascii()
        assert TRADES[industry][1] in en


def test_namesakes_are_numbered() -> None:
    names = customer_names([["成都"]] * 2000, ["电力"] * 2000, np.random.default_rng(0))
    assert len(set(names)) == 2000
    assert any(name.endswith(" 2") for name in names)
