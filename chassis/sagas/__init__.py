"""Sagas: work across services that is checked first, then goes forward until it is done."""
