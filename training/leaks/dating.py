"""An expected win date that is the day of closing: a CRM wrote the one over the other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from winprob.training.leaks.alone import LEAST, share_interval
from winprob.training.leaks.first_snapshots import FirstSnapshots

FEATURE = "days_to_expected_win"
MOST_DAYS = 1.0
LEAST_SHARE = 0.5


def obstacle(snapshots: FirstSnapshots) -> str:
    """Why expected dates cannot be compared with endings; empty if they can."""
    if not snapshots.dated:
        return "a flat table says of no opportunity when it closed"
    planned = int(snapshots.X.loc[snapshots.closed, FEATURE].notna().sum())
    if planned >= LEAST:
        return ""
    return f"expected at least {LEAST} closed opportunities with an expected win date, found {planned}"


def find(snapshots: FirstSnapshots) -> Iterator[tuple[str, str]]:
    """Find whether what was expected at the first snapshot is when it closed, to the day.

    Plans are not that good. Such a history kept only the last expected date and gave it the time of the
    first: the model would learn that expected dates are kept, and that no closed opportunity is overdue.

    Parameters
    ----------
    snapshots : FirstSnapshots
        Without an `obstacle`.

    Yields
    ------
    feature, evidence : str
        Where it is so for surely more than half of the closed opportunities.
    """
    planned = snapshots.X[FEATURE].to_numpy()[snapshots.closed]
    apart = np.abs(planned - snapshots.times["days"].to_numpy()[snapshots.closed])
    total, count = int((~np.isnan(apart)).sum()), int((apart < MOST_DAYS).sum())
    lower, upper = share_interval(count, total)
    if lower > LEAST_SHARE:
        yield (
            FEATURE,
            f"at the first snapshot the expected win date is the day of closing, for {count:,} of {total:,} "
            f"closed opportunities ({count / total:.0%}, 95 % interval {lower:.0%} to {upper:.0%})",
        )
