from __future__ import annotations

import numpy as np
import pytest

from benchmarks.hidden_interest import signs
from winprob.features.contract import ACTIVITY_KINDS, ROLES
from winprob.features.playbook import load_playbook

PLAYBOOK = load_playbook("customer-grades")


@pytest.mark.parametrize(
    "table",
    [
        signs.FIRST_STAGE,
        signs.KIND,
        signs.PERSON,
        signs.STANCE,
        signs.FACTOR,
        signs.PROMISE,
        *signs.SCORES.values(),
    ],
)
def test_outcomes_share_the_whole_chance(table: np.ndarray) -> None:
    np.testing.assert_allclose(table.sum(axis=0), 1.0)
    assert (table >= 0).all()


@pytest.mark.parametrize(
    "probability",
    [
        signs.CONTACT,
        signs.EFFECTIVE,
        signs.PLANNED,
        signs.IDENTIFIED,
        signs.THERE_AT_FIRST,
        signs.LEAVES,
        signs.CHANGES,
        signs.PUSHED_WHEN_DUE + signs.PULLED,
        signs.ADVANCE * max(signs.ADVANCE_BY_STAGE) * signs.LATE_ADVANCE + signs.FALL_BACK,
    ],
)
def test_a_chance_is_one(probability: np.ndarray) -> None:
    assert ((probability > 0) & (probability < 1)).all()


def test_codes_are_those_of_the_contract() -> None:
    assert set(signs.CONTACT_KINDS) < set(ACTIVITY_KINDS)
    assert set(signs.ROLES) == set(ROLES)
    assert list(signs.SCORES) == [item.code for item in PLAYBOOK.risk_items]
    assert tuple(code for code, _ in signs.CHECKPOINTS) == PLAYBOOK.checkpoint_codes


def test_no_rival_can_mean_no_deal() -> None:
    no_project, project = signs.ENTERS[:6], signs.ENTERS[6:]
    assert no_project.max() < project.max()
