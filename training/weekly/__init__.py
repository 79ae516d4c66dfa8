"""Weekly snapshots of opportunities, and how time splits them."""
