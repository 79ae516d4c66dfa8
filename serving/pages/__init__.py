"""Pages for people: plain HTML, without a network beyond this service."""
