"""Who has to go when there are too many connections."""

import subprocess
import sys

import pytest

from winprob.serving.http.connections import MOST, OTHER_FILES, SPARE, Connections, Place


class Sender:
    """A connection that notes whether it was told to go."""

    gone = False

    def give_way(self) -> None:
        self.gone = True


def come(connections: Connections, count: int) -> list[tuple[Sender, Place]]:
    """Let connections come, which uvicorn adds to the set before they ask for a place."""
    found = []
    for _ in range(count):
        sender = Sender()
        connections.connections.add(sender)  # type: ignore[arg-type]
        found.append((sender, connections.place_for(sender)))
        for other, _ in found:
            if other.gone:
                connections.connections.discard(other)  # type: ignore[arg-type]
    return found


def test_a_newcomer_takes_the_place_of_who_is_longest_without_a_request() -> None:
    connections = Connections(most=4)
    first, second, *_ = found = come(connections, 4)
    connections.has_sent(first[0])
    connections.has_sent(found[2][0])
    connections.sends(found[2][0], Place.SERVED)  # it has its answer, and sends another
    [newcomer] = come(connections, 1)
    assert newcomer[1] is Place.SERVED
    assert [sender.gone for sender, _ in found] == [False, True, False, False]
    assert second[0].gone
    come(connections, 1)
    assert [sender.gone for sender, _ in found] == [False, True, False, True]


def test_half_open_connections_never_keep_newcomers_out() -> None:
    connections = Connections(most=4)
    found = come(connections, 50)
    assert {place for _, place in found} == {Place.SERVED}
    assert [sender.gone for sender, _ in found] == [True] * 46 + [False] * 4
    assert len(connections.connections) == 4


def test_while_all_wait_for_answers_only_health_is_told() -> None:
    connections = Connections(most=4)
    places = []
    for _ in range(4 + SPARE + 3):
        [(sender, place)] = come(connections, 1)
        places.append(place)
        connections.has_sent(sender)
    assert places == [Place.SERVED] * 4 + [Place.HEALTH] * SPARE + [Place.NONE] * 3


def test_a_place_for_health_stays_one() -> None:
    connections = Connections(most=2)
    at_work = come(connections, 2)
    for sender, _ in at_work:
        connections.has_sent(sender)
    [(waiting, place)] = come(connections, 1)
    assert place is Place.HEALTH
    [(_, place)] = come(connections, 1)
    assert (waiting.gone, place) == (True, Place.HEALTH)
    connections.sends(at_work[0][0], Place.SERVED)
    [(_, place)] = come(connections, 1)
    assert (at_work[0][0].gone, place) == (True, Place.SERVED)


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (%d, %d))
from winprob.serving.http.connections import most_connections
print(most_connections(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("files", "most_files", "expected"),
    [
        (1024, 1024, (1024 - SPARE - OTHER_FILES, 1024)),
        (256, 8192, (MOST, MOST + SPARE + OTHER_FILES)),
        (8192, 8192, (MOST, 8192)),
        (150, 150, (16, 150)),
    ],
)
def test_there_are_never_more_than_files_may_be_open(
    files: int, most_files: int, expected: tuple[int, int]
) -> None:
    command = [sys.executable, "-c", LIMITED % (files, most_files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert tuple(map(int, done.stdout.split())) == expected
