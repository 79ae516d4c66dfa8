"""Closing times: hazards of winning and losing by period ahead and by calendar."""
