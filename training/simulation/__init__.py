"""A simulated company whose weekly chances are known, so that the best possible probability is known too."""

from training.simulation.run import simulate
from training.simulation.simulated import Simulated

__all__ = ["Simulated", "simulate"]
