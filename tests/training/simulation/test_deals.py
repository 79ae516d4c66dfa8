from __future__ import annotations

from dataclasses import fields

import numpy as np

from winprob.training.simulation.deals import Deals


def some_deals() -> Deals:
    deals = Deals.blank(3, seats=2, rivals=1, questions=1, checkpoints=4)
    deals.number[:] = [7, 8, 9]
    deals.met[1, 2] = True
    return deals


def test_nothing_is_known_of_blank_deals() -> None:
    blank = Deals.blank(2, seats=2, rivals=1, questions=1, checkpoints=4)
    assert len(blank) == 2
    assert (blank.stage == -1).all()
    assert np.isnan(blank.amount).all()
    assert not blank.identified.any()
    assert (blank.scores == -1).all()


def test_take_copies_rows_of_every_array() -> None:
    deals = some_deals()
    taken = deals.take(np.array([2, 2, 0]))
    assert taken.number.tolist() == [9, 9, 7]
    assert taken.met[1].tolist() == [True, True, False]
    taken.met[:] = False
    assert deals.met[1, 2]


def test_concatenate_undoes_take() -> None:
    deals = some_deals()
    together = Deals.concatenate([deals.take(np.array([row])) for row in range(3)])
    for field in fields(Deals):
        np.testing.assert_array_equal(getattr(together, field.name), getattr(deals, field.name))
        assert getattr(together, field.name).dtype == getattr(deals, field.name).dtype
