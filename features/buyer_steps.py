"""The customer's purchasing process beside the seller's: known steps, and which stages go with each."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from winprob.features.nearest import nearest
from winprob.features.playbook_part import BuyerStage, Stage


def named_buyer_stages(value: Any) -> Any:
    """Take steps that come along, where a playbook names them.

    Parameters
    ----------
    value : object
        The steps as the playbook gives them, or a name.

    Raises
    ------
    ValueError
        If no steps of this name come along.

    Examples
    --------
    >>> [step["name"]["en"] for step in named_buyer_stages("customer-purchase")][:3]
    ['Has a need', 'Gathers information', 'Evaluates and chooses']
    """
    if not isinstance(value, str):
        return value
    folder = files("winprob.features") / "playbooks" / "buyer"
    known = {file.name.removesuffix(".toml"): file for file in folder.iterdir()}
    if value not in known:
        raise ValueError(f"expected steps, or {', '.join(sorted(known))}{nearest(value, list(known))}")
    return tomllib.loads(known[value].read_text(encoding="utf-8"))["buyer_stages"]


def positions_beside(stages: Sequence[Stage], steps: Sequence[BuyerStage]) -> tuple[int, ...]:
    """Find the last stage of the seller that goes with each step of the buyer.

    Parameters
    ----------
    stages : sequence of Stage
    steps : sequence of BuyerStage
        One beside each stage, or each with the highest percentage that goes with it.

    Returns
    -------
    tuple of int
        Positions from 0; -1 where no stage goes with a step yet.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> steps = [BuyerStage.model_validate(step) for step in named_buyer_stages("customer-purchase")]
    >>> positions_beside(load_playbook("big-project").stages, steps)
    (1, 2, 4, 5, 5)
    """
    return tuple(
        place if step.until is None else sum(stage.probability <= step.until for stage in stages) - 1
        for place, step in enumerate(steps)
    )
