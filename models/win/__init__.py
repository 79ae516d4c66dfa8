"""The win model: a blend of an additive part and boosted trees, calibrated and explained."""
