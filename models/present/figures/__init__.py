"""Figures of forecasts, interactive and offline: how much, why it has moved, how good it was before."""
