"""Serving: the HTTP service around one bundle."""
