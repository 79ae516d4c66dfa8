"""Leaks: features that know the ending, found by what they say of it and by what open opportunities lack."""
