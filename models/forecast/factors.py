"""What each factor of a product has done to it, exactly and whichever is looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from math import factorial

import numpy as np

from winprob.models.measure.outcomes import Floats


def shares_of_change(before: Sequence[Floats], after: Sequence[Floats]) -> list[Floats]:
    """Share the change of products out among their factors.

    Parameters
    ----------
    before, after : sequence of numpy.ndarray of float64, shape (n,)
        The factors, in the same order, as they were and as they are.

    Returns
    -------
    list of numpy.ndarray of float64, shape (n,)
        One for each factor; together they are product after - product before.

    Notes
    -----
    The factors change one after another; each change is worth what the product gains by it. That depends on
    the order, so the mean over all orders is taken: the Shapley value, the only division that is complete,
    treats factors alike and gives nothing to one that does not change (Shapley, A Value for n-Person Games,
    1953; for decompositions Shorrocks, Journal of Economic Inequality 11, 2013). Of three factors x, y, z the
    first gets (x' - x) · (2 yz + y'z + yz' + 2 y'z') / 6.

    Examples
    --------
    Twice as much at half the chance: nothing is gained, and each has its part in it.

    >>> amount, chance = shares_of_change([np.array([100.0]), np.array([0.8])], [[200.0], [0.4]])
    >>> amount.tolist(), chance.tolist()
    ([60.0], [-60.0])
    """
    shares = [np.zeros(len(each)) for each in before]
    for order in permutations(range(len(before))):
        factors = list(before)
        for changed in order:
            rest = np.prod([each for place, each in enumerate(factors) if place != changed], axis=0)
            shares[changed] += (np.asarray(after[changed]) - before[changed]) * rest
            factors[changed] = after[changed]
    return [each / factorial(len(before)) for each in shares]
