"""Models: rules as baselines, the win model, its explanation, and the bundle that carries them."""

from models.bundle import Bundle, InvalidBundle
from models.explanation import Explanation
from models.metrics import Metrics, measure
from models.scoring import Scores, score, score_documents
from models.win_model import WinModel

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
