"""What no win model must be used for."""

from __future__ import annotations

from winprob.features.message import Message, message
from winprob.features.playbook_part import Words
from winprob.models.bundle.card import Limit


def limit(code: str, text: Message) -> Limit:
    """Write down a limit.

    Parameters
    ----------
    code : str
        Does not change between versions.
    text : Message
        What it says.
    """
    return Limit(code=code, words=Words.of(text))


NOT_FOR = (
    limit(
        "people",
        message(
            "Not for judging, ranking or paying sellers, nor for judging people at the customer: it "
            "measures opportunities as they were recorded, not people."
        ),
    ),
    limit(
        "other_deals",
        message(
            "Not for deals of a kind, product or market that is not in its data: the probability is "
            "untested there."
        ),
    ),
    limit(
        "promises",
        message(
            "Levers are associations in past deals, not promises. Forced on deals of simulated "
            "companies, they moved the chance about as shown or by more where what is recorded decides; "
            "by less, for some, where sellers work on the deals that they believe in; and not at all "
            "where the record is only a sign of what decides, which a history cannot tell. A contact as "
            "such, a plan for the next one and a new expected date moved next to nothing: they are not "
            "offered."
        ),
    ),
    limit(
        "changed_times",
        message(
            "Not after the way of selling, prices, products or the market have changed: train anew on "
            "data from after the change."
        ),
    ),
    limit(
        "single_deals",
        message("Not for calling the end of a single deal: of ten deals at 70 %, about three are lost."),
    ),
)
"""True of every win model, whatever its numbers."""
