"""Deals, called in process on a real database."""
