"""Migrations: the chassis's own versions, and the environment that every service's run in."""
