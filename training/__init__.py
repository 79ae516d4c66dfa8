"""Training: moments, labels and splits by time, fitting, evaluation, and the only writer to MLflow."""

from training.fit import Trained, train
from training.simulation import Simulated, simulate

__all__ = ["Simulated", "Trained", "simulate", "train"]
