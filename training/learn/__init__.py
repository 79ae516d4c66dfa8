"""Learning: models of the past and of now from the same recipe, and what goes with them."""
