"""When an opportunity closes: the dates to expect, and what is won by each."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

import numpy as np

from winprob.features.message import Message, message
from winprob.features.playbook import Language, Playbook
from winprob.models.closing.deadlines import day_after, days_through
from winprob.models.closing.outlook import Outlook
from winprob.models.measure.rules import rule_within
from winprob.models.wording.percent import percent
from winprob.serving.wire.part import Part, Probability


class Closing(Part):
    """When the opportunity closes if it is won, beside what the seller expects.

    Attributes
    ----------
    earliest, median, latest : date
        Of such wins one in ten comes by the first, half by the second, nine in ten by the third.
    seller_expected_close : date, optional
        What the seller expects now; null where it is not recorded.
    probability_by_seller_date : float, optional
        The chance that it is won by the end of that date.
    sentence : str
        For people.
    """

    earliest: datetime.date
    median: datetime.date
    latest: datetime.date
    seller_expected_close: datetime.date | None
    probability_by_seller_date: Probability | None
    sentence: str


class WonBy(Part):
    """What has become of the opportunity by the end of a date.

    Attributes
    ----------
    date : date
        In the company's time zone.
    won, lost, open : float
        They add up to 1.
    share_of_wins, share_of_losses : float
        How much of the timing has passed: won = probability · share_of_wins, and
        lost = (1 - probability) · share_of_losses.
    rule : float, optional
        How likely the playbook says it is to be won by then, at least; null where its rules say nothing of
        the stage or of a date so near.
    """

    date: datetime.date
    won: Probability
    lost: Probability
    open: Probability
    share_of_wins: Probability
    share_of_losses: Probability
    rule: Probability | None


def closing(
    outlook: Outlook,
    probability: float,
    as_of: datetime.datetime,
    days_to_expected_win: float | None,
    language: Language,
    playbook: Playbook,
) -> Closing:
    """Say when an opportunity closes.

    Parameters
    ----------
    outlook : Outlook
        Of one row.
    probability : float
        That it is won in the end.
    as_of : datetime.datetime
        In UTC.
    days_to_expected_win : float, optional
        To the date that the seller expects.
    language : str
    playbook : Playbook
        Whose days the dates are.

    Examples
    --------
    See ``tests/serving/test_closing.py``.
    """
    calendar = playbook.calendar
    earliest, median, latest = (
        day_after(as_of, outlook.days_to_win(share).item(), calendar) for share in (0.1, 0.5, 0.9)
    )
    seller = None if days_to_expected_win is None else day_after(as_of, days_to_expected_win, calendar)
    by_seller = None if seller is None else won_by(outlook, probability, as_of, [seller], playbook)[0].won
    words = _range(earliest, median, latest)
    if seller is not None and by_seller is not None:
        over = days_through(seller, as_of, calendar) <= 0
        words = message("{first} {second}", first=words, second=_seller(seller, by_seller, over=over))
    return Closing(
        earliest=earliest,
        median=median,
        latest=latest,
        seller_expected_close=seller,
        probability_by_seller_date=by_seller,
        sentence=words.in_language(language),
    )


def won_by(
    outlook: Outlook,
    probability: float,
    as_of: datetime.datetime,
    dates: Iterable[datetime.date],
    playbook: Playbook,
    position: float | None = None,
) -> list[WonBy]:
    """Say what has become of an opportunity by some dates.

    Parameters
    ----------
    outlook : Outlook
        Of one row.
    probability : float
        That it is won in the end.
    as_of : datetime.datetime
        In UTC.
    dates : iterable of datetime.date
        By a date that is over nothing has become of it.
    playbook : Playbook
        Whose days they are, and whose rules.
    position : float, optional
        Of the stage, from 0; none before the first.

    Returns
    -------
    list of WonBy
        One for each date, in the order of time.

    Examples
    --------
    See ``tests/serving/test_closing.py``.
    """
    days = sorted(set(dates))
    ahead = [days_through(day, as_of, playbook.calendar) for day in days]
    stage = np.array([np.nan if position is None else position])
    rules = rule_within(playbook, stage, np.array(ahead))[0].tolist()
    wins, losses = outlook.shares_within(ahead)
    return [
        WonBy(
            date=day,
            won=probability * of_wins,
            lost=(1 - probability) * of_losses,
            open=probability * (1 - of_wins) + (1 - probability) * (1 - of_losses),
            share_of_wins=of_wins,
            share_of_losses=of_losses,
            rule=None if math.isnan(rule) else rule,
        )
        for day, of_wins, of_losses, rule in zip(
            days, wins[0].tolist(), losses[0].tolist(), rules, strict=True
        )
    ]


def _range(earliest: datetime.date, median: datetime.date, latest: datetime.date) -> Message:
    return message(
        "If it is won, then in half of such cases by {median}, in four of five between {earliest} and "
        "{latest}.",
        median=median,
        earliest=earliest,
        latest=latest,
    )


def _seller(expected: datetime.date, probability: float, over: bool) -> Message:
    if over:
        return message("The date that the seller expected, {expected}, has passed.", expected=expected)
    chance = percent(probability)
    return message(
        "The seller expects {expected}: won by then with a probability of {chance}.",
        expected=expected,
        chance=chance,
    )
