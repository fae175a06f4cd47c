"""Measurements, printed as ratios: absolute figures say more about the machine than about us."""
