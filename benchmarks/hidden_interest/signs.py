"""What the record shows in each hidden state: every chance of a week, on one page.

Chosen by what the domain says of selling, before any model had been trained on it, and left alone since.
"""

from __future__ import annotations

import numpy as np

from benchmarks.hidden_interest.states import Array, by_both, by_interest, by_position
from winprob.features.playbook import load_playbook

STAGES = load_playbook("customer-grades").stages

# -- Stages. A seller moves a deal on what the customer does, and out of hope; late stages need a position.
FIRST_STAGE = by_interest(((0.90, 0.75, 0.40, 0.20), (0.10, 0.23, 0.45, 0.45), (0.0, 0.02, 0.15, 0.35)))
ADVANCE = by_interest((0.03, 0.06, 0.12, 0.18))
ADVANCE_BY_STAGE = (1.5, 1.0, 0.8, 0.6, 0.0)
LATE_ADVANCE = by_position((0.5, 1.0, 1.5))
FALL_BACK = by_interest((0.03, 0.015, 0.01, 0.005))

# -- Contacts. Whoever wants something calls back, and whoever is ahead gets to the point.
CONTACT_KINDS = ("visit", "call", "meeting", "demo", "negotiation", "message")
CONTACT = by_interest((0.25, 0.40, 0.55, 0.65))
KIND = by_interest(
    (
        (0.15, 0.20, 0.20, 0.15),
        (0.45, 0.35, 0.20, 0.20),
        (0.04, 0.10, 0.22, 0.22),
        (0.04, 0.10, 0.18, 0.06),
        (0.00, 0.01, 0.06, 0.27),
        (0.32, 0.24, 0.14, 0.10),
    )
)
EFFECTIVE = by_both(((0.15, 0.20, 0.25), (0.30, 0.45, 0.55), (0.30, 0.55, 0.70), (0.25, 0.60, 0.80)))
PLANNED = by_interest((0.30, 0.45, 0.60, 0.70))

# -- The buying group. Those behind are kept with the secretary; a coach is for those ahead.
ROLES = ("decision_maker", "recommender", "facilitator", "coach", "other")
IDENTIFIED = np.stack(
    [
        by_interest((0.01, 0.03, 0.07, 0.10)),
        by_interest((0.05, 0.08, 0.10, 0.10)),
        by_interest((0.04, 0.04, 0.04, 0.04)),
        by_position((0.005, 0.02, 0.06)),
        by_interest((0.03, 0.03, 0.05, 0.05)),
    ]
)
PERSON = by_position(
    ((0.05, 0.15, 0.30), (0.25, 0.30, 0.30), (0.35, 0.20, 0.05), (0.05, 0.10, 0.20), (0.30, 0.25, 0.15))
)
STANCES = ("against", "neutral", "for")
STANCE = by_position(((0.40, 0.15, 0.05), (0.45, 0.50, 0.35), (0.15, 0.35, 0.60)))

# -- Rivals come where there is money, and go where we are ahead: none in the deal may mean no deal at all.
RIVALS = ("Nordwerk", "Castellan", "Bluebank", "Midway")
ENTERS = by_both(((0.004, 0.003, 0.002), (0.012, 0.010, 0.006), (0.040, 0.030, 0.015), (0.040, 0.025, 0.008)))
THERE_AT_FIRST = 8.0 * ENTERS
LEAVES = by_position((0.01, 0.02, 0.05))

# -- Risk form. Some questions ask for the interest, some for the position, one for neither.
LOW_TO_HIGH = ((0.45, 0.40, 0.15), (0.25, 0.50, 0.25), (0.12, 0.43, 0.45))  # 0, 1, 2 at three levels
OF_INTEREST = by_interest(np.array(LOW_TO_HIGH)[[0, 1, 2, 2]].T)
OF_POSITION = by_position(np.array(LOW_TO_HIGH).T)
OF_NEITHER = by_position(np.array(LOW_TO_HIGH)[[1, 1, 1]].T)
SCORES = {
    "budget": OF_INTEREST,
    "credit": OF_NEITHER,
    "fit": OF_POSITION,
    "edge_product": OF_POSITION,
    "edge_price": OF_POSITION,
    "edge_service": OF_POSITION,
    "relationship": OF_POSITION,
    "entry_timing": OF_INTEREST,
    "upside": OF_NEITHER,
}
ANSWERED_AT_FIRST, ANSWERED = 0.5, 0.04

# -- Amount: grown by those who are ahead, cut by those who must catch up.
CHANGES = by_interest((0.02, 0.03, 0.06, 0.08))
FACTORS = (0.8, 0.9, 1.1, 1.25)
FACTOR = by_both(
    (
        ((0.40, 0.40, 0.40), (0.25, 0.25, 0.25), (0.25, 0.20, 0.15), (0.50, 0.30, 0.10)),
        ((0.30, 0.30, 0.30), (0.25, 0.25, 0.25), (0.35, 0.30, 0.25), (0.30, 0.40, 0.30)),
        ((0.20, 0.20, 0.20), (0.25, 0.25, 0.25), (0.25, 0.30, 0.35), (0.10, 0.20, 0.35)),
        ((0.10, 0.10, 0.10), (0.25, 0.25, 0.25), (0.15, 0.20, 0.25), (0.10, 0.10, 0.25)),
    )
)

# -- Expected close: promised soon where there is a project, pushed where there is none, pulled when they buy.
PROMISES = ((4, 10), (10, 20), (20, 40))  # weeks: from, up to; apart, so that the date tells which it is
PROMISE = by_interest(((0.15, 0.20, 0.40, 0.70), (0.45, 0.50, 0.45, 0.25), (0.40, 0.30, 0.15, 0.05)))
PUSHED = by_interest((0.03, 0.02, 0.015, 0.02))
PUSHED_WHEN_DUE = by_interest((0.25, 0.40, 0.55, 0.55))
PULLED = by_interest((0.002, 0.005, 0.02, 0.05))
PUSH_WEEKS = (4, 13)

# -- Check points of the stages reached so far: the customer's for a start, then those that need a position.
CHECKPOINTS = tuple(
    (checkpoint.code, place) for place, stage in enumerate(STAGES) for checkpoint in stage.checkpoints
)
MET_EARLY, MET_LATE = by_interest((0.03, 0.06, 0.12, 0.14)), by_position((0.02, 0.06, 0.14))
FIRST_LATE_STAGE = 2


def chance(probability: Array) -> Array:
    """Make a choice of no and yes of the probability of yes.

    Parameters
    ----------
    probability : array of float (..., states)

    Returns
    -------
    array of float (..., 2, states)

    Examples
    --------
    >>> chance(np.array([0.25, 1.0]))
    array([[0.75, 0.  ],
           [0.25, 1.  ]])
    """
    return np.stack([1 - probability, probability], axis=-2)
