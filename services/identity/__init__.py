"""Owns users, departments, groups, roles, sessions, API tokens, saved views and the organisation's
settings.

Says what changed in them and hears nobody: everybody depends on it. Calls the owners of records in
jobs alone, when a leaver's records are handed on: no request waits for them.
"""
