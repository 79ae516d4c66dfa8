"""Forecasts: from probabilities, amounts and closing times to totals with ranges, explained."""
