"""Tracking: runs, the registry and promotion, in MLflow; reports and figures of a run."""
