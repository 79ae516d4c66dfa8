"""Watching a model in service: has the population drifted, and do its claims still hold."""
