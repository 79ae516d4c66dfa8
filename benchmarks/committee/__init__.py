"""A third simulated company: a buying committee votes on a hidden day, and the record only follows it.

Its numbers were chosen by what the domain says and by the share of wins and the length of deals, before any
model was trained on it; nothing of the model was chosen by it. It has to stay so to be of use.
"""

from benchmarks.committee.run import simulate
from benchmarks.committee.simulated import Simulated

__all__ = ["Simulated", "simulate"]
