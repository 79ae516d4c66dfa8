"""A second simulated company: what decides a deal is hidden, and the record only hints at it.

Benchmarks and tests use it, so that nothing is tuned to `winprob.training.simulation` alone. It lives beside
that one, under the same checks.
"""

from benchmarks.hidden_interest.run import simulate
from benchmarks.hidden_interest.simulated import Simulated

__all__ = ["Simulated", "simulate"]
