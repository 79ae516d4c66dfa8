"""Models: rules as baselines, the win model, its explanation, and the bundle that carries them."""

from models.bundle.bundle import Bundle, InvalidBundle
from models.bundle.scoring import Scores, score, score_documents
from models.measure.metrics import Metrics, measure
from models.win.explanation import Explanation
from models.win.win_model import WinModel

__all__ = [
    "Bundle",
    "Explanation",
    "InvalidBundle",
    "Metrics",
    "Scores",
    "WinModel",
    "measure",
    "score",
    "score_documents",
]
