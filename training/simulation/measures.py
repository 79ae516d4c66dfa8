"""What is read off the record of deals: influence, coverage, rivals, check points met."""

from __future__ import annotations

import numpy as np

from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.vocabulary import position


def influence(company: Company, deals: Deals) -> Array:
    """Weigh the persons of the buying group: influence written down × weight of the role.

    Parameters
    ----------
    company : Company
        The seats and their weights.
    deals : Deals
        State on a Monday, `n` deals.

    Returns
    -------
    array of float (seats, n)
        0 for persons not identified.
    """
    weighted: Array = deals.influence * np.array([[seat.weight] for seat in company.seats])
    return weighted


def coverage(company: Company, deals: Deals) -> Array:
    """Divide the influence reached by the influence identified.

    Parameters
    ----------
    company : Company
        The seats and their weights.
    deals : Deals
        State on a Monday, `n` deals.

    Returns
    -------
    array of float (n,)
        Shares; 0 while nobody is identified.
    """
    identified = influence(company, deals)
    total = identified.sum(axis=0)
    share: Array = (identified * deals.reached).sum(axis=0) / np.where(total > 0, total, 1.0)
    return share


def role_reached(company: Company, deals: Deals, role: str) -> Array:
    """Say whether anybody of a role has been reached.

    Parameters
    ----------
    company : Company
        The seats and their roles.
    deals : Deals
        State on a Monday, `n` deals.
    role : str
        A role of the contract that some seat has.

    Returns
    -------
    array of bool (n,)
    """
    reached: Array = deals.reached[[seat.role == role for seat in company.seats]].max(axis=0)
    return reached


def checkpoint_share(company: Company, deals: Deals) -> Array:
    """Divide the check points met by all of the present stage.

    Parameters
    ----------
    company : Company
        The check points and their stages.
    deals : Deals
        State on a Monday, `n` deals.

    Returns
    -------
    array of float (n,)
        Shares; 0 in a stage without check points.
    """
    of_stage = np.array([[checkpoint.stage] for checkpoint in company.checkpoints]) == deals.stage
    met, total = (flags.sum(axis=0, dtype=np.int8) for flags in (deals.met & of_stage, of_stage))
    share: Array = met / np.maximum(total, 1)
    return share


def rivals(deals: Deals) -> Array:
    """Count the rivals.

    Parameters
    ----------
    deals : Deals
        State on a Monday, `n` deals.

    Returns
    -------
    array of int (n,)
    """
    count: Array = deals.competing.sum(axis=0, dtype=np.int8)
    return count


def from_tender(company: Company, deals: Deals) -> Array:
    """Say whether a tender brought the deal.

    Parameters
    ----------
    company : Company
        The sources.
    deals : Deals
        `n` deals.

    Returns
    -------
    array of bool (n,)
    """
    tender: Array = deals.source == position(company.sources, "tender")
    return tender
