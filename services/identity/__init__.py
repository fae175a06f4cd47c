"""Owns users, departments, groups, roles, sessions, API tokens and the organisation's settings.

Says what changed in them, hears nobody and calls nobody: everybody depends on it.
"""
