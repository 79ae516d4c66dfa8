"""Why a forecast has moved: its change between two moments, split into what happened to deals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from winprob.features.mistake import Mistake
from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.forecast import Forecast, chances_in
from winprob.models.forecast.moves import learned, moves
from winprob.models.forecast.part import NEW_BUSINESS, add_up, names_of_parts, opened, parts_of_change
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import Pipeline, pipeline
from winprob.models.forecast.reasons import family_codes

KEYS = ["period_start", "period_end", "currency"]


@dataclass(frozen=True, eq=False)
class Change:
    """The change of a forecast between two moments, and all that adds up to it.

    Attributes
    ----------
    then, now : Forecast
        The earlier and the later one.
    parts : pandas.DataFrame
        For every period of both, and every currency, one row per part: ``period_start``, ``period_end``,
        ``currency``, ``part`` (code), ``name_en``, ``name_zh``, ``amount`` (money): together the later
        ``expected`` minus the earlier.
    deals : pandas.DataFrame
        The same opened down to deals: ``opportunity_id`` (missing for new business), ``period_start``,
        ``currency``, ``part``, ``amount``. Nothing is said of what is 0.

    Notes
    -----
    The parts, in their order:

    - ``won``, ``lost``: of deals that were open, what they came to in the period minus what was expected.
    - ``new``: deals that were not known then, at what is expected of them now, or what they have brought.
    - ``slipped_out``, ``pulled_in``: of deals that are still open, fewer or more of their wins fall into the
      period. What was expected of a deal that was won before the period has slipped out of it as well.
    - ``amount_changed``: of deals that are still open, another amount is recorded.
    - ``probability.<family>``: of deals that are still open, another chance to be won in the end, by the
      families of reasons, each as far as it moved the log-odds.
    - ``corrected``: deals that were reopened, that are no longer there, or whose ending or currency is told
      otherwise than it was: only if the two histories contradict each other.
    - ``new_business``: deals not created yet.
    - ``amount_outlook``: what amounts usually come to until the signature was learned anew.
    - ``model_changed``: another bundle, with its win model, calibration and closing times, says otherwise of
      the very same deals.

    What is expected of an open deal in a period is a product: amount · what amounts usually come to ·
    probability · share of the wins that fall into the period. First the deals move, and are looked at with
    what was learned then: the change of amount · probability · share is shared out by the Shapley value
    (`winprob.models.forecast.moves.shares_of_change`), and the part of the probability in proportion to the
    changes of the contributions to the log-odds, which is the Aumann-Shapley value again
    (`winprob.models.win.explanation`). Then what was learned is replaced, the amounts' outlook first.
    """

    then: Forecast
    now: Forecast
    parts: pd.DataFrame
    deals: pd.DataFrame


def change(then: Forecast, now: Forecast) -> Change:
    """Say why a forecast has moved.

    Parameters
    ----------
    then, now : Forecast
        The earlier and the later one; of the same company, by the same or by different bundles.

    Returns
    -------
    Change
        For the periods that both have.

    Raises
    ------
    winprob.features.mistake.Mistake
        If the later one comes first, they have no period in common, or the later history does not suit the
        earlier model.

    Examples
    --------
    ``change(forecast(pipeline(bundle, history, "2026-10-05")), forecast(pipeline(bundle, history))).parts``
    """
    common = tuple(period for period in then.periods if period in now.periods)
    _check(then, now, common)
    totals = _totals(then, now, common)
    frames = [*_of_deals(then, now, common), _of_new_business(totals)]
    deals = pd.concat(frames, ignore_index=True)
    bundle = then.pipeline.bundle
    names = names_of_parts(bundle.playbook, change=True)
    parts = parts_of_change(family_codes(bundle))
    return Change(then, now, add_up(deals, totals[KEYS], parts, names), deals)


def _check(then: Forecast, now: Forecast, common: Sequence[Period]) -> None:
    earlier, later = then.pipeline.at, now.pipeline.at
    if later < earlier:
        raise Mistake(
            f"change: expected the earlier forecast first, found one as of {earlier:%Y-%m-%d %H:%M} before "
            f"one as of {later:%Y-%m-%d %H:%M}; change their places"
        )
    if not common:
        told = [", ".join(map(str, each.periods)) for each in (then, now)]
        raise Mistake(
            f"change: expected forecasts with a period in common, found {told[0]} then and {told[1]} now; "
            "forecast further ahead then, by weeks, months or quarters"
        )


def _of_deals(then: Forecast, now: Forecast, common: Sequence[Period]) -> Iterator[pd.DataFrame]:
    """What deals have to do with each part, period by period."""
    deals = _with_old_knowledge(then.pipeline, now.pipeline)
    for period in common:
        before, after = (Expectation.of(each, period) for each in (then, now))
        same = deals.bundle is now.pipeline.bundle
        chances = after.chances if same else chances_in(deals, (period,))[:, 0]
        between = Expectation(deals, period, chances)
        found = pd.concat([moves(before, between), learned(between, after)])
        found.insert(1, "period_start", period.start)
        yield found


def _with_old_knowledge(then: Pipeline, now: Pipeline) -> Pipeline:
    """The deals as they are now, looked at with what was learned then."""
    found = now
    if then.bundle is not now.bundle:
        found = pipeline(then.bundle, replace(now.history, playbook=then.bundle.playbook), now.at)
    final_amount = now.deals["amount"].fillna(0.0) * then.change.ratio
    return replace(found, deals=found.deals.assign(final_amount=final_amount), change=then.change)


def _totals(then: Forecast, now: Forecast, common: Sequence[Period]) -> pd.DataFrame:
    """New business then and now, of every currency that either has."""
    starts = [period.start for period in common]
    earlier, later = (
        each.whole.loc[each.whole["period_start"].isin(starts), [*KEYS, "new_expected"]]
        for each in (then, now)
    )
    return earlier.merge(later, how="outer", on=KEYS, suffixes=("_then", "_now")).fillna(0.0)


def _of_new_business(totals: pd.DataFrame) -> pd.DataFrame:
    who = totals[["period_start", "currency"]].assign(opportunity_id=None)
    amount = totals["new_expected_now"] - totals["new_expected_then"]
    return opened(who, amount.to_frame(NEW_BUSINESS))
