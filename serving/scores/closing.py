"""When an opportunity closes: the dates to expect, and what is won by each."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import numpy as np

from winprob.features.message import Message, message
from winprob.features.playbook import Language, Playbook
from winprob.models.closing.deadlines import day_after, days_through
from winprob.models.closing.outlook import Outlook
from winprob.models.measure.rules import rule_within
from winprob.models.wording.percent import percent
from winprob.serving.wire.part import Part, Probability

SHARES = (0.1, 0.5, 0.9)
"""Of wins, by the earliest, the median and the latest date."""


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


class Timing:
    """When opportunities close, asked of all of them at once.

    Parameters
    ----------
    outlook : Outlook
        Of n rows.
    as_of : sequence of datetime.datetime
        The moment of each row, in UTC.
    days_to_expected_win : sequence of float or None
        To the date that the seller of each expects.
    asked : sequence of sequence of datetime.date
        The dates by which it is asked what has become of each. By one that is over nothing has.
    playbook : Playbook
        Whose days the dates are, and whose rules.

    Examples
    --------
    See ``tests/serving/scores/test_closing.py``.
    """

    def __init__(
        self,
        outlook: Outlook,
        as_of: Sequence[datetime.datetime],
        days_to_expected_win: Sequence[float | None],
        asked: Sequence[Sequence[datetime.date]],
        playbook: Playbook,
    ) -> None:
        self._as_of, self._playbook, calendar = as_of, playbook, playbook.calendar
        self._days_to_win = np.column_stack([outlook.days_to_win(share) for share in SHARES]).tolist()
        self._expected = [
            None if days is None else day_after(moment, days, calendar)
            for moment, days in zip(as_of, days_to_expected_win, strict=True)
        ]
        self._asked = [sorted(set(dates)) for dates in asked]
        # Of each row the dates that are asked for, then the one that the seller expects.
        dates = [
            [*own, *([] if seller is None else [seller])]
            for own, seller in zip(self._asked, self._expected, strict=True)
        ]
        self._ahead = [
            [days_through(day, moment, calendar) for day in own]
            for own, moment in zip(dates, as_of, strict=True)
        ]
        most = max(map(len, self._ahead), default=0)
        ahead = np.array([[*own, *[0.0] * (most - len(own))] for own in self._ahead])
        wins, losses = outlook.shares_within(ahead.reshape(len(outlook), most))
        self._wins, self._losses = wins.tolist(), losses.tolist()

    def closing(self, row: int, probability: float, language: Language) -> Closing:
        """Say when an opportunity closes.

        Parameters
        ----------
        row : int
            Which.
        probability : float
            That it is won in the end.
        language : str
        """
        as_of, seller = self._as_of[row], self._expected[row]
        earliest, median, latest = (
            day_after(as_of, days, self._playbook.calendar) for days in self._days_to_win[row]
        )
        words, by_seller = _range(earliest, median, latest), None
        if seller is not None:
            place = len(self._asked[row])
            by_seller = probability * self._wins[row][place]
            over = self._ahead[row][place] <= 0
            words = message("{first} {second}", first=words, second=_seller(seller, by_seller, over=over))
        return Closing(
            earliest=earliest,
            median=median,
            latest=latest,
            seller_expected_close=seller,
            probability_by_seller_date=by_seller,
            sentence=words.in_language(language),
        )

    def won_by(self, row: int, probability: float, position: float | None) -> list[WonBy]:
        """Say what has become of an opportunity by the dates that are asked for, in the order of time.

        Parameters
        ----------
        row : int
            Which.
        probability : float
            That it is won in the end.
        position : float, optional
            Of the stage, from 0; none before the first.
        """
        days = self._asked[row]
        stage = np.array([np.nan if position is None else position])
        rules = rule_within(self._playbook, stage, np.array(self._ahead[row][: len(days)]))[0].tolist()
        shares = zip(days, self._wins[row], self._losses[row], rules, strict=False)
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
            for day, of_wins, of_losses, rule in shares
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
