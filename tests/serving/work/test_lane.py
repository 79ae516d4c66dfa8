"""Lanes are told apart, and leave room for each other."""

from winprob.serving.service import BATCHES, FORECASTS, SCORES


def test_a_batch_never_takes_all_threads_of_the_scores() -> None:
    assert BATCHES.threads < SCORES.threads
    assert len({SCORES, BATCHES, FORECASTS}) == 3
