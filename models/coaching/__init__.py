"""Coaching: what a seller can do, and what it adds to the win probability."""
