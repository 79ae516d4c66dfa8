"""Promotion: whether a new model takes the champion's place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winprob.features.column import DECLARE_COLUMN
from winprob.features.timeline import Flags
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.manifest import DatedSplit
from winprob.models.bundle.scoring import probability
from winprob.models.measure.metrics import log_loss
from winprob.training.fit import Trained
from winprob.training.judge.evaluation import MODEL

CHAMPION = "champion"
"""Alias of the model that is served."""


@dataclass(frozen=True, eq=False)
class Champion:
    """The model that is served now.

    Attributes
    ----------
    version : str
        Its version in the registry.
    bundle : Bundle or None
        None if this version of the software cannot use it.
    unusable : str
        Why it cannot be used.
    """

    version: str
    bundle: Bundle | None = None
    unusable: str = ""


@dataclass(frozen=True)
class Decision:
    """Whether a new model is made champion.

    Attributes
    ----------
    promoted : bool
    reason : str
        Why or why not, with the numbers, as the rest of a sentence.
    comparable : bool
        Whether the numbers decided; if not, a person has to.
    """

    promoted: bool
    reason: str
    comparable: bool = True


def decide(trained: Trained, champion: Champion | None) -> Decision:
    """Compare a new model with the rules and with the champion, on the rows that it was tested with.

    The champion has learned from all that was known to it: it can be asked only of opportunities that ended
    later than that. With another playbook or with attributes that the new data lack it cannot answer at all.
    Where it cannot be asked, no number says which is better: it stays, since somebody relies on its answers,
    until a person decides (``python -P -m winprob.training.track.tracking VERSION``). One that this version
    of the software cannot use cannot be served either, and gives way.

    Parameters
    ----------
    trained : Trained
        The new model with its test.
    champion : Champion or None
        None if there is none yet.

    Returns
    -------
    Decision
        For the new model if its log loss is below that of every rule that applies, of the base rate, and of
        the champion. Equal is not better.

    Notes
    -----
    Where the champion was tested on the same rows, the log loss of that test is taken. One that was trained
    on an overlapping flat table is not told apart, and has the advantage.
    """
    ours = trained.evaluation.model.log_loss
    if not trained.evaluation.model.rows:
        return _untested(champion)
    if trained.evaluation.unbeaten:
        rivals = _list({name: rule.log_loss for name, rule in trained.evaluation.unbeaten.items()})
        return Decision(False, f"its log loss of {ours:.4f} is not below that of {rivals}")
    applying = {name: rule.log_loss for name, rule in trained.evaluation.rules.items() if rule is not None}
    beaten = f"its log loss of {ours:.4f} is below that of every rule ({_list(applying)})"
    if champion is None:
        return Decision(True, f"{beaten}, and there was no champion yet")
    who = f"the champion, version {champion.version}"
    if champion.bundle is None:
        return Decision(True, f"{beaten}, and {who}, cannot be used any more ({champion.unusable})")
    difference = _difference(trained.bundle, champion.bundle)
    if difference:
        return Decision(False, f"{who}, cannot be compared with it: {difference}", comparable=False)
    asked = _fair(trained, champion.bundle)
    if not asked.any():
        nothing = "no opportunity of the test ended after what it learned from"
        return Decision(False, f"{who}, cannot be compared with it: {nothing}", comparable=False)
    ours, theirs = _log_losses(trained, champion.bundle, asked)
    rows = f"on the same {asked.sum():,} rows"
    if ours < theirs:
        return Decision(True, f"{beaten} and that of {who} ({theirs:.4f}), {rows}")
    return Decision(False, f"its log loss of {ours:.4f} is not below that of {who} ({theirs:.4f}), {rows}")


def _untested(champion: Champion | None) -> Decision:
    nothing = "no opportunity of the test has ended yet, so nothing says how good it is"
    if champion is None:
        return Decision(True, f"{nothing}, and there was no champion yet")
    return Decision(
        False, f"{nothing}, and there is a champion, version {champion.version}", comparable=False
    )


def _difference(new: Bundle, champion: Bundle) -> str:
    """Say why the champion cannot answer for the new model's rows; empty if it can."""
    if champion.playbook.code != new.playbook.code:
        return f"it speaks of the playbook {champion.playbook.code!r}, these data of {new.playbook.code!r}"
    if champion.playbook != new.playbook:
        return f"the playbook {new.playbook.code!r} has changed since it was trained"
    kinds = {attribute.name: attribute.kind for attribute in new.attributes}
    missing = [attribute.name for attribute in champion.attributes if attribute.name not in kinds]
    if missing:
        return f"it knows attributes that these data lack ({', '.join(missing)})"
    changed = [
        f"{attribute.name} was a {attribute.kind} and is a {kinds[attribute.name]}"
        for attribute in champion.attributes
        if attribute.kind != kinds[attribute.name]
    ]
    if changed:
        declare = DECLARE_COLUMN.format(name=changed[0].split(" was a ")[0])
        return f"attributes have changed their kind ({', '.join(changed)}): {declare}"
    return ""


def _fair(trained: Trained, champion: Bundle) -> Flags:
    """Tell which rows of the test the champion can be asked of: it did not learn from their endings."""
    known = champion.manifest.data.as_of
    if known is None or _same_test(trained, champion):
        return np.ones(len(trained.snapshots), bool)
    return (trained.snapshots["closed_at"] > known).to_numpy()


def _log_losses(trained: Trained, champion: Bundle, asked: Flags) -> tuple[float, float]:
    """Measure the new model and the champion on rows of the test."""
    own = champion.manifest.metrics.get(MODEL)
    if own is not None and _same_test(trained, champion):
        return trained.evaluation.model.log_loss, own.log_loss
    rows, X = trained.evaluation.rows[asked], trained.features[asked]
    answers = probability(champion, X[list(champion.model.columns_.names)])
    ours, theirs = (log_loss(rows["won"], told, rows["weight"]) for told in (rows[MODEL], answers))
    return ours, theirs


def _same_test(trained: Trained, champion: Bundle) -> bool:
    """Tell whether both were tested on the same rows: windows of time with the same rows, or one table."""
    new, old = trained.bundle.manifest, champion.manifest
    if isinstance(new.validation, DatedSplit):
        return new.validation == old.validation
    return new.data.digest == old.data.digest


def _list(log_losses: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in log_losses.items())
