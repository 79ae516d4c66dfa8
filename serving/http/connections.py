"""The connections of a server: how many there are at most, and which has to go when another comes."""

from __future__ import annotations

import resource
from enum import Enum
from typing import Protocol

from uvicorn.server import ServerState

MOST = 1000
"""Connections that are served: an idle one takes some kB, one that sends up to 0.3 MB before it is read."""

SPARE = 64
"""Connections beyond those, for which only health is told: a supervisor needs one at a time."""

OTHER_FILES = 128
"""Files and sockets left to everything else: the model, the history, logs, children, and the connections that
are accepted or closed at this very moment."""

LEAST = 16
"""Connections that are served however few files may be open."""


class Place(Enum):
    """What a new connection is for."""

    SERVED = "any request"
    HEALTH = "only to tell health"
    NONE = "nothing: it is closed"


class Sender(Protocol):
    """A connection that may be told to go."""

    def give_way(self) -> None:
        """Close at once."""


class Connections(ServerState):
    """What connections share.

    A newcomer takes the place of whoever has been longest without a whole request: half-open and idle
    connections, however many, never keep it out. While all others have sent theirs and wait for answers, it
    can only ask for health.

    Parameters
    ----------
    most : int, optional
        How many are served; as many as the files that may be open allow, if left out.
    """

    def __init__(self, most: int | None = None) -> None:
        super().__init__()
        self.most = most_connections() if most is None else most
        self._senders: dict[Place, dict[Sender, None]] = {Place.SERVED: {}, Place.HEALTH: {}}

    def place_for(self, newcomer: Sender) -> Place:
        """Find a place for a connection that was just added to `connections`.

        Parameters
        ----------
        newcomer : Sender
            Is a sender by now, unless its place is none.
        """
        place = Place.SERVED
        if len(self.connections) > self.most:
            place, oldest = self._oldest()
            if oldest is not None:
                self.has_sent(oldest)
                oldest.give_way()
            elif len(self.connections) > self.most + SPARE:
                return Place.NONE
        self.sends(newcomer, place)
        return place

    def sends(self, sender: Sender, place: Place) -> None:
        """Note that a connection is to send a request, or the rest of one, from now on."""
        self._senders[place].setdefault(sender)

    def has_sent(self, sender: Sender) -> None:
        """Note that a connection has sent a whole request, or is gone."""
        for senders in self._senders.values():
            senders.pop(sender, None)

    def _oldest(self) -> tuple[Place, Sender | None]:
        """Find who gives its place, of those where any request is served if there are any."""
        for place, senders in self._senders.items():
            for sender in senders:
                return place, sender
        return Place.HEALTH, None


def most_connections() -> int:
    """Say how many connections can be served with the files that this process may open.

    Returns
    -------
    int
        The limit is raised before, as far as the system lets every process raise its own.

    Examples
    --------
    >>> LEAST <= most_connections() <= MOST
    True
    """
    files, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = MOST + SPARE + OTHER_FILES
    if files != resource.RLIM_INFINITY and files < needed:
        files = needed if most_files == resource.RLIM_INFINITY else max(files, min(needed, most_files))
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most_files))
    within = MOST if files == resource.RLIM_INFINITY else files - SPARE - OTHER_FILES
    return max(LEAST, min(MOST, within))
