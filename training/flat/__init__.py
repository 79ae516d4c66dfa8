"""Flat tables of closed opportunities without dates."""
