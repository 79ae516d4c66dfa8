"""How fast a client has to send its request and to take the answer."""

from __future__ import annotations

HEAD_SECONDS = 10
"""Seconds in which all headers have to come, from the connection's beginning or from their first byte."""

SILENT_SECONDS = 10
"""Seconds without a byte of a body, or of an answer that is taken, after which a client counts as gone."""

GRACE_SECONDS = 20
"""Seconds in which a body may come as slowly as it likes."""

LEAST_RATE = 8 << 10
"""Bytes of a body that have to come in a second after that, on average: a bad connection sends as many."""


class Pace:
    """The times of one connection; all are those of the event loop, in seconds.

    Examples
    --------
    >>> pace = Pace()
    >>> pace.begin(100.0)
    >>> pace.head_is_late(110.0), pace.head_is_late(110.1)
    (False, True)
    """

    def __init__(self) -> None:
        self._begun: float | None = None
        self._heard = 0.0
        self._bytes = 0
        self._unsent = 0
        self._took = 0.0

    def begin(self, now: float, idle: bool = False) -> None:
        """Note that a request may come from now on.

        Parameters
        ----------
        now : float
        idle : bool
            Whether its time begins only with its first byte.
        """
        self._begun, self._heard, self._bytes = None if idle else now, now, 0

    def received(self, size: int, now: float) -> None:
        """Note that so many bytes have come."""
        if self._begun is None:
            self._begun = now
        self._heard = now
        self._bytes += size

    def head_is_late(self, now: float) -> bool:
        """Tell whether the headers should be there by now."""
        return self._begun is not None and now - self._begun > HEAD_SECONDS

    def body_is_late(self, now: float) -> bool:
        """Tell whether nothing has come for long, or too little in all."""
        allowed = GRACE_SECONDS + self._bytes / LEAST_RATE
        return now - self._heard > SILENT_SECONDS or (self._begun is not None and now - self._begun > allowed)

    def is_stuck(self, unsent: int, now: float) -> bool:
        """Tell whether a client has taken nothing of an answer for long.

        Parameters
        ----------
        unsent : int
            Bytes that it could take; to be told again and again.
        now : float
        """
        if unsent == 0 or unsent != self._unsent:
            self._unsent, self._took = unsent, now
        return now - self._took > SILENT_SECONDS
