"""Models: rules as baselines, the win model, its explanation, and the bundle that carries them."""
