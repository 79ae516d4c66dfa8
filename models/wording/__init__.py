"""Wording: how contributions, percentages and rules are said, in Chinese and English."""
