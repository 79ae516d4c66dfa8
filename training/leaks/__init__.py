"""Leaks: features that know the ending, found by what they say of it and by what open opportunities lack."""

from training.leaks.looks import Looks, first_looks, table_looks
from training.leaks.search import Leaking, Search, search, settle

__all__ = ["Leaking", "Looks", "Search", "first_looks", "search", "settle", "table_looks"]
