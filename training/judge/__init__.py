"""Judging: a model beside the rules, with intervals, by segment, and its card."""
