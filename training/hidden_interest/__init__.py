"""A second simulated company: what decides a deal is hidden, and the record only hints at it."""

from training.hidden_interest.run import simulate
from training.hidden_interest.simulated import Simulated

__all__ = ["Simulated", "simulate"]
