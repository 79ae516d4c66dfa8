"""Loading: the served model and the history behind it."""
