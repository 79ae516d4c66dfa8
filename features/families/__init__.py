"""The families of features, in the order of the matrix."""

from winprob.features.catalogue import Family
from winprob.features.families import (
    amount,
    competition,
    contact,
    customer,
    events,
    key_persons,
    risk,
    seller,
    stage,
    timing,
)
from winprob.features.message import Wording, message

FAMILIES: tuple[Family, ...] = tuple(
    module.FAMILY
    for module in (stage, competition, risk, contact, key_persons, amount, timing, customer, seller, events)
)
"""Every family that the catalogue knows."""

UNEXPLAINED = "unexplained"
"""In the place of all families, where a model gives no reasons."""

TAKEN = ("won", "base", "new_business")
"""What else a forecast is made of: no family is called so."""

FAMILY_NAMES: dict[str, Wording] = {
    **{family.code: family.words for family in FAMILIES},
    UNEXPLAINED: message("not explained"),
}
"""What people call each family, by its code."""
