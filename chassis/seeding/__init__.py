"""Making up data that looks real: the same for the same seed, on every machine."""
