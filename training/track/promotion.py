"""Promotion: whether a new model takes the champion's place."""

from __future__ import annotations

from dataclasses import dataclass

from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Estimate
from winprob.training.fit import Trained
from winprob.training.judge.measures import measures
from winprob.training.track.comparison import ENOUGH, Comparison, RegisteredVersion, compare, incomparable
from winprob.training.track.lead import Lead, leads
from winprob.training.track.paired_forecasts import PairedForecasts, forecasts_of_tested


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
    caution : str
        What whoever uses the model should know, as a sentence; empty if there is nothing.
    lead : Estimate, optional
        How much lower its log loss is than the champion's, where that was measured.
    leads : tuple of Lead
        The same by segment, of its calibration and of its dates, where enough opportunities tell.
    forecasts : PairedForecasts, optional
        Of the months since the champion learned, where there are any. They decide nothing: they are few.
    """

    promoted: bool
    reason: str
    comparable: bool = True
    caution: str = ""
    lead: Estimate | None = None
    leads: tuple[Lead, ...] = ()
    forecasts: PairedForecasts | None = None


def decide(trained: Trained, champion: RegisteredVersion | None) -> Decision:
    """Compare a new model with the rules and with the champion, in pairs, on rows that it was tested with.

    It is promoted if no rule is better beyond noise, and it is better than the champion beyond noise, or
    learned from newer data without being worse by more than the playbook's ``[promotion] margin``. "Beyond
    noise" is that the 95 % bootstrap interval over opportunities does not hold 0, with `ENOUGH` of them or
    more. It is not promoted where it is worse by more than the playbook's margin, beyond noise, in a segment,
    in its calibration or in its dates.

    Where the champion cannot be asked, no number says which is better: it stays, since somebody relies on its
    answers, until a person decides (``winprob promote VERSION --why ...``).

    Parameters
    ----------
    trained : Trained
        The new model with its test.
    champion : RegisteredVersion or None
        None if there is none yet: then a model that no rule beats beyond noise will do, with a caution if it
        does not beat them either.
    """
    evaluation = trained.evaluation
    if not evaluation.model.rows:
        return _untested(champion)
    applying = [name for name, rule in evaluation.rules.items() if rule is not None]
    leads = {name: measures(evaluation.rows, name).better_by for name in applying}
    many = Comparison(evaluation.rows).opportunities >= ENOUGH
    better = {name: found for name, found in leads.items() if many and found.high < 0}
    if better:
        return Decision(False, f"better than it beyond noise: {_list(better, -1)}")
    unbeaten = {name: found for name, found in leads.items() if not many or found.low <= 0}
    caution = f"It is not better beyond noise than {', '.join(unbeaten)}." if unbeaten else ""
    if champion is None:
        first = f"its log loss of {evaluation.model.log_loss:.4f} is below that of rules by {_list(leads)}"
        return Decision(True, f"{first}, and there was no champion yet", caution=caution)
    who = f"the champion, version {champion.version}"
    if champion.bundle is None:
        return Decision(
            False,
            f"{who}, cannot be compared with it: it cannot be used any more ({champion.unusable})",
            False,
        )
    difference = incomparable(trained.bundle, champion.bundle)
    if difference:
        return Decision(False, f"{who}, cannot be compared with it: {difference}", comparable=False)
    comparison = compare(trained, champion.bundle, champion.tested)
    if comparison.opportunities < ENOUGH:
        few = f"its test has {comparison.opportunities} opportunities to ask both of, and {ENOUGH} are needed"
        return Decision(False, f"{who}, cannot be compared with it: {few}", comparable=False)
    return _against(trained, champion.bundle, who, comparison, caution)


def _against(trained: Trained, champion: Bundle, who: str, comparison: Comparison, caution: str) -> Decision:
    measured, margins = comparison.measures, trained.bundle.playbook.promotion
    found, newer = measured.better_by, _newer(trained.bundle, champion)
    numbers = (
        f"its log loss is {measured.log_loss.value:.4f} and that of {who}, "
        f"{measured.rule_log_loss.value:.4f}, a lead of {_interval(found)} on the same "
        f"{len(comparison.rows):,} rows of {comparison.opportunities:,} opportunities"
    )
    details = leads(comparison, margins)
    if found.low > 0:
        promoted, why = True, "better beyond noise"
    elif newer and found.high >= 0 and found.value >= -margins.margin:
        promoted, why = True, f"learned from newer data, and not worse by more than {margins.margin:g}"
    elif found.high < 0:
        promoted, why = False, "worse beyond noise"
    elif newer:
        promoted, why = False, f"worse by more than {margins.margin:g}"
    else:
        promoted, why = False, "not better beyond noise, nor learned from newer data"
    worse = [lead for lead in details if lead.unacceptable]
    if promoted and worse:
        named = ", ".join(f"{lead.name.en} {_interval(lead.by)}" for lead in worse)
        promoted, why = False, f"worse beyond noise by more than the playbook's margin in {named}"
    return Decision(
        promoted,
        f"{why}: {numbers}",
        caution=caution if promoted else "",
        lead=found,
        leads=details,
        forecasts=forecasts_of_tested(trained, champion),
    )


def _newer(bundle: Bundle, champion: Bundle) -> bool:
    own, other = bundle.manifest.data.as_of, champion.manifest.data.as_of
    return own is not None and other is not None and own > other


def _untested(champion: RegisteredVersion | None) -> Decision:
    nothing = "no opportunity of the test has ended yet, so nothing says how good it is"
    if champion is None:
        return Decision(
            True, f"{nothing}, and there was no champion yet", caution="Nothing says how good it is."
        )
    return Decision(
        False, f"{nothing}, and there is a champion, version {champion.version}", comparable=False
    )


def _list(leads: dict[str, Estimate], sign: int = 1) -> str:
    return ", ".join(f"{name} {_interval(found, sign)}" for name, found in leads.items())


def _interval(found: Estimate, sign: int = 1) -> str:
    low, high = sorted((sign * found.low, sign * found.high))
    return f"{sign * found.value:.4f} ({low:.4f} to {high:.4f})"
