"""One deal: all that a history and a model say of one opportunity at a moment. It knows nothing of HTTP."""
