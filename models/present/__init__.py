"""Presentation: cards as pages, tables, figures."""
