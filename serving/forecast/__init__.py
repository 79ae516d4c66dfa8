"""Forecasts over HTTP: totals with ranges, explained, compared, and opened down to the deals."""
