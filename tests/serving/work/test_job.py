"""A job ends once: with a result, with an error, or dropped."""

import pytest

from winprob.serving.work.job import Job, Steps, one_step
from winprob.serving.work.lane import Lane

LANE = Lane("errands", threads=1, most_waiting=1, patience=1, retry_after=1)


def two_steps() -> Steps[str]:
    yield
    return "done"


def test_the_result_is_there_after_the_last_step() -> None:
    job = Job(LANE, two_steps())
    job.step()
    assert not job.future.done()
    job.step()
    assert job.future.result() == "done"


def test_an_error_is_told() -> None:
    job = Job(LANE, one_step(divmod, 1, 0))
    job.step()
    with pytest.raises(ZeroDivisionError):
        job.future.result()


def test_what_has_ended_stays_as_it_is() -> None:
    job = Job(LANE, one_step(divmod, 7, 2))
    job.future.cancel()
    job.step()
    assert job.future.cancelled()
    other = Job(LANE, one_step(divmod, 7, 2))
    other.step()
    other.tell(error=RuntimeError("too late"))
    assert other.future.result() == (3, 1)
