"""Following: a newer model or history is noticed, loaded beside the one that is served, and checked."""
