"""How slow a client may be."""

from winprob.serving.http.pace import GRACE_SECONDS, HEAD_SECONDS, LEAST_RATE, SILENT_SECONDS, Pace


def test_headers_have_their_time_from_the_first_byte_of_a_further_request() -> None:
    pace = Pace()
    pace.begin(0.0, idle=True)
    assert not pace.head_is_late(1000.0)
    pace.received(1, 1000.0)
    pace.received(1, 1009.0)
    assert not pace.head_is_late(1000.0 + HEAD_SECONDS)
    assert pace.head_is_late(1000.1 + HEAD_SECONDS)


def test_a_body_that_comes_steadily_is_waited_for() -> None:
    pace = Pace()
    pace.begin(0.0)
    for second in range(100):
        pace.received(LEAST_RATE, float(second))
        assert not pace.body_is_late(second + 0.5)


def test_a_body_that_trickles_is_not() -> None:
    pace = Pace()
    pace.begin(0.0)
    second = 0
    while not pace.body_is_late(float(second)):
        second += 1
        pace.received(1, float(second))
    assert second == GRACE_SECONDS + 1


def test_a_body_that_stalls_is_not_even_if_most_of_it_came_at_once() -> None:
    pace = Pace()
    pace.begin(0.0)
    pace.received(8 << 20, 1.0)
    assert not pace.body_is_late(1.0 + SILENT_SECONDS)
    assert pace.body_is_late(1.1 + SILENT_SECONDS)


def test_an_answer_is_given_up_when_nothing_of_it_is_taken() -> None:
    pace = Pace()
    assert not pace.is_stuck(500, 0.0)
    assert not pace.is_stuck(499, 9.0)
    assert not pace.is_stuck(499, 9.0 + SILENT_SECONDS)
    assert pace.is_stuck(499, 9.1 + SILENT_SECONDS)
    assert not pace.is_stuck(0, 60.0)
    assert not pace.is_stuck(499, 61.0)
