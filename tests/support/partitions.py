"""A small simulated company as a history folder and in partitions, with a bundle in a folder beside them."""

from __future__ import annotations

from pathlib import Path

from bundles import simulated_company, trained_bundle

from winprob.features.partitioning import partition
from winprob.features.playbook import load_playbook

ROWS = 70
"""Opportunities in a partition: five of 300."""


def company(folder: Path) -> tuple[Path, Path, Path]:
    """Write it; gives the history, its partitions and the bundle."""
    simulated_company().write(folder / "history")
    partition(folder / "history", folder / "partitions", load_playbook(), ROWS)
    trained_bundle().save(folder / "bundle")
    return folder / "history", folder / "partitions", folder / "bundle"
