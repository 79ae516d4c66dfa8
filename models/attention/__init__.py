"""Deals to look at: what is not as it should be, ranked by the money at stake, with what would change it."""
