"""Scores: one answer for one document."""
