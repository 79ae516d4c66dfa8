"""Work beside the event loop: in order of urgency, and never more than can be done in time."""
