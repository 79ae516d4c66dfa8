"""Routes: paths of the API and what they call."""
