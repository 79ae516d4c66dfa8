"""A simulated company whose weekly chances are known, so that the best possible probability is known too."""

from winprob.training.simulation.run import simulate
from winprob.training.simulation.simulated import Simulated

__all__ = ["Simulated", "simulate"]
