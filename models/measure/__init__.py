"""Measures: outcomes, metrics, and the fixed rules as baselines."""
