"""Backtest: forecasts of the past, made from nothing but what was known then, beside what happened."""

from training.backtest.run import Backtest, backtest

__all__ = ["Backtest", "backtest"]
