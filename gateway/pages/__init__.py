"""Rapport's web pages: the twins of the JSON API, over the same routes, checks and calls."""
