"""Backtest: forecasts of the past, made from nothing but what was known then, beside what happened."""

from winprob.training.backtest.run import Backtest, backtest

__all__ = ["Backtest", "backtest"]
