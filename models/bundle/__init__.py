"""The bundle: a trained model with its manifest and card, and scoring by it."""
