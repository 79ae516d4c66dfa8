"""The families of features, in the order of the matrix."""

from winprob.features.catalogue import Family
from winprob.features.families import (
    amount,
    competition,
    contact,
    customer,
    key_persons,
    risk,
    seller,
    stage,
    timing,
)

FAMILIES: tuple[Family, ...] = tuple(
    module.FAMILY
    for module in (stage, competition, risk, contact, key_persons, amount, timing, customer, seller)
)
"""Every family that the catalogue knows."""
