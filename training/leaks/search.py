"""The search for features that know the ending, and what becomes of what it finds."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest
from winprob.models.bundle.leaks import Finding, Leaks
from winprob.training.leaks import dating, filled, naming, telling
from winprob.training.leaks.first_snapshots import FirstSnapshots


@dataclass(frozen=True)
class Check:
    """One kind of leak.

    Attributes
    ----------
    code : str
        Stable: see `winprob.models.bundle.leaks.Finding`.
    name : str
        What the code stands for.
    obstacle : callable
        Says why it cannot be looked for, if it cannot.
    find : callable
        Gives features with evidence.
    """

    code: str
    name: str
    obstacle: Callable[[FirstSnapshots], str]
    find: Callable[[FirstSnapshots], Iterator[tuple[str, str]]]


CHECKS = (
    Check("L001", "filled_at_closing", filled.obstacle, filled.find),
    Check("L002", "tells_the_ending", lambda snapshots: snapshots.too_few, telling.tells_the_ending),
    Check(
        "L003", "belongs_to_one_ending", lambda snapshots: snapshots.too_few, telling.belongs_to_one_ending
    ),
    Check(
        "L004",
        "names_the_ending",
        lambda snapshots: snapshots.too_few or naming.obstacle(snapshots),
        naming.find,
    ),
    Check("L005", "dates_the_ending", dating.obstacle, dating.find),
)
"""Codes are never changed or used again."""


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes
    ----------
    findings : tuple of Finding
        By code.
    not_applicable : dict of str to str
        By code why it could not be looked for.
    """

    findings: tuple[Finding, ...]
    not_applicable: dict[str, str]


class Leaking(Mistake):
    """Features that know the ending, with the evidence and what to do.

    Parameters
    ----------
    findings : sequence of Finding
        All that are not allowed.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        features = list(dict.fromkeys(finding.feature for finding in findings))
        allow = " ".join(f"--allow {shlex.quote(feature)}" for feature in features)
        super().__init__(
            f"expected features that are known before the ending, found {len(features)} that may know it:\n  "
            + "\n  ".join(map(str, findings))
            + "\nNo model was trained. Leave out a column that is filled in at closing by a mapping "
            '(--mapping) that says so under [known], such as loss_reason = "at_closing"; give a dated record '
            f"the time at which it was made; or allow by name what is truly known before the ending: {allow}"
        )


def search(snapshots: FirstSnapshots) -> Search:
    r"""Look for features that know the ending.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> price = pd.DataFrame({"price": [900.0, None] * 100})
    >>> found = search(FirstSnapshots(price, np.tile([1.0, 0.0], 100), frozenset({"price"})))
    >>> print(*found.findings, sep="\n")
    L002 tells_the_ending, price: alone it tells won from lost with an AUC of 1.000 (95 % interval ...
    >>> found.not_applicable["L001"]
    'a flat table has no open opportunities to compare the closed ones with'
    """
    findings, not_applicable = [], {}
    for check in CHECKS:
        reason = check.obstacle(snapshots)
        if reason:
            not_applicable[check.code] = reason
            continue
        findings += [
            Finding(code=check.code, name=check.name, feature=feature, evidence=evidence)
            for feature, evidence in check.find(snapshots)
        ]
    return Search(tuple(findings), not_applicable)


def settle(snapshots: FirstSnapshots, allow: Collection[str] = (), left_out: Sequence[str] = ()) -> Leaks:
    """Refuse features that know the ending, unless each is allowed by name.

    Parameters
    ----------
    snapshots : FirstSnapshots
    allow : collection of str
        Names of features.
    left_out : sequence of str
        Columns left out already, to be remembered.

    Returns
    -------
    Leaks
        To stay with the model.

    Raises
    ------
    Leaking
        With every finding that is not allowed.
    winprob.features.mistake.Mistake
        If a name that is allowed is not that of a feature.
    """
    names = list(map(str, snapshots.X))
    for name in allow:
        if name not in names:
            raise Mistake(
                f"allow: expected the name of a feature, found {name!r}{nearest(name, names)}; correct it"
            )
    found = search(snapshots)
    refused = [finding for finding in found.findings if finding.feature not in allow]
    if refused:
        raise Leaking(refused)
    return Leaks(allowed=found.findings, not_applicable=found.not_applicable, left_out=tuple(left_out))
