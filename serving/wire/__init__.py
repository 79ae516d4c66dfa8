"""The wire: what is read and written, and how mistakes are answered."""
